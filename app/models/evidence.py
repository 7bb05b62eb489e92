"""Evidence: a gap question as it was answered on a day, with all it was worked out from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of
from app.vocabulary import EvidenceKind, EvidenceState


class EvidencePart(Base):
    """A compressed piece of inputs or results; several evidences share it while it stays the same."""

    __tablename__ = "evidence_part"

    sha256: Mapped[str] = mapped_column(Text, primary_key=True, comment="Of content")
    content: Mapped[bytes] = mapped_column(LargeBinary, comment="Never public as it is")


class Evidence(Base):
    __tablename__ = "evidence"
    __table_args__ = (
        Index("ix_evidence_question_key_made_on", "question_key", "made_on"),
        Index("ix_evidence_account_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True, comment="Cannot be guessed; the page is /evidence/<code>")
    kind: Mapped[EvidenceKind] = mapped_column(enum_of(EvidenceKind))
    state: Mapped[EvidenceState] = mapped_column(enum_of(EvidenceState))
    question: Mapped[dict[str, Any]] = mapped_column(JSONB)
    question_key: Mapped[str] = mapped_column(Text, comment="The same for the same question")
    asked_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    made_on: Mapped[date | None] = mapped_column(comment="The day the numbers are of")
    data_version: Mapped[str] = mapped_column(Text, server_default="")
    method_version: Mapped[str] = mapped_column(Text, server_default="", comment="Of the code of the sums")
    made_by: Mapped[str] = mapped_column(Text, server_default="", comment="The role of who asked; no name")
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    parts: Mapped[dict[str, str]] = mapped_column(
        JSONB, server_default="{}", comment="Checksum of each evidence_part by its name"
    )
    problem: Mapped[str] = mapped_column(Text, server_default="")


class EvidenceFile(Base):
    """A file of a pack, good as long as the same records are public."""

    __tablename__ = "evidence_file"

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    listed_key: Mapped[str] = mapped_column(Text, comment="Of the records that were public when it was made")
