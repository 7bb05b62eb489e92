"""What a hub adds to its report for funders, and who may read it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class HubReport(Base):
    """The report about some days of one hub; its numbers are worked out whenever somebody reads it."""

    __tablename__ = "hub_report"
    __table_args__ = (
        UniqueConstraint("hub_id", "starts_on", "ends_on"),
        CheckConstraint("starts_on <= ends_on", name="days_in_order"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    hub_id: Mapped[UUID] = mapped_column(ForeignKey("hub.id", ondelete="CASCADE"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    words: Mapped[str] = mapped_column(Text, server_default="", comment="In the hub's own words, on top")
    is_shared: Mapped[bool] = mapped_column(server_default="false", comment="Whoever has its address may read it")
    account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True, comment="Who kept it last"
    )
    made_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
