"""Visits: what was noted where, who and what is near a stop, and what a look or a find leaves in the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Visit
from app.queries.group_documents import COMMUNITY, community_source_id
from app.vocabulary import SubmissionState, VisitOutcome

SOURCE_KEY = "visits"
"""The source of what visits brought: visits, or visits-<hub> for those of a hub."""


@dataclass(frozen=True)
class VisitRow:
    """One noted visit; ``submission_state`` is that of the group or correction it sent in, None without one."""

    id: UUID
    plan_stop_id: UUID
    position: int
    visited_on: date
    outcome: VisitOutcome
    group_name: str
    organisation_id: UUID | None
    submission_id: UUID | None
    submission_state: SubmissionState | None
    area_id: int | None
    area_name: str
    theme_keys: tuple[str, ...]
    words: str
    account_id: UUID | None
    made_by: str | None

    @property
    def brought_a_group(self) -> bool:
        """Did it send in a group that nobody had listed?"""
        return self.submission_id is not None and self.organisation_id is None


@dataclass(frozen=True)
class GroupNearRow:
    """A listed group to knock on; ``offers`` and ``meets`` are what its entry says."""

    id: UUID
    name: str
    offers: str
    meets: str
    confirmed_on: date | None
    away_m: int


@dataclass(frozen=True)
class HostRow:
    """A public place in use, shown exactly; ``groups`` how many meet there."""

    id: UUID
    name: str
    address: str
    postcode: str | None
    lon: float
    lat: float
    groups: int
    away_m: int


VISITS = """
    SELECT v.id, v.plan_stop_id, s.position, v.visited_on, v.outcome, v.group_name, v.organisation_id,
           v.submission_id, sent.state AS submission_state, v.area_id, coalesce(a.name, '') AS area_name,
           v.theme_keys, v.words, v.account_id, c.email AS made_by
    FROM visit v JOIN plan_stop s ON s.id = v.plan_stop_id LEFT JOIN account c ON c.id = v.account_id
    LEFT JOIN submission sent ON sent.id = v.submission_id LEFT JOIN area a ON a.id = v.area_id
"""


def _row(row: Mapping[str, Any]) -> VisitRow:
    state = row["submission_state"]
    return VisitRow(
        **{
            **row, "outcome": VisitOutcome(row["outcome"]), "theme_keys": tuple(row["theme_keys"]),
            "submission_state": SubmissionState(state) if state else None,
        }
    )  # fmt: skip


def list_visits(session: Session, plan_id: UUID) -> list[VisitRow]:
    """The newest first."""
    rows = session.execute(
        text(f"{VISITS} WHERE s.plan_id = :plan ORDER BY v.visited_on DESC, v.made_at_utc DESC, v.id"),
        {"plan": plan_id},
    )
    return [_row(dict(row)) for row in rows.mappings()]


def find_visit(session: Session, visit_id: UUID) -> VisitRow | None:
    row = session.execute(text(f"{VISITS} WHERE v.id = :id"), {"id": visit_id}).mappings().first()
    return _row(dict(row)) if row else None


def add_visit(session: Session, **values: Any) -> bool:
    """False when this very visit was kept before: a phone sends again what it is not sure has arrived."""
    made = session.scalar(insert(Visit).values(**values).on_conflict_do_nothing().returning(Visit.id))
    return made is not None


def get_visit(session: Session, visit_id: UUID) -> Visit:
    """Locked until the transaction ends."""
    return session.scalars(select(Visit).where(Visit.id == visit_id).with_for_update()).one()


AT = "(SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography AS geom) at"


def list_groups_near(
    session: Session,
    lon: float,
    lat: float,
    within_m: float,
    *,
    organisation_id: UUID | None = None,
    most: int = 12,
) -> list[GroupNearRow]:
    """Public organisations that meet near a point, those longest unconfirmed first; only one when it is given."""
    rows = session.execute(
        text(f"""
        SELECT o.id, o.name, min(o.confirmed_on) AS confirmed_on,
               coalesce(string_agg(DISTINCT nullif(s.name, o.name), ', '), '') AS offers,
               coalesce(min(nullif(concat_ws(', ', nullif(p.name, ''), nullif(p.address, '')), '')), '') AS meets,
               round(min(ST_Distance(f.geom::geography, at.geom)))::integer AS away_m
        FROM {AT}, public_footprint f JOIN public_organisation o ON o.id = f.organisation_id
        LEFT JOIN public_service s ON s.id = f.service_id LEFT JOIN public_place p ON p.id = f.place_id
        WHERE f.role = 'meets_at' AND f.geom && ST_Expand(at.geom::geometry, CAST(:degrees AS float8))
          AND ST_DWithin(f.geom::geography, at.geom, :within)
          AND (CAST(:one AS uuid) IS NULL OR o.id = :one)
        GROUP BY o.id, o.name ORDER BY min(o.confirmed_on) NULLS FIRST, o.id LIMIT :most
        """),  # noqa: S608 - a constant of this file
        {"lon": lon, "lat": lat, "within": within_m, "degrees": within_m / 60_000, "one": organisation_id,
         "most": most},
    )  # fmt: skip
    return [GroupNearRow(**row) for row in rows.mappings()]


HOSTS = """
    SELECT p.id, coalesce(nullif(p.name, ''), min(o.name)) AS name, p.address, p.postcode, ST_X(p.geom) AS lon,
           ST_Y(p.geom) AS lat, count(DISTINCT o.id) AS groups,
           round(min(ST_Distance(p.geom::geography, at.geom)))::integer AS away_m
    FROM {at}, public_place p JOIN public_footprint f ON f.place_id = p.id AND f.role = 'meets_at'
    JOIN public_organisation o ON o.id = f.organisation_id
    WHERE p.privacy = 'exact' AND {chosen} GROUP BY p.id, p.name, p.address, p.postcode, p.geom
"""


def list_hosts_near(session: Session, lon: float, lat: float, within_m: float, most: int = 12) -> list[HostRow]:
    """Public places in use near a point, the nearest first; of several at one spot the one most groups use."""
    near = """p.geom && ST_Expand(at.geom::geometry, CAST(:degrees AS float8))
              AND ST_DWithin(p.geom::geography, at.geom, :within)"""
    rows = session.execute(
        text(f"""
        SELECT * FROM (
            SELECT DISTINCT ON (lower(name), round(lon::numeric, 4), round(lat::numeric, 4)) *
            FROM ({HOSTS.format(at=AT, chosen=near)}) host
            ORDER BY lower(name), round(lon::numeric, 4), round(lat::numeric, 4), groups DESC, id) once
        ORDER BY away_m, id LIMIT :most
        """),  # noqa: S608 - constants of this file
        {"lon": lon, "lat": lat, "within": within_m, "degrees": within_m / 60_000, "most": most},
    )
    return [HostRow(**row) for row in rows.mappings()]


def find_host(session: Session, place_id: UUID, lon: float, lat: float) -> HostRow | None:
    """A public place in use, with its distance from a point."""
    rows = session.execute(
        text(HOSTS.format(at=AT, chosen="p.id = :id")), {"id": place_id, "lon": lon, "lat": lat}
    )
    row = rows.mappings().first()
    return HostRow(**row) if row else None


def lies_in(session: Session, lon: float, lat: float, area_ids: Sequence[int]) -> bool:
    """Is a point in one of these areas?"""
    found = session.scalar(
        text("""
        SELECT EXISTS (SELECT FROM area a, (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS geom) at
                       WHERE a.id = ANY(:ids) AND a.geom && at.geom AND ST_Covers(a.geom, at.geom))
        """),
        {"lon": lon, "lat": lat, "ids": list(area_ids)},
    )
    return bool(found)


def source_of_visits(session: Session, hub_id: UUID | None, hub_name: str | None) -> int:
    """The source of what the visits of a hub (None: of nobody's) brought; made when it is first needed."""
    by = hub_name or "people who look after this map"
    return int(
        session.execute(
            text("""
            INSERT INTO source (key, title, publisher, licence, attribution, note)
            VALUES (:key, :title, :publisher, :licence, :title, :note)
            ON CONFLICT (key) DO UPDATE SET title = excluded.title, publisher = excluded.publisher,
                attribution = excluded.attribution RETURNING id
            """),
            {
                "key": f"{SOURCE_KEY}-{hub_id}" if hub_id else SOURCE_KEY,
                "title": f"Found on a visit by {by}",
                "publisher": hub_name or COMMUNITY["publisher"],
                "licence": COMMUNITY["licence"],
                "note": "Somebody went there, and met or saw it; nobody had listed it before.",
            },
        ).scalar_one()
    )


def credit_visit(session: Session, submission_id: UUID, organisation_id: UUID) -> None:
    """A group that a visit brought says so: its source is the visits of that hub."""
    hub = session.execute(
        text("""
        SELECT p.hub_id, h.name FROM visit v JOIN plan_stop s ON s.id = v.plan_stop_id
        JOIN plan p ON p.id = s.plan_id LEFT JOIN hub h ON h.id = p.hub_id WHERE v.submission_id = :id LIMIT 1
        """),
        {"id": submission_id},
    ).first()
    if hub is None:
        return
    values = {"id": organisation_id, "told": community_source_id(session),
              "visits": source_of_visits(session, hub.hub_id, hub.name)}  # fmt: skip
    for statement in (
        "UPDATE organisation SET source_id = :visits WHERE id = :id AND source_id = :told",
        "UPDATE service SET source_id = :visits WHERE organisation_id = :id AND source_id = :told",
        """UPDATE place SET source_id = :visits WHERE source_id = :told
           AND id IN (SELECT place_id FROM footprint WHERE organisation_id = :id)""",
    ):
        session.execute(text(statement), values)
    session.expire_all()


def take_look_back(
    session: Session, hub_id: UUID | None, source_id: int, area_id: int, themes: Sequence[str], day: date
) -> None:
    """Of the walk-rounds of a hub in an area, those dated ``day`` by a look that is no longer noted: dated by the
    newest that is, or gone. One with another date stands: a later look, or one of a plan that is deleted."""
    values = {"source": source_id, "hub": hub_id, "area": area_id, "themes": list(themes), "day": day}
    session.execute(
        text("""
        DELETE FROM survey WHERE source_id = :source AND area_id = :area AND theme_key = ANY(:themes)
        AND kind = 'walk_round' AND checked_on = :day
        """),
        values,
    )
    session.execute(
        text("""
        INSERT INTO survey (source_id, theme_key, area_id, kind, checked_on)
        SELECT :source, t.key, v.area_id, 'walk_round', max(v.visited_on)
        FROM visit v JOIN plan_stop s ON s.id = v.plan_stop_id JOIN plan p ON p.id = s.plan_id
        JOIN theme t ON t.key = ANY(v.theme_keys) AND t.key = ANY(:themes)
        WHERE v.outcome = 'looked' AND v.area_id = :area AND p.hub_id IS NOT DISTINCT FROM CAST(:hub AS uuid)
        GROUP BY t.key, v.area_id ON CONFLICT DO NOTHING
        """),
        values,
    )


def add_look(session: Session, source_id: int, area_id: int, themes: Sequence[str], day: date) -> None:
    """Somebody looked at all of an area for these themes; an earlier walk-round of this source is dated anew."""
    session.execute(
        text("""
        INSERT INTO survey (source_id, theme_key, area_id, kind, checked_on)
        SELECT :source, key, :area, 'walk_round', :day FROM theme WHERE key = ANY(:themes)
        ON CONFLICT (source_id, theme_key, area_id, kind)
            DO UPDATE SET checked_on = greatest(survey.checked_on, excluded.checked_on)
        """),
        {"source": source_id, "area": area_id, "themes": list(themes), "day": day},
    )


def listed_days(session: Session, organisation_id: UUID) -> dict[str, Any]:
    """When a listing and each of its services were confirmed, as JSON: what a confirmation changes."""
    rows = session.execute(
        text("""
        SELECT id::text AS id, confirmed_on, missing_since, CAST(NULL AS date) AS unanswered_since FROM service
        WHERE organisation_id = :id AND review_status = 'approved'
        UNION ALL SELECT id::text, confirmed_on, missing_since, unanswered_since FROM organisation WHERE id = :id
        """),
        {"id": organisation_id},
    ).mappings()
    days = ("confirmed_on", "missing_since", "unanswered_since")
    return {row["id"]: {day: row[day].isoformat() if row[day] else None for day in days} for row in rows}


def restore_days(session: Session, organisation_id: UUID, before: Mapping[str, Any], confirmed: date) -> bool:
    """Take a confirmation back, unless somebody confirmed the listing again since."""
    stands = session.scalar(
        text("SELECT confirmed_on = :day FROM organisation WHERE id = :id"),
        {"id": organisation_id, "day": confirmed},
    )
    if not stands:
        return False
    for record_id, days in before.items():
        values = {"id": record_id, "organisation": organisation_id, **days}
        session.execute(
            text("""
            UPDATE service SET confirmed_on = CAST(:confirmed_on AS date),
                missing_since = CAST(:missing_since AS date)
            WHERE id = CAST(:id AS uuid) AND organisation_id = :organisation
            """),
            values,
        )
        session.execute(
            text("""
            UPDATE organisation SET confirmed_on = CAST(:confirmed_on AS date),
                missing_since = CAST(:missing_since AS date), unanswered_since = CAST(:unanswered_since AS date)
            WHERE id = CAST(:id AS uuid) AND id = :organisation
            """),
            values,
        )
    session.expire_all()
    return True


def list_noted_with(session: Session, words: str) -> list[tuple[UUID, str]]:
    """Visits whose words or name hold these, in small letters: the id, and both."""
    rows = session.execute(
        text("""
        SELECT id, words || ' ' || group_name AS noted FROM visit
        WHERE position(:words IN lower(words || ' ' || group_name)) > 0 ORDER BY id
        """),
        {"words": words},
    )
    return [(row.id, row.noted) for row in rows]


FORGET = "UPDATE visit SET words = '', group_name = '' WHERE (words <> '' OR group_name <> '') AND "


def forget_words(session: Session, visit_ids: Sequence[UUID]) -> None:
    session.execute(text(f"{FORGET} id = ANY(:ids)"), {"ids": list(visit_ids)})
    session.expire_all()


def forget_old_words(session: Session, months: int) -> int:
    """Forget what was noted so many months ago; that somebody went, and what came of it, stays."""
    done = session.execute(
        text(f"{FORGET} visited_on < current_date - make_interval(months => :months)"), {"months": months}
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
