"""What somebody said exists where a map shows a gap."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Challenge(Base):
    """Which gap a submission of the kind ``challenge`` is about; what was typed is in the submission only."""

    __tablename__ = "challenge"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    submission_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("submission.id", ondelete="SET NULL"), unique=True, comment="Null: cleared away since"
    )
    theme_key: Mapped[str] = mapped_column(ForeignKey("theme.key", ondelete="CASCADE"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), index=True)
    looked_on: Mapped[date | None] = mapped_column(
        comment="When a moderator noted that somebody looked and found nothing; null: nobody did"
    )
