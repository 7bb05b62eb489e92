"""Finder Town: services at known distances from one postcode, one of each kind the finder tells apart."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from tests.integration.web import web_town
from tests.integration.web.web_town import Point, insert, point_sql, source_id

HERE: Point = (3.5, 2.5)
"""The spot of ZZ1 2AA, in the middle of the town; one unit is a kilometre."""


def add(
    session: Session,
    name: str,
    at: Point | None = None,
    *,
    group: str = "",
    description: str = "",
    theme: str = "sport",
    slots: tuple[tuple[Any, ...], ...] = (),
    role: str = "meets_at",
    serves: str = "",
    national: bool = False,
    privacy: str = "exact",
    phone: str = "",
    **values: Any,
) -> str:
    """A group with one service; ``slots`` are (weekday, opens, closes[, term only[, week]]); returns its id.

    ``values`` set columns of the service: cost, step_free, audiences, languages, min_age, confirmed_on …
    """
    source = source_id(session)
    organisation = insert(
        session, "organisation", name=group or f"{name} group", kind="community_group", stage="established",
        summary="", review_status=values.get("review_status", "approved"), source_id=source, source_ref=name,
    )  # fmt: skip
    columns: dict[str, Any] = {
        "audiences": [], "languages": [], "cost": "unknown", "referral": "unknown", "is_online": False,
        "review_status": "approved", "confirmed_on": today() - timedelta(days=30), **values,
    }  # fmt: skip
    service = insert(
        session, "service", organisation_id=organisation, name=name, description=description, source_id=source,
        source_ref=name, **columns,
    )  # fmt: skip
    insert(session, "service_theme", returning="theme_key", service_id=service, theme_key=theme)
    for weekday, opens, closes, *more in slots:
        insert(
            session, "schedule", service_id=service, weekday=weekday, opens=opens, closes=closes,
            term_time_only=bool(more and more[0]), week_of_month=more[1] if len(more) > 1 else None,
        )  # fmt: skip
    if at:
        add_place(session, name, at, organisation, service, role=role, privacy=privacy)
    if serves:
        area = session.execute(text("SELECT id FROM area WHERE name = :name"), {"name": serves}).scalar_one()
        insert(session, "footprint", organisation_id=organisation, service_id=service, role="serves", area_id=area)
    if national:
        insert(session, "footprint", organisation_id=organisation, service_id=service, role="national")
    if phone:
        add_phone(session, organisation, phone)
    return str(UUID(str(service)))


def add_place(
    session: Session, name: str, at: Point, organisation: str, service: str, *, role: str, privacy: str
) -> None:
    place = insert(
        session, "place", sql={"geom": point_sql(at)}, name=f"{name} hall", address="2 Low Road",
        postcode="ZZ1 2AA", privacy=privacy, source_id=source_id(session), source_ref=name,
    )  # fmt: skip
    insert(session, "footprint", organisation_id=organisation, service_id=service, role=role, place_id=place)


def add_phone(session: Session, organisation: str, phone: str) -> None:
    session.execute(
        text("""
        INSERT INTO contact (organisation_id, purpose, phone, publish, consent_at_utc)
        VALUES (:id, 'group', :phone, true, now())
        """),
        {"id": organisation, "phone": phone},
    )


def near(metres: float) -> Point:
    """A point east of HERE."""
    return HERE[0] + metres / 1000, HERE[1]


def build(session: Session) -> None:
    """Web Town with two themes and sports at known distances; the food of Web Town is around too."""
    web_town.build(session)
    for postcode, at in (("ZZ12AA", HERE), ("ZZ11AA", (0.5, 0.6))):
        insert(session, "postcode", returning="postcode", sql={"geom": point_sql(at)}, postcode=postcode,
               source_id=source_id(session))  # fmt: skip
    old = date(2023, 3, 1)
    add(session, "Chess", near(100), description="Quiet evenings with tea.", cost="free", step_free=True,
        slots=((2, "19:00", "21:00"),), languages=["cy"], audiences=["anyone"])  # fmt: skip
    add(session, "Judo", near(800), cost="paid", slots=((6, "10:00", "12:00", True),), min_age=8, max_age=16,
        audiences=["children"])  # fmt: skip
    add(session, "Bowls", near(300), slots=((5, "14:00", "16:00", False, 1),), confirmed_on=old)
    add(session, "Walking football", near(1500), group="Harriers", description="For anybody over fifty.")
    add(session, "Quilting by post", national=True, is_online=True, phone="+441614960000", theme="sport")
    add(session, "Minibus to the pool", serves="Web Town", at=(3.5, 2.4), privacy="area")
    add(session, "Rough rounders", near(400), privacy="rough")
    add(session, "Paper club", near(200), role="registered_at")
    session.execute(text("UPDATE service SET confirmed_on = current_date - 60 WHERE confirmed_on IS NULL"))
