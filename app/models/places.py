"""Points where something happens, and how much of them the public may see."""

from __future__ import annotations

from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import METRIC_SRID, ROUGH_CELL_M, SRID, Base, enum_of, point
from app.vocabulary import LocationPrivacy

PUBLIC_POINT = (
    "CASE privacy WHEN 'exact' THEN geom WHEN 'rough' THEN "
    f"ST_Transform(ST_SnapToGrid(ST_Transform(geom, {METRIC_SRID}), {ROUGH_CELL_M}), {SRID}) END"
)
"""The one definition of what of a point the public may see; tables with a private point share it."""

POINT_IN_RANGE = (
    "geom IS NULL OR (NOT ST_IsEmpty(geom) AND ST_X(geom) BETWEEN -180 AND 180 AND ST_Y(geom) BETWEEN -90 AND 90)"
)


class Place(Base):
    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("source_id", "source_ref"),
        Index("ix_place_public_geom", "public_geom", postgresql_using="gist"),
        CheckConstraint(POINT_IN_RANGE, name="geom_in_range"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    name: Mapped[str] = mapped_column(Text, server_default="")
    address: Mapped[str] = mapped_column(Text, server_default="")
    postcode: Mapped[str | None] = mapped_column(Text, comment="As people write it: M33 2AB")
    geom: Mapped[WKBElement | None] = mapped_column(point(), comment="Never public; read public_geom")
    privacy: Mapped[LocationPrivacy] = mapped_column(enum_of(LocationPrivacy))
    public_geom: Mapped[WKBElement | None] = mapped_column(point(), Computed(PUBLIC_POINT, persisted=True))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    source_ref: Mapped[str] = mapped_column(Text)
