"""Area layers, their areas, where people live, and where somebody has looked."""

from __future__ import annotations

from datetime import date

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of, multipolygon, point
from app.vocabulary import AreaLayerKind, SurveyKind


class AreaLayer(Base):
    __tablename__ = "area_layer"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True, comment="Used in addresses: lsoa-2021")
    name: Mapped[str] = mapped_column(Text, comment="Plural: Neighbourhoods (LSOA 2021)")
    singular: Mapped[str] = mapped_column(Text)
    vintage: Mapped[str] = mapped_column(Text)
    kind: Mapped[AreaLayerKind] = mapped_column(enum_of(AreaLayerKind))
    sort_order: Mapped[int] = mapped_column(comment="Finest first")
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))


class Area(Base):
    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("area_layer_id", "area_code"),
        Index("ix_area_geom", "geom", postgresql_using="gist"),
        CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name="geom_valid"),
        CheckConstraint("size_m2 > 0", name="size_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_layer_id: Mapped[int] = mapped_column(ForeignKey("area_layer.id"))
    area_code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    geom: Mapped[WKBElement] = mapped_column(multipolygon())
    point_geom: Mapped[WKBElement] = mapped_column(point(), comment="A point on the surface, for labels")
    size_m2: Mapped[float]


class PopulationPoint(Base):
    """Some of the people of one base-layer area, at the place where they live."""

    __tablename__ = "population_point"
    __table_args__ = (
        Index("ix_population_point_geom", "geom", postgresql_using="gist"),
        CheckConstraint("people >= 0", name="people_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), index=True)
    geom: Mapped[WKBElement] = mapped_column(point())
    x_m: Mapped[float] = mapped_column(comment="British National Grid easting")
    y_m: Mapped[float] = mapped_column(comment="British National Grid northing")
    share: Mapped[float] = mapped_column(comment="Of the people of its area; sums to 1 there")
    people: Mapped[float]


class PointArea(Base):
    """Which area of each layer a population point counts towards; sums over any layer agree exactly."""

    __tablename__ = "point_area"

    area_layer_id: Mapped[int] = mapped_column(ForeignKey("area_layer.id", ondelete="CASCADE"), primary_key=True)
    population_point_id: Mapped[int] = mapped_column(
        ForeignKey("population_point.id", ondelete="CASCADE"), primary_key=True
    )
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), index=True)


class Survey(Base):
    """Somebody looked: a published list that covers an area, or a walk-round."""

    __tablename__ = "survey"
    __table_args__ = (
        CheckConstraint("completeness BETWEEN 0 AND 1", name="completeness_share"),
        UniqueConstraint("source_id", "theme_key", "area_id", "kind", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_key: Mapped[str | None] = mapped_column(ForeignKey("theme.key"), comment="Null: every theme")
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SurveyKind] = mapped_column(enum_of(SurveyKind))
    checked_on: Mapped[date]
    completeness: Mapped[float | None] = mapped_column(comment="Share of what is there that was found, 0 to 1")
    note: Mapped[str] = mapped_column(Text, server_default="")
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))


class Site(Base):
    """The one row that says which place this instance is about."""

    __tablename__ = "site"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    base_layer_id: Mapped[int | None] = mapped_column(
        ForeignKey("area_layer.id"), comment="Population points sit in it"
    )
    land_layer_id: Mapped[int | None] = mapped_column(
        ForeignKey("area_layer.id", ondelete="SET NULL"),
        comment="Draws all land around; beyond it is sea; null: not known",
    )
    population_indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicator.id"))
    deprivation_indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicator.id"))
    is_invented: Mapped[bool] = mapped_column(server_default="false")
