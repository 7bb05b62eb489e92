"""What people send in, what moderators decide, and everything that was ever changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of, point
from app.vocabulary import DraftKind, RecordKind, SubmissionKind, SubmissionState


class Draft(Base):
    """A form that somebody is filling in; found by the id in her session, or by an e-mailed link."""

    __tablename__ = "draft"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    kind: Mapped[DraftKind] = mapped_column(enum_of(DraftKind))
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True, comment="Null: a new one"
    )
    base_version: Mapped[int | None] = mapped_column(comment="The version of the organisation it was begun from")
    started_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())


class Submission(Base):
    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_geom", "geom", postgresql_using="gist"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    kind: Mapped[SubmissionKind] = mapped_column(enum_of(SubmissionKind))
    state: Mapped[SubmissionState] = mapped_column(enum_of(SubmissionState), server_default="waiting", index=True)
    record_kind: Mapped[RecordKind] = mapped_column(enum_of(RecordKind))
    record_id: Mapped[UUID | None] = mapped_column(index=True, comment="Null: not yet made")
    draft_id: Mapped[UUID | None] = mapped_column(
        unique=True, comment="One draft is sent once, however often asked"
    )
    document: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="The whole record as the sender wants it")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB, comment="The record the sender saw")
    base_version: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, server_default="", comment="In the sender's words; never public")
    flags: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="What a moderator should see"
    )
    geom: Mapped[WKBElement | None] = mapped_column(point(), comment="Whose queue it is in; never public")
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"), index=True)
    sender_key: Mapped[str] = mapped_column(
        Text, server_default="", index=True, comment="Keyed hash of a network address; 30 days"
    )
    sent_at_utc: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    decided_at_utc: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text, server_default="", comment="What the sender is told")


class Revision(Base):
    """A record as it was after one change; version 0 is how it was loaded."""

    __tablename__ = "revision"

    record_kind: Mapped[RecordKind] = mapped_column(enum_of(RecordKind), primary_key=True)
    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    submission_id: Mapped[UUID | None] = mapped_column(ForeignKey("submission.id", ondelete="SET NULL"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())


class AuditEntry(Base):
    """Who did what: rows are added and never changed (a trigger says so). Holds no contact details."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_record_id", "record_id"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    account_id: Mapped[UUID | None] = mapped_column(comment="Null: a visitor or the site itself")
    verb: Mapped[str] = mapped_column(Text)
    record_kind: Mapped[RecordKind] = mapped_column(enum_of(RecordKind))
    record_id: Mapped[UUID | None]
    submission_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    note: Mapped[str] = mapped_column(Text, server_default="")
