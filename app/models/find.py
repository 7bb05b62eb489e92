"""What the finder searches; made by triggers from the public views (see the 0008 revision), never by hand."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import ForeignKey, Index, Integer, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, INT4MULTIRANGE, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import METRIC_SRID, Base


class Findable(Base):
    """One public service, or a public organisation that lists none."""

    __tablename__ = "findable"
    __table_args__ = (
        Index("ix_findable_words", "words", postgresql_using="gin"),
        Index("ix_findable_title", "title", postgresql_using="gin", postgresql_ops={"title": "gin_trgm_ops"}),
        Index("ix_findable_geom", "geom", postgresql_using="gist"),
        Index("ix_findable_area_ids", "area_ids", postgresql_using="gin"),
        Index("ix_findable_is_remote", "id", postgresql_where=text("is_remote")),
        Index("ix_findable_no_audience", "organisation_id", "id", postgresql_where=text("audiences = '{}'")),
        Index("ix_findable_no_times", text("isempty(slots + term_slots)"), "organisation_id"),
        {"comment": "What the finder searches; made from the public views by triggers, never by hand"},
    )

    id: Mapped[UUID] = mapped_column(
        primary_key=True, comment="Of the service, or of an organisation that lists none"
    )
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    is_service: Mapped[bool]
    title: Mapped[str] = mapped_column(Text, comment="Names without accents, to guess what a slip meant")
    words: Mapped[Any] = mapped_column(TSVECTOR)
    themes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    audiences: Mapped[list[str]] = mapped_column(ARRAY(Text))
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    is_free: Mapped[bool]
    is_step_free: Mapped[bool]
    is_remote: Mapped[bool] = mapped_column(comment="Online, by phone, or for the whole country")
    min_age: Mapped[int | None] = mapped_column(SmallInteger)
    max_age: Mapped[int | None] = mapped_column(SmallInteger)
    slots: Mapped[Any] = mapped_column(INT4MULTIRANGE, comment="When it is open, as slot_of counts")
    term_slots: Mapped[Any] = mapped_column(INT4MULTIRANGE, comment="As slots, in term time only")
    geom: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTIPOINT", srid=METRIC_SRID, spatial_index=False), comment="Its public points"
    )
    area_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), comment="Areas it serves")
    is_registered_only: Mapped[bool] = mapped_column(
        comment="Its points are addresses in a register: nobody says it meets there"
    )
    is_missing: Mapped[bool] = mapped_column(comment="Its source no longer has it")
    confirmed_on: Mapped[date | None] = mapped_column(comment="Null: nobody has")
