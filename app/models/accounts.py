"""Who may sign in, and what for.

The two mixins are what Flask-Security asks of an account and of a role. A role is a row of its own, so that it can
be limited to an area or a hub.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_security import RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, enum_of
from app.vocabulary import Role


class AccountRole(Base, RoleMixin):
    """A role, everywhere or in one area or for one hub."""

    __tablename__ = "account_role"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "area_id", "hub_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("area_id IS NULL OR hub_id IS NULL", name="one_limit"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(enum_of(Role))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), index=True)
    hub_id: Mapped[UUID | None] = mapped_column(ForeignKey("hub.id", ondelete="CASCADE"), index=True)

    @property
    def name(self) -> str:  # type: ignore[override]
        return self.role.value


class Account(Base, UserMixin):
    __tablename__ = "account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_in_small_letters"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))  # type: ignore[assignment]
    email: Mapped[str] = mapped_column(Text, unique=True)
    password: Mapped[str] = mapped_column(Text, comment="Argon2 hash")
    active: Mapped[bool] = mapped_column(server_default="true")
    fs_uniquifier: Mapped[str] = mapped_column(
        Text, unique=True, comment="What a session names: a new one ends every session of the account"
    )
    is_demo: Mapped[bool] = mapped_column(server_default="false", comment="Signs in only in demo mode")
    added_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    joined_at_utc: Mapped[datetime | None] = mapped_column(
        server_default=func.now(), comment="Null: invited, and has not accepted yet"
    )
    roles: Mapped[list[AccountRole]] = relationship(  # type: ignore[assignment]
        lazy="selectin", cascade="all, delete-orphan", order_by=(AccountRole.role, AccountRole.id)
    )


class Tried(Base):
    """Something that may be done only so often: a sign-in, a form sent, a letter asked for."""

    __tablename__ = "tried"
    __table_args__ = (
        Index("ix_tried_key_counts_until_utc", "key", "counts_until_utc"),
        Index("ix_tried_counts_until_utc", "counts_until_utc"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(Text, comment="Hash of what was tried and by whom")
    counts_until_utc: Mapped[datetime]
