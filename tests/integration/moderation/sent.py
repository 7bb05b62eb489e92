"""Things that people send in, for tests."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.group_documents import GroupDocument, ServiceDocument, When, Where, read_group
from app.actions.submissions import NewSubmission, Pages, send
from app.models import Submission
from app.vocabulary import Cost, RecordKind, SubmissionKind

TODAY = date(2026, 11, 22)
PAGES = Pages(
    record=lambda kind, record_id: f"https://map.example/{kind}/{record_id}",
    edit=lambda token: f"https://map.example/edit/{token}",
    answer=lambda token: f"https://map.example/answer/{token}",
    delete_me="https://map.example/privacy/delete-me",
)


def inside(session: Session) -> tuple[float, float]:
    """Longitude and latitude of the middle of Web Town."""
    row = session.execute(
        text("SELECT ST_X(point_geom) AS lon, ST_Y(point_geom) AS lat FROM area WHERE area_code = 'S33'")
    ).one()
    return float(row.lon), float(row.lat)


def choir(session: Session, **changes: Any) -> GroupDocument:
    lon, lat = inside(session)
    hall = Where(name="Methodist hall", address="2 Chapel Lane", postcode="ZZ1 2BB", lon=lon, lat=lat)
    singing = ServiceDocument(
        name="Monday singing", description="We sing what we like.", themes=("sport",), audiences=("anyone",),
        cost=Cost.FREE, when=(When(weekday=1, opens=time(19), closes=time(21)),), places=(hall,),
    )  # fmt: skip
    return GroupDocument(name="Chapel Lane Choir", summary="Anybody can sing.", services=(singing,)).model_copy(
        update=changes
    )


def send_group(session: Session, document: GroupDocument, **more: Any) -> Submission:
    values = {"kind": SubmissionKind.NEW_GROUP, **more}
    return send(
        session,
        NewSubmission(
            record_kind=RecordKind.ORGANISATION, document=document.model_dump(mode="json"), **values
        ),
    )  # fmt: skip


def send_change(session: Session, organisation_id: UUID, changes: dict[str, Any], **more: Any) -> Submission:
    before, version = read_group(session, organisation_id)
    return send_group(
        session, before.model_copy(update=changes), kind=more.pop("kind", SubmissionKind.CHANGED_GROUP),
        record_id=organisation_id, before=before.model_dump(mode="json"), base_version=version, **more,
    )  # fmt: skip


def kitchen_id(session: Session, name: str = "Kitchen 1") -> UUID:
    return UUID(str(session.scalar(text("SELECT id FROM organisation WHERE name = :n"), {"n": name})))


def column(session: Session, statement: str, **values: Any) -> list[Any]:
    return list(session.scalars(text(statement), values))
