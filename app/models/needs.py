"""What people say is missing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of, point
from app.models.places import POINT_IN_RANGE, PUBLIC_POINT
from app.vocabulary import LocationPrivacy, NeedStatus, ReviewStatus


class Need(Base):
    __tablename__ = "need"
    __table_args__ = (
        UniqueConstraint("source_id", "source_ref"),
        Index("ix_need_public_geom", "public_geom", postgresql_using="gist"),
        CheckConstraint(POINT_IN_RANGE, name="geom_in_range"),
        CheckConstraint("support_count >= 0", name="support_not_negative"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    theme_key: Mapped[str] = mapped_column(ForeignKey("theme.key"), index=True)
    statement: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    geom: Mapped[WKBElement | None] = mapped_column(point(), comment="Never public; read public_geom")
    privacy: Mapped[LocationPrivacy] = mapped_column(enum_of(LocationPrivacy))
    public_geom: Mapped[WKBElement | None] = mapped_column(point(), Computed(PUBLIC_POINT, persisted=True))
    support_count: Mapped[int]
    status: Mapped[NeedStatus] = mapped_column(enum_of(NeedStatus))
    raised_on: Mapped[date]
    review_status: Mapped[ReviewStatus] = mapped_column(enum_of(ReviewStatus))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    source_ref: Mapped[str] = mapped_column(Text)
