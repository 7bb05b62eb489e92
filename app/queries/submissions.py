"""What people send in, and what is known of it that a moderator should see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from app.models import Submission
from app.models.base import SRID
from app.vocabulary import RecordKind, SubmissionState

LonLat = tuple[float, float]


@dataclass(frozen=True)
class SentFacts:
    """What the database knows of something just sent."""

    lon_lat: LonLat | None  # whose queue it goes to; None: everybody's
    is_outside: bool  # of the place this map is about
    serves_a_council: bool
    sent_lately: int  # by the same sender in the last day, this one not counted
    filled_in_s: float | None  # from opening the form to sending it; None: not known


FACTS = text("""
    WITH served AS (
        SELECT a.point_geom, l.kind FROM jsonb_to_recordset(:serves) AS s(layer text, code text)
        JOIN area_layer l ON l.key = s.layer JOIN area a ON a.area_layer_id = l.id AND a.area_code = s.code
        ORDER BY a.size_m2
    ), here AS (
        SELECT coalesce(
            ST_SetSRID(ST_MakePoint(CAST(:lon AS float), CAST(:lat AS float)), 4326),
            (SELECT p.geom FROM footprint f JOIN place p ON p.id = f.place_id
             WHERE f.organisation_id = :record_id AND p.geom IS NOT NULL ORDER BY f.role, f.id LIMIT 1),
            (SELECT coalesce(n.geom, ST_PointOnSurface(n.shape)) FROM need n WHERE n.id = :record_id),
            (SELECT point_geom FROM served LIMIT 1)) AS geom
    )
    SELECT ST_X(here.geom) AS lon, ST_Y(here.geom) AS lat,
        here.geom IS NOT NULL AND EXISTS (
            SELECT FROM site JOIN area a ON a.id = site.area_id
            WHERE NOT ST_Covers(a.geom, here.geom)) AS is_outside,
        EXISTS (SELECT FROM served WHERE kind = 'council') AS serves_a_council,
        (SELECT count(*) FROM submission WHERE sent_at_utc > now() - interval '1 day'
            AND (sender_key = nullif(:sender_key, '') OR contact_id IN (
                SELECT other.id FROM contact me JOIN contact other ON other.email = me.email
                WHERE me.id = :contact_id))) AS sent_lately,
        (SELECT extract(epoch FROM now() - started_at_utc) FROM draft WHERE id = :draft_id) AS filled_in_s
    FROM here
""").bindparams(bindparam("serves", type_=JSONB))


def find_sent_facts(
    session: Session,
    *,
    lon_lat: LonLat | None,
    serves: Sequence[Mapping[str, str]],
    record_id: UUID | None,
    draft_id: UUID | None,
    contact_id: UUID | None,
    sender_key: str,
) -> SentFacts:
    lon, lat = lon_lat or (None, None)
    row = session.execute(
        FACTS,
        {"lon": lon, "lat": lat, "serves": list(serves), "record_id": record_id, "draft_id": draft_id,
         "contact_id": contact_id, "sender_key": sender_key},
    ).one()  # fmt: skip
    return SentFacts(
        (row.lon, row.lat) if row.lon is not None else None, row.is_outside, row.serves_a_council, row.sent_lately,
        None if row.filled_in_s is None else float(row.filled_in_s),
    )  # fmt: skip


def add_submission(session: Session, lon_lat: LonLat | None, **values: Any) -> tuple[Submission, bool]:
    """Keep it, and whether it is new: of one draft sent several times at once, one is."""
    geom = func.ST_SetSRID(func.ST_MakePoint(*lon_lat), SRID) if lon_lat else None
    statement = insert(Submission).values(**values, geom=geom).on_conflict_do_nothing(index_elements=["draft_id"])
    made = session.scalar(statement.returning(Submission.id))
    wanted = Submission.id == made if made else Submission.draft_id == values["draft_id"]
    found = session.scalars(select(Submission).where(wanted).execution_options(populate_existing=True)).one()
    return found, made is not None


def find_submission(session: Session, submission_id: UUID) -> Submission | None:
    """Locked until the transaction ends, so that two moderators decide one after the other."""
    statement = select(Submission).where(Submission.id == submission_id).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def find_submission_of_draft(session: Session, draft_id: UUID) -> Submission | None:
    statement = select(Submission).where(Submission.draft_id == draft_id).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def set_state(session: Session, submission: Submission, state: SubmissionState, **values: Any) -> None:
    """Note a decision, dated by the clock of the database; back to waiting means not decided."""
    submission.state = state
    submission.decided_at_utc = None if state == SubmissionState.WAITING else func.now()
    for name, value in values.items():
        setattr(submission, name, value)
    session.flush()
    session.refresh(submission)


def send_anew(session: Session, submission: Submission, lon_lat: LonLat | None, **values: Any) -> None:
    """The sender answered a question: what she sends now takes the place of what she sent."""
    if lon_lat:
        submission.geom = func.ST_SetSRID(func.ST_MakePoint(*lon_lat), SRID)
    submission.sent_at_utc = func.now()
    set_state(session, submission, SubmissionState.WAITING, **values)


def was_decided_within(session: Session, submission_id: UUID, days: int) -> bool:
    statement = select(Submission.decided_at_utc > func.now() - func.make_interval(0, 0, 0, days))
    return bool(session.scalar(statement.where(Submission.id == submission_id)))


def is_open_elsewhere(session: Session, record_kind: RecordKind, record_id: UUID, submission_id: UUID) -> int:
    """How many other submissions about the same record wait."""
    statement = select(func.count()).where(
        Submission.record_kind == record_kind,
        Submission.record_id == record_id,
        Submission.id != submission_id,
        Submission.state.in_([SubmissionState.WAITING, SubmissionState.ASKED]),
    )
    return int(session.scalar(statement) or 0)
