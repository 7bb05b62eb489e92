"""Gap questions that are too big to wait for, worked out in the background and kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Identity, Index, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, deferred, mapped_column

from app.models.base import Base, enum_of
from app.vocabulary import GapRunState


class GapRun(Base):
    """One question; its answer is right as long as the data version is the one it was made from."""

    __tablename__ = "gap_run"
    __table_args__ = (
        CheckConstraint("done_share BETWEEN 0 AND 1", name="done_share"),
        CheckConstraint("(state = 'done') = (result IS NOT NULL)", name="result_when_done"),
        Index("ix_gap_run_question_key", "question_key", "data_version"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    question: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="Every part of the question by its name")
    question_key: Mapped[str] = mapped_column(Text, comment="The same for the same question")
    state: Mapped[GapRunState] = mapped_column(enum_of(GapRunState))
    step: Mapped[str] = mapped_column(Text, server_default="", comment="What is done at the moment, in words")
    done_share: Mapped[float] = mapped_column(server_default="0")
    problem: Mapped[str] = mapped_column(Text, server_default="", comment="Why it failed, in words")
    data_version: Mapped[str] = mapped_column(Text, server_default="", comment="Of the data it was made from")
    account_id: Mapped[UUID | None] = mapped_column(comment="Who asked; never public. Null: the command line")
    asked_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    begun_at_utc: Mapped[datetime | None]
    done_at_utc: Mapped[datetime | None]
    result: Mapped[bytes | None] = deferred(mapped_column(LargeBinary, comment="The answer, compressed"))
