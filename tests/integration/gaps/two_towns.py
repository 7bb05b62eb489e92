"""Two towns side by side in the database: eight squares of one kilometre, four in each town.

column   0     1   |   2     3          people: 1,000 in every square, at its middle
row 1   W-a   W-b  |  E-a   E-b         wards: W-north, W-south, E-north, E-south (a row of a town each)
row 0   W-c   W-d  |  E-c   E-d         deprivation: the same everywhere, so every need weight is 1
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.versions import AREAS, INDICATORS, RECORDS, bump_versions

LEFT_M, BOTTOM_M, SIDE_M, PEOPLE = 400_000.0, 400_000.0, 1_000.0, 1_000.0
SQUARES = {
    "W-a": (0, 1), "W-b": (1, 1), "E-a": (2, 1), "E-b": (3, 1),
    "W-c": (0, 0), "W-d": (1, 0), "E-c": (2, 0), "E-d": (3, 0),
}  # fmt: skip
WARDS = {
    "W-north": ("W-a", "W-b"), "W-south": ("W-c", "W-d"),
    "E-north": ("E-a", "E-b"), "E-south": ("E-c", "E-d"),
}  # fmt: skip
TOWNS = {"W": ("W-a", "W-b", "W-c", "W-d"), "E": ("E-a", "E-b", "E-c", "E-d")}


def middle_of(square: str) -> tuple[float, float]:
    """British National Grid metres."""
    column, row = SQUARES[square]
    return LEFT_M + (column + 0.5) * SIDE_M, BOTTOM_M + (row + 0.5) * SIDE_M


def one(session: Session, statement: str, **values: Any) -> Any:
    return session.execute(text(statement), values).scalar_one()


def build(session: Session) -> None:
    """Areas, people, themes and the site; no services and no surveys yet."""
    source = one(
        session,
        "INSERT INTO source (key, title, publisher, licence, attribution) "
        "VALUES ('towns', 'Two towns', 'us', 'none', 'invented') RETURNING id",
    )
    for key, name in (("food", "Food"), ("sport", "Sport")):
        session.execute(
            text("INSERT INTO theme VALUES (:k, :n, 'Who lacks it?', '', 'dot', 1) ON CONFLICT DO NOTHING"),
            {"k": key, "n": name},
        )
    layers = {}
    for order, key in enumerate(("square", "ward", "town")):
        layers[key] = one(
            session,
            "INSERT INTO area_layer (key, name, singular, vintage, kind, sort_order, source_id) "
            "VALUES (:k, :k || 's', :k, '2024', 'council', :o, :s) RETURNING id",
            k=key, o=order, s=source,
        )  # fmt: skip
    squares = {code: add_area(session, layers["square"], code, [code]) for code in SQUARES}
    points = {code: add_people(session, area_id, code) for code, area_id in squares.items()}
    groups = {("square", code): (code,) for code in SQUARES}
    groups |= {("ward", code): members for code, members in WARDS.items()}
    groups |= {("town", code): members for code, members in TOWNS.items()}
    for (layer, code), members in groups.items():
        area = squares[code] if layer == "square" else add_area(session, layers[layer], code, list(members))
        for member in members:
            session.execute(
                text("INSERT INTO point_area VALUES (:l, :p, :a)"),
                {"l": layers[layer], "p": points[member], "a": area},
            )
    bump_versions(session, [AREAS, INDICATORS, RECORDS])


def add_area(session: Session, layer_id: int, code: str, squares: list[str]) -> int:
    boxes = [
        f"ST_MakeEnvelope({x - 500}, {y - 500}, {x + 500}, {y + 500}, 27700)" for x, y in map(middle_of, squares)
    ]
    shape = f"ST_Transform(ST_Union(ARRAY[{', '.join(boxes)}]), 4326)"
    return one(
        session,
        "INSERT INTO area (area_layer_id, area_code, name, geom, point_geom, size_m2) "
        "SELECT :l, :c, 'Area ' || :c, ST_Multi(g), ST_PointOnSurface(g), 1e6 "
        f"FROM (SELECT {shape} AS g) s RETURNING id",
        l=layer_id, c=code,
    )  # fmt: skip


def add_people(session: Session, area_id: int, square: str) -> int:
    x, y = middle_of(square)
    return one(
        session,
        "INSERT INTO population_point (area_id, geom, x_m, y_m, share, people) VALUES "
        "(:a, ST_Transform(ST_SetSRID(ST_MakePoint(:x, :y), 27700), 4326), :x, :y, 1, :p) RETURNING id",
        a=area_id, x=x, y=y, p=PEOPLE,
    )  # fmt: skip


def add_service(
    session: Session,
    name: str,
    at: tuple[float, float] | None,
    *,
    role: str = "meets_at",
    privacy: str = "exact",
    review_status: str = "approved",
    serves: int | None = None,
    theme: str = "food",
) -> str:
    """An organisation with one service, at metres or serving an area; returns the service id."""
    source = one(session, "SELECT id FROM source WHERE key = 'towns'")
    organisation = one(
        session,
        "INSERT INTO organisation (name, kind, stage, review_status, source_id, source_ref) "
        "VALUES (:n, 'charity', 'established', :r, :s, :n) RETURNING id",
        n=name, r=review_status, s=source,
    )  # fmt: skip
    service = one(
        session,
        "INSERT INTO service (organisation_id, name, audiences, languages, cost, referral, is_online, "
        "review_status, source_id, source_ref) "
        "VALUES (:o, :n, '{}', '{}', 'free', 'unknown', false, :r, :s, :n) RETURNING id",
        o=organisation, n=f"{name} service", r=review_status, s=source,
    )  # fmt: skip
    session.execute(text("INSERT INTO service_theme VALUES (:s, :t)"), {"s": service, "t": theme})
    place = None
    if at is not None:
        place = one(
            session,
            "INSERT INTO place (name, geom, privacy, source_id, source_ref) VALUES "
            "(:n, ST_Transform(ST_SetSRID(ST_MakePoint(:x, :y), 27700), 4326), :p, :s, :n) RETURNING id",
            n=f"{name} hall", x=at[0], y=at[1], p=privacy, s=source,
        )  # fmt: skip
    session.execute(
        text(
            "INSERT INTO footprint (organisation_id, service_id, role, place_id, area_id) "
            "VALUES (:o, :s, :r, :p, :a)"
        ),
        {"o": organisation, "s": service, "r": role, "p": place, "a": serves},
    )
    bump_versions(session, [RECORDS])
    return str(service)


def area_id(session: Session, code: str) -> int:
    return int(one(session, "SELECT id FROM area WHERE area_code = :c", c=code))


def add_survey(session: Session, code: str, checked_on: date, theme: str | None = None) -> None:
    session.execute(
        text(
            "INSERT INTO survey (theme_key, area_id, kind, checked_on, source_id) "
            "SELECT :t, :a, 'walk_round', :d, id FROM source WHERE key = 'towns'"
        ),
        {"t": theme, "a": area_id(session, code), "d": checked_on},
    )
    bump_versions(session, [RECORDS])


def set_facts(session: Session, name: str, *, cost: str = "unknown", step_free: bool | None = None) -> None:
    """Say more of the service that add_service made for ``name``; its version is bumped, so nothing is stale."""
    session.execute(
        text("UPDATE service SET cost = :c, step_free = :f WHERE source_ref = :n"),
        {"c": cost, "f": step_free, "n": f"{name} service"},
    )
    bump_versions(session, [RECORDS])
