"""Where every record came from, and what each load did."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Source(Base):
    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    publisher: Mapped[str] = mapped_column(Text)
    licence: Mapped[str] = mapped_column(Text)
    attribution: Mapped[str] = mapped_column(Text, comment="The line the licence asks us to show")
    published_on: Mapped[date | None] = mapped_column(comment="As the publisher says; null when it does not")
    note: Mapped[str] = mapped_column(Text, server_default="")
    checksum: Mapped[str] = mapped_column(Text, server_default="", comment="SHA-256 of the file last loaded")
    loaded_at_utc: Mapped[datetime | None]
    is_invented: Mapped[bool] = mapped_column(server_default="false")


class LoadRun(Base):
    __tablename__ = "load_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    kind: Mapped[str] = mapped_column(Text, comment="areas, indicators, postcodes, organisations …")
    file_name: Mapped[str] = mapped_column(Text)
    finished_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    problems: Mapped[list[Any]] = mapped_column(JSONB)


class LayerRemoval(Base):
    """What is left of an uploaded layer of areas that somebody removed."""

    __tablename__ = "layer_removal"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    layer_key: Mapped[str] = mapped_column(Text, comment="Addresses of questions about it had this key")
    name: Mapped[str] = mapped_column(Text)
    vintage: Mapped[str] = mapped_column(Text)
    publisher: Mapped[str] = mapped_column(Text)
    area_count: Mapped[int]
    load_count: Mapped[int] = mapped_column(comment="How often it was loaded")
    loaded_at_utc: Mapped[datetime | None] = mapped_column(comment="The last time")
    rested: Mapped[dict[str, int]] = mapped_column(
        JSONB, comment="How many packs, snapshots and plans had asked by it; they stay"
    )
    account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True, comment="Who removed it; never public"
    )
    removed_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
