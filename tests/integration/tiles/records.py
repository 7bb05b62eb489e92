"""Records put straight into the tables, one call each, for tests of what reaches the map."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.map_points import make_tiles
from app.actions.tile_blocks import Json, Tile

THEMES = ("food", "warmth", "sport")


def run(session: Session, sql: str, /, **values: Any) -> None:
    session.execute(text(sql), values)


def make_tile(session: Session, themes: list[str], zoom: int, x: int, y: int, **asked: Any) -> Json | None:
    """One tile of pins by itself."""
    return make_tiles(session, themes, Tile(zoom, x, y), **asked)[0]


def add_basics(session: Session) -> None:
    """A source and three themes, in an empty database."""
    run(
        session,
        "INSERT INTO source (key, title, publisher, licence, attribution) VALUES ('t', 't', 't', 't', '© t')",
    )
    for order, key in enumerate(THEMES):
        run(session, "INSERT INTO theme VALUES (:key, :key, '?', '', 'dot', :order)", key=key, order=order)


SOURCE = "(SELECT id FROM source WHERE key = 't')"


def add_organisation(session: Session, name: str = "An organisation", **values: Any) -> UUID:
    ident = uuid4()
    row = {"kind": "charity", "stage": "established", "review_status": "approved", **values}
    run(
        session,
        "INSERT INTO organisation (id, name, kind, stage, review_status, source_id, source_ref) "
        f"VALUES (:id, :name, :kind, :stage, :review_status, {SOURCE}, :ref)",
        id=ident, name=name, ref=str(ident), **row,
    )  # fmt: skip
    return ident


def add_service(
    session: Session, organisation_id: UUID, name: str = "A service", themes: tuple[str, ...] = (), **values: Any
) -> UUID:
    ident = uuid4()
    row = {"audiences": [], "review_status": "approved", **values}
    run(
        session,
        "INSERT INTO service (id, organisation_id, name, audiences, languages, cost, referral, is_online, "
        "review_status, source_id, source_ref) VALUES (:id, :organisation_id, :name, :audiences, '{}', 'free', "
        f"'unknown', false, :review_status, {SOURCE}, :ref)",
        id=ident, organisation_id=organisation_id, name=name, ref=str(ident), **row,
    )  # fmt: skip
    for theme in themes:
        run(session, "INSERT INTO service_theme VALUES (:id, :theme)", id=ident, theme=theme)
    return ident


def add_place(session: Session, lon: float, lat: float, privacy: str = "exact") -> UUID:
    ident = uuid4()
    run(
        session,
        "INSERT INTO place (id, geom, privacy, source_id, source_ref) "
        f"VALUES (:id, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :privacy, {SOURCE}, :ref)",
        id=ident, lon=lon, lat=lat, privacy=privacy, ref=str(ident),
    )  # fmt: skip
    return ident


def add_footprint(session: Session, organisation_id: UUID, place_id: UUID, service_id: UUID | None = None) -> None:
    run(
        session,
        "INSERT INTO footprint (organisation_id, service_id, role, place_id) VALUES (:o, :s, 'meets_at', :p)",
        o=organisation_id, s=service_id, p=place_id,
    )  # fmt: skip


def add_need(session: Session, lon: float, lat: float, statement: str = "A need", **values: Any) -> UUID:
    ident = uuid4()
    row = {
        "theme": "food",
        "audience": "",
        "privacy": "exact",
        "status": "open",
        "review_status": "approved",
        **values,
    }
    run(
        session,
        "INSERT INTO need (id, theme_key, statement, audience, geom, privacy, support_count, status, raised_on, "
        "review_status, source_id, source_ref) VALUES (:id, :theme, :statement, :audience, "
        "ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :privacy, 0, :status, '2026-01-01', :review_status, "
        f"{SOURCE}, :ref)",
        id=ident, statement=statement, lon=lon, lat=lat, ref=str(ident), **row,
    )  # fmt: skip
    return ident


def set_value(session: Session, table: str, ident: UUID, **values: Any) -> None:
    sets = ", ".join(f"{name} = :{name}" for name in values)
    run(session, f"UPDATE {table} SET {sets} WHERE id = :id", id=ident, **values)


def pins(session: Session) -> list[tuple[int, str]]:
    """Kind and name of every pin, in order."""
    return [tuple(row) for row in session.execute(text("SELECT kind, name FROM map_point ORDER BY kind, name"))]


def add_square_layer(session: Session, key: str, columns: int, rows: int, side: float = 0.01) -> int:
    """A layer of squares of ``side`` degrees from -2.4, 53.4; codes A0000, A0001 … row by row. Returns its id."""
    layer_id = session.execute(
        text(
            "INSERT INTO area_layer (key, name, singular, vintage, kind, sort_order, source_id) "
            f"VALUES (:key, :key, :key, '2024', 'statistical', 1, {SOURCE}) RETURNING id"
        ),
        {"key": key},
    ).scalar_one()
    run(
        session,
        """
        INSERT INTO area (area_layer_id, area_code, name, geom, point_geom, size_m2)
        SELECT :layer, 'A' || lpad((y * :columns + x)::text, 4, '0'), 'Square', ST_Multi(box), ST_Centroid(box),
               ST_Area(ST_Transform(box, 27700))
        FROM generate_series(0, :columns - 1) AS x, generate_series(0, :rows - 1) AS y,
             ST_MakeEnvelope(-2.4 + x * :side, 53.4 + y * :side, -2.4 + (x + 1) * :side, 53.4 + (y + 1) * :side,
                             4326) AS box
        """,
        layer=layer_id, columns=columns, rows=rows, side=side,
    )  # fmt: skip
    return int(layer_id)
