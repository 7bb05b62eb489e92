"""What is loaded, whose it is, and how much of it there is."""

from __future__ import annotations

from dataclasses import dataclass

from app.queries import Session, source_counts, sources
from app.queries.sources import SourceRow


@dataclass(frozen=True)
class LoadedSource:
    source: SourceRow
    counts: dict[str, int]  # organisations, services, needs, areas, numbers, postcodes: those that are not zero


def list_loaded_sources(session: Session) -> list[LoadedSource]:
    counts = source_counts.count_by_source(session)
    return [LoadedSource(row, counts.get(row.id, {})) for row in sources.list_sources(session)]
