"""Records of which some cannot be placed, each for another reason, and two loads with problems."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

SECRET_POSTCODE = "ZZ9 9ZZ"
CANARY = "hidden-canary"
POINT = "ST_SetSRID(ST_MakePoint(-2.3, 53.4), 4326)"


def build(session: Session) -> None:
    town = add_source(session, "town-list", "Town list")
    other = add_source(session, "other-list", "Other list")
    session.execute(
        text("INSERT INTO theme VALUES ('food', 'Food', 'Who?', '', 'bowl', 1) ON CONFLICT DO NOTHING")
    )
    placed = add_organisation(session, town, "Placed Kitchen")
    add_service(session, town, placed, "Placed meal", theme="food")
    add_footprint(session, placed, add_place(session, town, postcode="M1 1AA", geom=POINT))
    add_service(session, town, placed, "Meal of no theme")
    lost_meal = add_service(session, town, placed, "Meal at a lost hall", theme="food")
    add_footprint(session, placed, add_place(session, town, postcode="M9 9XX"), service=lost_meal)
    add_service(session, town, placed, "Hidden meal of no theme " + CANARY, status="hidden")

    add_organisation(session, town, "Group without a place")
    typo = add_organisation(session, other, "=Group with a typo")
    add_footprint(session, typo, add_place(session, other, postcode="M1 1AX"))
    home = add_organisation(session, other, "Group at a home")
    add_footprint(session, home, add_place(session, other, postcode=SECRET_POSTCODE, privacy="rough"))
    bare = add_organisation(session, other, "Group without a postcode")
    add_footprint(session, bare, add_place(session, other))

    refuge = add_organisation(session, town, "Refuge " + CANARY)
    add_footprint(session, refuge, add_place(session, town, postcode=SECRET_POSTCODE, privacy="hidden"))
    national = add_organisation(session, town, "National helpline")
    run(session, "INSERT INTO footprint (organisation_id, role) VALUES (:o, 'national')", o=national)
    online = add_organisation(session, town, "Online choir")
    add_service(session, town, online, "Choir on screen", theme="food", is_online=True)
    add_organisation(session, town, "Closed club", stage="closed")
    add_organisation(session, town, "Rejected " + CANARY, status="rejected")
    run(
        session,
        "INSERT INTO need (theme_key, statement, audience, privacy, support_count, status, raised_on, "
        "review_status, source_id, source_ref) VALUES ('food', 'Nowhere warm to eat', 'anyone', 'rough', 1, "
        "'open', '2026-01-01', 'approved', :s, 'n1')",
        s=town,
    )
    session.commit()


def add_source(session: Session, key: str, title: str) -> int:
    return int(
        one(
            session,
            "INSERT INTO source (key, title, publisher, licence, attribution, published_on, loaded_at_utc) "
            "VALUES (:k, :t, 'The council', 'OGL v3.0', 'Contains data.', '2025-05-31', now()) RETURNING id",
            k=key,
            t=title,
        )
    )


def add_load(session: Session, source: int, file: str, problems: list[dict[str, Any]], at: str = "now()") -> int:
    counts = {"organisations": {"read": 1204, "added": 1200, "changed": 0, "unchanged": 0, "skipped": 4}}
    return int(
        one(
            session,
            "INSERT INTO load_run (source_id, kind, file_name, counts, problems, finished_at_utc) VALUES "
            f"(:s, 'organisations', :f, CAST(:c AS jsonb), CAST(:p AS jsonb), {at}) RETURNING id",
            s=source,
            f=file,
            c=json.dumps(counts),
            p=json.dumps(problems),
        )
    )


def add_organisation(
    session: Session, source: int, name: str, *, stage: str = "established", status: str = "approved"
) -> Any:
    return one(
        session,
        "INSERT INTO organisation (name, kind, stage, review_status, source_id, source_ref) "
        "VALUES (:n, 'charity', :stage, :status, :s, 'ref of ' || :n) RETURNING id",
        n=name,
        stage=stage,
        status=status,
        s=source,
    )


def add_service(
    session: Session,
    source: int,
    organisation: Any,
    name: str,
    *,
    theme: str = "",
    status: str = "approved",
    is_online: bool = False,
) -> Any:
    service = one(
        session,
        "INSERT INTO service (organisation_id, name, audiences, languages, cost, referral, is_online, "
        "review_status, source_id, source_ref) "
        "VALUES (:o, :n, '{}', '{}', 'free', 'unknown', :online, :status, :s, :n) RETURNING id",
        o=organisation,
        n=name,
        online=is_online,
        status=status,
        s=source,
    )
    if theme:
        run(session, "INSERT INTO service_theme (service_id, theme_key) VALUES (:s, :t)", s=service, t=theme)
    return service


def add_place(
    session: Session, source: int, *, postcode: str | None = None, privacy: str = "exact", geom: str = "NULL"
) -> Any:
    return one(
        session,
        f"INSERT INTO place (postcode, privacy, geom, source_id, source_ref) "
        f"VALUES (:p, :privacy, {geom}, :s, gen_random_uuid()) RETURNING id",
        p=postcode,
        privacy=privacy,
        s=source,
    )


def add_footprint(session: Session, organisation: Any, place: Any, *, service: Any = None) -> None:
    run(
        session,
        "INSERT INTO footprint (organisation_id, service_id, role, place_id) VALUES (:o, :v, 'meets_at', :p)",
        o=organisation,
        v=service,
        p=place,
    )


def one(session: Session, statement: str, **values: Any) -> Any:
    return session.execute(text(statement), values).scalar_one()


def run(session: Session, statement: str, **values: Any) -> None:
    session.execute(text(statement), values)
