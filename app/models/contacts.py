"""How people can be reached: apart from public facts, each for one purpose, published only with consent."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of
from app.vocabulary import ContactPurpose, LinkPurpose, MailState


class Contact(Base):
    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("NOT publish OR consent_at_utc IS NOT NULL", name="published_with_consent"),
        CheckConstraint("email = lower(email)", name="email_in_small_letters"),
        CheckConstraint("hub_letters_at_utc IS NULL OR hub_letters_words <> ''", name="hub_letters_with_words"),
        CheckConstraint(
            "deleted_at_utc IS NULL OR (name = '' AND email IS NULL AND phone IS NULL)", name="deleted_is_empty"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[ContactPurpose] = mapped_column(enum_of(ContactPurpose))
    name: Mapped[str] = mapped_column(Text, server_default="")
    email: Mapped[str | None] = mapped_column(Text, index=True)
    phone: Mapped[str | None] = mapped_column(Text, comment="As E.164: +441614960000")
    publish: Mapped[bool] = mapped_column(server_default="false")
    lawful_basis: Mapped[str] = mapped_column(Text, server_default="consent")
    consent_at_utc: Mapped[datetime | None]
    consent_words: Mapped[str] = mapped_column(Text, server_default="", comment="What they said yes to")
    source: Mapped[str] = mapped_column(
        Text, server_default="", comment="How we came by it: add form, loaded list"
    )
    hub_letters_at_utc: Mapped[datetime | None] = mapped_column(
        comment="When they said that hubs may write to them; null: never"
    )
    hub_letters_words: Mapped[str] = mapped_column(Text, server_default="", comment="What they said yes to")
    hub_letters_stopped_at_utc: Mapped[datetime | None] = mapped_column(
        comment="When they asked hubs to stop; null: not since they said yes"
    )
    email_confirmed_at_utc: Mapped[datetime | None]
    review_due: Mapped[date | None]
    added_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    deleted_at_utc: Mapped[datetime | None]


class Link(Base):
    """A link that lets its holder do one thing; only a hash of it is kept."""

    __tablename__ = "link"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    purpose: Mapped[LinkPurpose] = mapped_column(enum_of(LinkPurpose))
    token_hash: Mapped[str] = mapped_column(Text, unique=True, comment="SHA-256 of the token")
    record_id: Mapped[UUID | None] = mapped_column(index=True, comment="The draft, organisation, need … it is for")
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    is_single_use: Mapped[bool]
    made_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at_utc: Mapped[datetime]
    used_at_utc: Mapped[datetime | None]
    revoked_at_utc: Mapped[datetime | None]


class Mail(Base):
    """A letter to send; kept for 30 days after it went."""

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_to_address_queued_at_utc", "to_address", "queued_at_utc"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    to_address: Mapped[str] = mapped_column(Text)
    template: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, comment="Emptied when it was sent: links in it open doors")
    unsubscribe_address: Mapped[str] = mapped_column(Text, server_default="")
    is_one_click: Mapped[bool] = mapped_column(
        server_default="false", comment="A POST to unsubscribe_address ends it without a page (RFC 8058)"
    )
    reply_to: Mapped[str] = mapped_column(Text, server_default="", comment="Where answers go; empty: to the site")
    state: Mapped[MailState] = mapped_column(enum_of(MailState), server_default="waiting", index=True)
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    next_try_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    made_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    queued_at_utc: Mapped[datetime] = mapped_column(
        server_default=func.now(), comment="When it was made, or no longer held back"
    )
    sent_at_utc: Mapped[datetime | None]
    last_problem: Mapped[str] = mapped_column(Text, server_default="")


class DailyDone(Base):
    """What was done on a day, so that it is done once over all servers."""

    __tablename__ = "daily_done"

    task: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
