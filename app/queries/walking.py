"""The walking network as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Walking


@dataclass(frozen=True)
class WalkingRow:
    network: bytes
    made_at_utc: datetime | None


def find_walking(session: Session) -> WalkingRow | None:
    row = session.execute(select(Walking.network, Walking.made_at_utc)).one_or_none()
    return WalkingRow(row.network, row.made_at_utc) if row else None


def find_walking_source(session: Session) -> int | None:
    """The id of the network's source; None where no network is loaded."""
    return session.scalar(select(Walking.source_id))


def has_network(session: Session, network: bytes) -> bool:
    """Whether exactly this one is loaded already."""
    same = select(Walking.id).where(func.sha256(Walking.network) == func.sha256(network))
    return session.scalar(same) is not None


def save_walking(
    session: Session,
    network: bytes,
    *,
    node_count: int,
    edge_count: int,
    made_at_utc: datetime | None,
    source_id: int,
) -> bool:
    """Keep a network instead of the one before; says whether there was one."""
    was_there = find_walking_source(session) is not None
    values = {"network": network, "node_count": node_count, "edge_count": edge_count,
              "made_at_utc": made_at_utc, "source_id": source_id}  # fmt: skip
    statement = insert(Walking).values(id=1, **values)
    session.execute(statement.on_conflict_do_update(index_elements=[Walking.id], set_=values))
    return was_there


def remove_walking(session: Session) -> bool:
    """Walks are straight lines again; says whether a network was there."""
    return session.scalar(delete(Walking).returning(Walking.id)) is not None
