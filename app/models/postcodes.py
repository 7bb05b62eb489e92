"""Postcodes and their points."""

from __future__ import annotations

from datetime import date

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, point


class Postcode(Base):
    __tablename__ = "postcode"
    __table_args__ = (CheckConstraint("postcode ~ '^[A-Z0-9]{5,7}$'", name="normalised"),)

    postcode: Mapped[str] = mapped_column(Text, primary_key=True, comment="Capital letters, no spaces: M332AB")
    geom: Mapped[WKBElement | None] = mapped_column(point(), comment="Null: the source gives no grid reference")
    terminated_on: Mapped[date | None] = mapped_column(comment="Royal Mail stopped using it; people still type it")
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
