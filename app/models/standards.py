"""What the people who run a place say is enough of a kind of help."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Standard(Base):
    """One service for so many people within reach. Rows are added and never changed (a trigger says so): the
    highest version of a theme and an audience is the one that holds, the others are its history."""

    __tablename__ = "standard"
    __table_args__ = (
        UniqueConstraint("theme_key", "audience", "version"),
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint("people_per_service BETWEEN 1 AND 10000000", name="people_in_range"),
        CheckConstraint("minutes BETWEEN 1 AND 120", name="minutes_in_range"),
        CheckConstraint("travel IN ('foot', 'bus', 'car')", name="travel_known"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    theme_key: Mapped[str] = mapped_column(ForeignKey("theme.key"))
    audience: Mapped[str] = mapped_column(Text, comment="For whom; empty: anyone")
    version: Mapped[int] = mapped_column(comment="1, 2 … of this theme and audience; the highest holds")
    people_per_service: Mapped[int] = mapped_column(comment="One service for so many people")
    minutes: Mapped[int] = mapped_column(comment="Within so many minutes on the way")
    travel: Mapped[str] = mapped_column(Text, comment="foot, bus or car")
    is_over: Mapped[bool] = mapped_column(server_default="false", comment="From this version on there is none")
    set_by: Mapped[str] = mapped_column(Text, comment="The team or body that set it; public")
    reason: Mapped[str] = mapped_column(Text, comment="Why, and from where; public")
    link: Mapped[str] = mapped_column(Text, server_default="", comment="Where it is written down; public")
    account_id: Mapped[UUID | None] = mapped_column(comment="Who typed it; never public. Null: the site itself")
    made_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
