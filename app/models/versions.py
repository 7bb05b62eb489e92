"""A number per kind of data that goes up when it changes: caches and ETags ask it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class DataVersion(Base):
    __tablename__ = "data_version"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    changed_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
