"""Bodies that offer something, and the register numbers they are known by."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of
from app.vocabulary import AskKind, OrganisationKind, ReminderAnswer, ReviewStatus, Stage


class Organisation(Base):
    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("source_id", "source_ref"),
        CheckConstraint("btrim(name) <> ''", name="name_not_blank"),
        Index(
            "ix_organisation_name_alike",
            "name",
            postgresql_using="gin",
            postgresql_ops={"name": "gin_trgm_ops"},
        ),
        Index("ix_organisation_by_name", text('lower("left"(name, 100))'), "id"),
        Index(
            "ix_organisation_words",
            literal_column("(name || ' '::text) || summary").label("said"),
            postgresql_using="gin",
            postgresql_ops={"said": "gin_trgm_ops"},
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[OrganisationKind] = mapped_column(enum_of(OrganisationKind))
    stage: Mapped[Stage] = mapped_column(enum_of(Stage))
    summary: Mapped[str] = mapped_column(Text, server_default="")
    website: Mapped[str | None] = mapped_column(Text)
    review_status: Mapped[ReviewStatus] = mapped_column(enum_of(ReviewStatus))
    is_confidential: Mapped[bool] = mapped_column(
        server_default="false", comment="A refuge: no point and no area finer than a council is ever public"
    )
    version: Mapped[int] = mapped_column(server_default="1", comment="Counts up with every change a person makes")
    merged_into_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"),
        index=True,
        comment="It was the same as this one, and its old address leads there",
    )
    confirmed_on: Mapped[date | None] = mapped_column(comment="When somebody last said it is still right")
    missing_since: Mapped[date | None] = mapped_column(comment="No longer in its source since this load")
    unanswered_since: Mapped[date | None] = mapped_column(
        comment="Since when nobody of the group answers whether it is still right"
    )
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


class Ask(Base):
    """What would help an organisation; shown on its page, as the form says."""

    __tablename__ = "ask"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[AskKind] = mapped_column(enum_of(AskKind))
    words: Mapped[str] = mapped_column(Text, server_default="")


class NotSame(Base):
    """Two organisations that somebody looked at and found to be different: never offered as duplicates again."""

    __tablename__ = "not_same"
    __table_args__ = (CheckConstraint("one_id < other_id", name="in_order"),)

    one_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())


class Reminder(Base):
    """One asking of a group whether its entry is still right."""

    __tablename__ = "reminder"
    __table_args__ = (CheckConstraint("number BETWEEN 1 AND 3", name="number"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(
        SmallInteger, comment="First, second or third asking since it was confirmed"
    )
    sent_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    answered_at_utc: Mapped[datetime | None]
    answer: Mapped[ReminderAnswer | None] = mapped_column(enum_of(ReminderAnswer))
