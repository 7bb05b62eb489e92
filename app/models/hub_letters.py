"""Letters of hubs to groups in their patches: what was sent, to how many, and who had enough of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, Text, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class HubLetter(Base):
    """What a hub wrote, and how many groups got it or were left out on that day."""

    __tablename__ = "hub_letter"
    __table_args__ = (Index("ix_hub_letter_hub_id_sent_at_utc", "hub_id", "sent_at_utc"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="Made by the form: sent twice it is one letter")
    hub_id: Mapped[UUID] = mapped_column(ForeignKey("hub.id", ondelete="CASCADE"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    subject: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    theme_names: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="As called that day; none: every theme")
    area_names: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="As called that day")
    sent_to: Mapped[int] = mapped_column(Integer, comment="Groups that it was queued for")
    left_out: Mapped[dict[str, int]] = mapped_column(JSONB, comment="Groups that match and got none, by reason")
    sent_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())


class HubLetterCopy(Base):
    """One copy of a letter; says nothing of what was in it, nor whether anybody read it."""

    __tablename__ = "hub_letter_copy"

    hub_letter_id: Mapped[UUID] = mapped_column(ForeignKey("hub_letter.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    contact_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("contact.id", ondelete="SET NULL"), index=True, comment="Null: forgotten since"
    )
    mail_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("mail.id", ondelete="SET NULL"), index=True, comment="Null: sent so long ago that it is cleared"
    )
    stopped_at_utc: Mapped[datetime | None] = mapped_column(
        comment="When the link in this copy was used to stop such letters"
    )
