"""What people and groups can give, and what they look for."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of, point
from app.models.places import POINT_IN_RANGE, PUBLIC_POINT
from app.vocabulary import AskKind, LocationPrivacy, OfferDirection, ReviewStatus, Stage


class Offer(Base):
    """An offer or an ask of a person or a venture; what a listed group asks for on its form is ``ask``."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("source_id", "source_ref"),
        Index("ix_offer_public_geom", "public_geom", postgresql_using="gist"),
        CheckConstraint(POINT_IN_RANGE, name="geom_in_range"),
        CheckConstraint(
            "privacy <> 'exact' OR (kind = 'space' AND direction = 'offer')", name="only_spaces_are_exact"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    direction: Mapped[OfferDirection] = mapped_column(enum_of(OfferDirection))
    kind: Mapped[AskKind] = mapped_column(enum_of(AskKind))
    theme_key: Mapped[str | None] = mapped_column(ForeignKey("theme.key"), index=True)
    words: Mapped[str] = mapped_column(Text)
    stage: Mapped[Stage] = mapped_column(
        enum_of(Stage), server_default="unknown", comment="Of the venture behind it"
    )
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True, comment="Null: of no listed group"
    )
    contact_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("contact.id", ondelete="SET NULL"), index=True, comment="Who is asked; never public"
    )
    member_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"),
        index=True,
        comment="Who offers or asks belongs to a hub; never public",
    )
    address: Mapped[str] = mapped_column(Text, server_default="", comment="Public only where privacy is exact")
    postcode: Mapped[str | None] = mapped_column(Text, comment="As people write it; public as the address is")
    geom: Mapped[WKBElement | None] = mapped_column(point(), comment="Never public; read public_geom")
    privacy: Mapped[LocationPrivacy] = mapped_column(enum_of(LocationPrivacy))
    public_geom: Mapped[WKBElement | None] = mapped_column(point(), Computed(PUBLIC_POINT, persisted=True))
    area_id: Mapped[int | None] = mapped_column(
        ForeignKey("area.id"), index=True, comment="Stands for the place where few people live"
    )
    ends_on: Mapped[date | None] = mapped_column(
        comment="The last day it is of use; null: a year after it was said"
    )
    said_on: Mapped[date] = mapped_column(comment="When somebody last said that it still stands")
    asked_on: Mapped[date | None] = mapped_column(comment="When we asked whether it still stands")
    review_status: Mapped[ReviewStatus] = mapped_column(enum_of(ReviewStatus))
    withdrawn_at_utc: Mapped[datetime | None]
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    source_ref: Mapped[str] = mapped_column(Text)
    added_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
