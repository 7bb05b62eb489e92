"""Who wants to hear what changes in an area."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class AreaFollower(Base):
    """Somebody who wants a letter when something changes in an area; told only once the address is confirmed."""

    __tablename__ = "area_follower"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    told: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="The area as they know it: service ids, class of gap and disputes by theme; null: not yet"
    )
    told_at_utc: Mapped[datetime] = mapped_column(server_default=func.now(), comment="When they last had a letter")
