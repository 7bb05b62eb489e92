"""Published numbers per area."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of
from app.vocabulary import IndicatorDirection, IndicatorRole


class Indicator(Base):
    __tablename__ = "indicator"
    __table_args__ = (UniqueConstraint("area_layer_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, comment="The same number for two layers has the same key")
    name: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    role: Mapped[IndicatorRole] = mapped_column(enum_of(IndicatorRole))
    direction: Mapped[IndicatorDirection] = mapped_column(enum_of(IndicatorDirection))
    measured_on: Mapped[date | None] = mapped_column(comment="The day or year the number describes")
    area_layer_id: Mapped[int] = mapped_column(ForeignKey("area_layer.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))


class IndicatorValue(Base):
    __tablename__ = "indicator_value"
    __table_args__ = (Index("ix_indicator_value_area_id", "area_id"),)

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id", ondelete="CASCADE"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    value: Mapped[float]
