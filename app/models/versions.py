"""A number per kind of data that changes when the data does: caches and ETags ask it.

It comes from a sequence, so a number is never used twice, not even after a rollback.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Sequence, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base

VERSION_NUMBERS = Sequence("data_version_number", metadata=Base.metadata)


class DataVersion(Base):
    __tablename__ = "data_version"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, server_default=VERSION_NUMBERS.next_value())
    changed_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
