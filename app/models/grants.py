"""Money that organisations received, as funders publish it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of
from app.vocabulary import GrantMatch


class GrantAward(Base):
    """A grant to an organisation, never to a person. What the public may see of it: the view public_grant."""

    __tablename__ = "grant_award"
    __table_args__ = (
        UniqueConstraint("source_id", "grant_ref"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("organisation_id IS NULL OR matched_by IS NOT NULL", name="matched_somehow"),
        Index("ix_grant_award_awarded_on", "awarded_on", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    grant_ref: Mapped[str] = mapped_column(Text, comment="As published; one that begins with 360G- is the world's")
    title: Mapped[str] = mapped_column(Text, server_default="")
    description: Mapped[str] = mapped_column(Text, server_default="")
    programme: Mapped[str] = mapped_column(Text, server_default="")
    currency: Mapped[str] = mapped_column(Text, comment="ISO 4217; amounts of two currencies are never added up")
    amount: Mapped[Decimal] = mapped_column(Numeric, comment="Awarded, to the penny; not what was paid out")
    awarded_on: Mapped[date]
    planned_from: Mapped[date | None]
    planned_to: Mapped[date | None]
    funder_name: Mapped[str] = mapped_column(Text)
    funder_ref: Mapped[str] = mapped_column(Text, server_default="", comment="As org-id.guide, when published")
    recipient_name: Mapped[str] = mapped_column(Text, comment="As the funder writes it")
    recipient_ref: Mapped[str] = mapped_column(Text, server_default="")
    recipient_identifiers: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="Register numbers as “GB-CHC 1146179”, the surest first"
    )
    recipient_postcode: Mapped[str | None] = mapped_column(Text, comment="To find the organisation; never public")
    beneficiary_codes: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="Area codes of the one place it is for, of different kinds"
    )
    beneficiary_name: Mapped[str] = mapped_column(Text, server_default="")
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True, comment="The recipient, where it is known"
    )
    matched_by: Mapped[GrantMatch | None] = mapped_column(enum_of(GrantMatch), comment="How it was found")
    area_id: Mapped[int | None] = mapped_column(
        ForeignKey("area.id", ondelete="SET NULL"), index=True, comment="The place it is for, where it is loaded"
    )
