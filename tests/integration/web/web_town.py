"""Web Town: 48 crooked squares in four wards, with every state of the gap map, for tests of pages.

Columns run west to east (0 to 7), rows south to north (0 to 5); each square is about a kilometre. Food is in the
west and the middle. Somebody looked everywhere except in the north-east corner (not enough data); in the
south-east there is nothing (checked, none); around column 5, row 3 the only food is at a registered address.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.queries.versions import AREAS, INDICATORS, RECORDS, bump_versions

COLUMNS, ROWS, SIDE_M = 8, 6, 1_000.0
LEFT_M, BOTTOM_M = 380_000.0, 395_000.0
THEMES = (("food", "Food", "Who lacks enough good food?"), ("sport", "Sport", "Who lacks a way to be active?"))
FOOD_AT = (
    (0.5, 0.6), (0.7, 2.4), (1.5, 4.5), (1.6, 1.5), (2.4, 3.3), (2.6, 5.2), (3.4, 0.8), (3.5, 2.5), (3.6, 4.4),
)  # fmt: skip
REGISTERED_AT = (5.6, 3.4)
UNLOOKED = {(6, 4), (6, 5), (7, 4), (7, 5), (5, 5)}
SQUARES = [(column, row) for row in range(ROWS) for column in range(COLUMNS)]

Point = tuple[float, float]
Square = tuple[int, int]


def build(session: Session) -> None:
    """Areas, people, services, needs and surveys; the site is the whole town."""
    source = insert(session, "source", key="web-town", title="Web Town", publisher="Nobody", licence="CC0",
                    attribution="Made up for tests.", is_invented=True)  # fmt: skip
    for order, (key, name, question) in enumerate(THEMES):
        insert(session, "theme", returning="key", key=key, name=name, question=question, description="",
               icon="bowl", sort_order=order)  # fmt: skip
    wanted = (("square", "Squares", "statistical"), ("ward", "Wards", "electoral"), ("town", "Towns", "council"))
    layers = {
        key: insert(session, "area_layer", key=key, name=name, singular=key, vintage="2024", kind=kind,
                    sort_order=order, source_id=source)
        for order, (key, name, kind) in enumerate(wanted)
    }  # fmt: skip
    add_squares(session, layers["square"])
    add_bigger(session, layers)
    add_indicator(session, source, layers["square"])
    add_records(session)
    bump_versions(session, [AREAS, INDICATORS, RECORDS])


def add_records(session: Session) -> None:
    for number, at in enumerate(FOOD_AT):
        add_service(session, f"Kitchen {number + 1}", at)
    add_service(session, "Paper Kitchen", REGISTERED_AT, role="registered_at")
    for number in range(6):
        add_need(session, f"There is nowhere warm to eat, street {number + 1}", (5.2 + number * 0.4, 1.3))
    add_survey(session, *(square for square in SQUARES if square not in UNLOOKED))


def insert(
    session: Session, table: str, *, returning: str = "id", sql: dict[str, str] | None = None, **values: Any
) -> Any:
    """Insert one row; ``sql`` holds columns given as an expression. Returns the ``returning`` column."""
    columns = {**{name: f":{name}" for name in values}, **(sql or {})}
    statement = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(columns.values())}) RETURNING {returning}"
    )
    return session.execute(text(statement), values).scalar_one()


def source_id(session: Session) -> int:
    return int(session.execute(text("SELECT id FROM source WHERE key = 'web-town'")).scalar_one())


def code_of(square: Square) -> str:
    return f"S{square[0]}{square[1]}"


@cache
def corner(column: int, row: int) -> Point:
    """A crooked corner, the same for every square that shares it."""
    crooked = random.Random(column * 100 + row)
    return (
        LEFT_M + column * SIDE_M + crooked.uniform(-180, 180),
        BOTTOM_M + row * SIDE_M + crooked.uniform(-180, 180),
    )


def ring_of(square: Square) -> str:
    column, row = square
    corners = [corner(column + x, row + y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
    return f"POLYGON(({', '.join(f'{x} {y}' for x, y in corners)}))"


def point_sql(at: Point) -> str:
    x, y = LEFT_M + at[0] * SIDE_M, BOTTOM_M + at[1] * SIDE_M
    return f"ST_Transform(ST_SetSRID(ST_MakePoint({x}, {y}), 27700), 4326)"


def add_areas(session: Session, layer: int, areas: dict[str, tuple[str, list[Square]]]) -> dict[str, int]:
    """Areas of a layer, each by its code with its name and its squares; their ids by code."""
    shapes = {
        code: ", ".join(f"ST_GeomFromText('{ring_of(square)}', 27700)" for square in squares)
        for code, (_name, squares) in areas.items()
    }
    new = ", ".join(f"('{code}', '{areas[code][0]}', ST_Union(ARRAY[{shape}]))" for code, shape in shapes.items())
    rows = session.execute(
        text(
            "INSERT INTO area (area_layer_id, area_code, name, geom, point_geom, size_m2) "
            "SELECT :layer, code, name, ST_Multi(ST_Transform(shape, 4326)), "
            "ST_PointOnSurface(ST_Transform(shape, 4326)), ST_Area(shape) "
            f"FROM (VALUES {new}) AS new (code, name, shape) RETURNING area_code, id"
        ),
        {"layer": layer},
    )
    return {row.area_code: row.id for row in rows}


def add_squares(session: Session, layer: int) -> None:
    """The squares, with the people of each at its middle."""
    areas = add_areas(
        session, layer, {code_of(square): (f"Square {square[0]}-{square[1]}", [square]) for square in SQUARES}
    )
    points = ", ".join(
        f"({areas[code_of((column, row))]}, {LEFT_M + (column + 0.5) * SIDE_M}, "
        f"{BOTTOM_M + (row + 0.5) * SIDE_M}, 1, {700 + 97 * ((column * 5 + row * 3) % 11)}, "
        f"{point_sql((column + 0.5, row + 0.5))})"
        for column, row in SQUARES
    )
    session.execute(text(f"INSERT INTO population_point (area_id, x_m, y_m, share, people, geom) VALUES {points}"))
    belong(session, layer, {areas[code_of(square)]: [square] for square in SQUARES})


def belong(session: Session, layer: int, squares_of: dict[int, list[Square]]) -> None:
    """The people of these squares belong to these areas of a layer."""
    pairs = ", ".join(f"('{code_of(one)}', {area})" for area, squares in squares_of.items() for one in squares)
    session.execute(
        text(
            "INSERT INTO point_area (area_layer_id, population_point_id, area_id) "
            f"SELECT :layer, p.id, pair.area_id FROM (VALUES {pairs}) AS pair (code, area_id) "
            "JOIN area a ON a.area_code = pair.code JOIN population_point p ON p.area_id = a.id"
        ),
        {"layer": layer},
    )


def add_bigger(session: Session, layers: dict[str, int]) -> None:
    wards: dict[str, list[Square]] = {}
    for column, row in SQUARES:
        name = ("South" if row < 3 else "North") + (" West" if column < 4 else " East")
        wards.setdefault(name, []).append((column, row))
    groups = {
        "ward": {f"W{n}": (name, squares) for n, (name, squares) in enumerate(wards.items())},
        "town": {"T1": ("Web Town", SQUARES)},
    }
    for layer, areas in groups.items():
        added = add_areas(session, layers[layer], areas)
        belong(session, layers[layer], {added[code]: squares for code, (_name, squares) in areas.items()})
    insert(
        session, "site", id=1, name="Web Town", area_id=added["T1"], base_layer_id=layers["square"],
        is_invented=True,
    )  # fmt: skip


def add_indicator(session: Session, source: int, layer: int) -> None:
    indicator = insert(
        session,
        "indicator",
        key="score",
        name="Deprivation score",
        unit="points",
        role="deprivation",
        direction="higher",
        measured_on=date(2024, 1, 1),
        area_layer_id=layer,
        source_id=source,
    )
    values = {"i": indicator, "l": layer}
    session.execute(
        text(
            "INSERT INTO indicator_value SELECT :i, id, 10 + (row_number() OVER (ORDER BY area_code) + 28) % 37 "
            "FROM area WHERE area_layer_id = :l"
        ),
        values,
    )
    session.execute(text("UPDATE site SET deprivation_indicator_id = :i"), values)


def add_service(
    session: Session,
    name: str,
    at: Point,
    *,
    role: str = "meets_at",
    summary: str = "",
    service: str = "",
    website: str | None = None,
    place: str = "",
    **hidden: str,
) -> tuple[str, str]:
    """An organisation with one food service and one place; returns both ids.

    ``hidden`` may set ``review_status`` of both, or ``privacy`` of the place.
    """
    source = source_id(session)
    confirmed = today() - timedelta(days=60)
    status = hidden.get("review_status", "approved")
    organisation = insert(
        session, "organisation", name=name, kind="charity", stage="established",
        summary=summary or f"{name} feeds people.", website=website, review_status=status, confirmed_on=confirmed,
        source_id=source, source_ref=name,
    )  # fmt: skip
    ident = insert(
        session, "service", organisation_id=organisation, name=service or f"{name} lunch", description=summary,
        audiences=["anyone"], languages=["en", "pl"], cost="free", referral="not_needed", step_free=True,
        is_online=False, review_status=status, confirmed_on=confirmed, source_id=source, source_ref=name,
    )  # fmt: skip
    insert(session, "service_theme", returning="theme_key", service_id=ident, theme_key="food")
    insert(session, "schedule", service_id=ident, weekday=2, opens="12:00", closes="14:00")
    where = insert(
        session, "place", sql={"geom": point_sql(at)}, name=place or f"{name} hall", address="1 High Street",
        postcode="ZZ1 1AA", privacy=hidden.get("privacy", "exact"), source_id=source, source_ref=name,
    )  # fmt: skip
    only_registered = role == "registered_at"
    insert(session, "footprint", organisation_id=organisation, service_id=None if only_registered else ident,
           role=role, place_id=where, source_id=source)  # fmt: skip
    return str(organisation), str(ident)


def add_need(session: Session, statement: str, at: Point, **hidden: str) -> str:
    return str(
        insert(
            session,
            "need",
            sql={"geom": point_sql(at)},
            theme_key="food",
            statement=statement,
            audience="anyone",
            privacy=hidden.get("privacy", "exact"),
            support_count=3,
            status="open",
            raised_on=date(2026, 5, 1),
            review_status=hidden.get("review_status", "approved"),
            source_id=source_id(session),
            source_ref=statement,
        )
    )


def forget_looks(session: Session, *codes: str) -> None:
    """As if nobody had looked in these squares."""
    session.execute(
        text("DELETE FROM survey WHERE area_id IN (SELECT id FROM area WHERE area_code = ANY (:codes))"),
        {"codes": list(codes)},
    )


def add_survey(session: Session, *squares: Square) -> None:
    """Somebody walked through these squares three months ago."""
    session.execute(
        text(
            "INSERT INTO survey (area_id, kind, checked_on, source_id) SELECT id, 'walk_round', :day, :source "
            "FROM area WHERE area_code = ANY (:codes) ORDER BY array_position(:codes, area_code)"
        ),
        {"day": today() - timedelta(days=90), "source": source_id(session), "codes": [*map(code_of, squares)]},
    )
