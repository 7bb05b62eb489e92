"""The network of streets and paths that walks are measured along."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Walking(Base):
    """The one row that holds the network; none where walks are straight lines."""

    __tablename__ = "walking"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    network: Mapped[bytes] = mapped_column(
        LargeBinary, comment="NumPy arrays x_m, y_m (nodes), start, stop, length_m (edges), compressed as .npz"
    )
    node_count: Mapped[int]
    edge_count: Mapped[int]
    made_at_utc: Mapped[datetime | None] = mapped_column(comment="As the extract says; null when it does not")
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
