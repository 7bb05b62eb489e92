"""Bodies that offer something, and the register numbers they are known by."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of
from app.vocabulary import OrganisationKind, ReviewStatus, Stage


class Organisation(Base):
    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("source_id", "source_ref"),
        CheckConstraint("btrim(name) <> ''", name="name_not_blank"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[OrganisationKind] = mapped_column(enum_of(OrganisationKind))
    stage: Mapped[Stage] = mapped_column(enum_of(Stage))
    summary: Mapped[str] = mapped_column(Text, server_default="")
    website: Mapped[str | None] = mapped_column(Text)
    review_status: Mapped[ReviewStatus] = mapped_column(enum_of(ReviewStatus))
    confirmed_on: Mapped[date | None] = mapped_column(comment="When somebody last said it is still right")
    missing_since: Mapped[date | None] = mapped_column(comment="No longer in its source since this load")
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    source_ref: Mapped[str] = mapped_column(Text)
    added_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())


class OrganisationIdentifier(Base):
    __tablename__ = "organisation_identifier"
    __table_args__ = (Index("ix_organisation_identifier_scheme_identifier", "scheme", "identifier"),)

    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    scheme: Mapped[str] = mapped_column(Text, primary_key=True, comment="As org-id.guide: GB-CHC")
    identifier: Mapped[str] = mapped_column(Text, primary_key=True)
    source_id: Mapped[int | None] = mapped_column(
        ForeignKey("source.id"), comment="Whose file says so; null: a person did"
    )
