"""The place this map is about, and how much is on it."""

from __future__ import annotations

from dataclasses import dataclass

from app.queries import Session, areas
from app.queries.areas import SiteRow
from app.queries.site import SiteCounts, count_everything


@dataclass(frozen=True)
class SiteSummary:
    """What the first page says; ``site`` is None before anything is loaded."""

    site: SiteRow | None
    counts: SiteCounts


def find_site(session: Session) -> SiteRow | None:
    return areas.find_site(session)


def describe_site(session: Session) -> SiteSummary:
    return SiteSummary(areas.find_site(session), count_everything(session))
