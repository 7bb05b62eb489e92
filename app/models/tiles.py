"""What the map's tiles are made from; filled by triggers and by drawing, never by hand (see the 0002 revision)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    Double,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, INT4MULTIRANGE, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base

MERCATOR_SRID = 3857


class MapPoint(Base):
    """A pin: one public record at one public place, or one public need."""

    __tablename__ = "map_point"
    __table_args__ = (
        CheckConstraint("kind BETWEEN 0 AND 2", name="kind"),
        Index("ix_map_point_spot", text("point(x, y)"), postgresql_using="gist"),
    )

    kind: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, comment="0 organisation, 1 service, 2 need", autoincrement=False
    )
    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    place_id: Mapped[UUID] = mapped_column(primary_key=True, comment="Where it stands; a need stands for itself")
    organisation_id: Mapped[UUID | None] = mapped_column(index=True)
    x: Mapped[int] = mapped_column(BigInteger, comment="From the west; the world is 2^32 wide")
    y: Mapped[int] = mapped_column(BigInteger, comment="From the north; the world is 2^32 high")
    cell: Mapped[int | None] = mapped_column(BigInteger, Computed("quad_cell(x, y)", persisted=True), index=True)
    name: Mapped[str] = mapped_column(Text)
    themes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    audiences: Mapped[list[str]] = mapped_column(ARRAY(Text))
    open_minutes: Mapped[Any] = mapped_column(
        INT4MULTIRANGE, comment="Open, in minutes since Monday 00:00; empty: nobody has said"
    )
    term_minutes: Mapped[Any] = mapped_column(INT4MULTIRANGE, comment="As open_minutes, in term time only")


class MapCell(Base):
    """How many pins stand in a cell: the sum of its rows."""

    __tablename__ = "map_cell"
    __table_args__ = (
        Index("ix_map_cell_zoom_cell", "zoom", "cell"),
        {
            "comment": "Additions and subtractions: rows are only added, so that two changes never wait for "
            "each other; add them up"
        },
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    zoom: Mapped[int] = mapped_column(SmallInteger)
    cell: Mapped[int] = mapped_column(BigInteger, comment="A sixteenth of a tile at this zoom")
    kind: Mapped[int] = mapped_column(SmallInteger)
    theme_key: Mapped[str] = mapped_column(Text, comment="Empty: all pins of the kind; else those with this theme")
    pins: Mapped[int]
    x_sum: Mapped[int] = mapped_column(BigInteger)
    y_sum: Mapped[int] = mapped_column(BigInteger)


class MapChange(Base):
    __tablename__ = "map_change"
    __table_args__ = ({"comment": "One row per change of the map: caches ask for the newest and how many"},)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class AreaDrawing(Base):
    """How one layer of areas is drawn."""

    __tablename__ = "area_drawing"

    area_layer_id: Mapped[int] = mapped_column(
        ForeignKey("area_layer.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[str] = mapped_column(
        Text, server_default="", comment="From the outlines it was drawn from: the same outlines, the same version"
    )
    is_stale: Mapped[bool] = mapped_column(server_default="true", comment="Areas changed since")
    area_count: Mapped[int] = mapped_column(server_default="0")
    bounds: Mapped[list[float]] = mapped_column(
        ARRAY(Double), server_default="{}", comment="West, south, east, north in degrees"
    )
    bands: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    drawn_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())


class AreaLevel(Base):
    """How the areas of a layer are drawn together when they are too small to see."""

    __tablename__ = "area_level"
    __table_args__ = (
        {"comment": "How areas too small to see are drawn together; sums of theirs are sums of the group"},
    )

    area_layer_id: Mapped[int] = mapped_column(ForeignKey("area_layer.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, comment="From 1; the higher, the bigger the groups"
    )
    name: Mapped[str] = mapped_column(Text, comment="The key of a coarser layer, or squares")
    group_count: Mapped[int]
    groups: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), comment="The group of each area, from 0, in the order of area codes"
    )


class AreaShape(Base):
    """One shape of a layer, as drawn in one band of zooms."""

    __tablename__ = "area_shape"
    __table_args__ = (Index("ix_area_shape_band_geom", "area_layer_id", "band", "geom", postgresql_using="gist"),)

    area_layer_id: Mapped[int] = mapped_column(ForeignKey("area_layer.id", ondelete="CASCADE"), primary_key=True)
    band: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, comment="A run of zooms drawn alike; see area_drawing.bands"
    )
    number: Mapped[int] = mapped_column(
        primary_key=True, comment="From 0: the area by the order of codes, or the group"
    )
    geom: Mapped[WKBElement] = mapped_column(Geometry("MULTIPOLYGON", srid=MERCATOR_SRID, spatial_index=False))
