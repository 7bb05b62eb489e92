"""Who belongs to a hub: people with an idea or a venture, reached by a link and without an account."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of
from app.vocabulary import Stage


class Member(Base):
    """Somebody of a hub, once the address is confirmed and a convener has said yes; leaving removes the row."""

    __tablename__ = "member"
    __table_args__ = (
        UniqueConstraint("hub_id", "contact_id"),
        CheckConstraint("NOT on_peer_map OR peer_consent_at_utc IS NOT NULL", name="on_peer_map_with_consent"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    hub_id: Mapped[UUID] = mapped_column(ForeignKey("hub.id", ondelete="CASCADE"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True, comment="The group they say they run"
    )
    venture: Mapped[str] = mapped_column(Text, server_default="", comment="Its name, or the idea; never public")
    stage: Mapped[Stage] = mapped_column(enum_of(Stage), server_default="unknown")
    words: Mapped[str] = mapped_column(Text, server_default="", comment="For those who run the hub")
    area_id: Mapped[int | None] = mapped_column(
        ForeignKey("area.id", ondelete="SET NULL"), index=True, comment="Roughly where: an area, never a point"
    )
    on_peer_map: Mapped[bool] = mapped_column(server_default="false", comment="Other members may see them")
    peer_consent_at_utc: Mapped[datetime | None] = mapped_column(comment="When they said so")
    joined_at_utc: Mapped[datetime] = mapped_column(server_default=func.now(), comment="Asked, or were invited")
    accepted_at_utc: Mapped[datetime | None] = mapped_column(comment="A convener said yes; null: not yet")
    still_here_at_utc: Mapped[datetime] = mapped_column(
        server_default=func.now(), comment="When they last said that they still belong"
    )
    asked_at_utc: Mapped[datetime | None] = mapped_column(comment="When they were last asked whether they do")


class MemberTheme(Base):
    __tablename__ = "member_theme"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    theme_key: Mapped[str] = mapped_column(ForeignKey("theme.key", ondelete="CASCADE"), primary_key=True)
