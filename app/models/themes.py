"""The shared subjects of services, needs, indicators and offers."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Theme(Base):
    __tablename__ = "theme"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text, comment="Who lacks enough good food?")
    description: Mapped[str] = mapped_column(Text)
    icon: Mapped[str] = mapped_column(Text, comment="A plain word naming a picture")
    sort_order: Mapped[int]
