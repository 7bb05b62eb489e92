"""The place this map is about, and how much is on it."""

from __future__ import annotations

from dataclasses import dataclass

from app.queries import Session, areas, site
from app.queries.areas import SiteRow


@dataclass(frozen=True)
class SiteSummary:
    """What the first page says; ``site`` is None before anything is loaded."""

    site: SiteRow | None
    counts: site.SiteCounts


def find_site(session: Session) -> SiteRow | None:
    return areas.find_site(session)


def describe_site(session: Session) -> SiteSummary:
    return SiteSummary(areas.find_site(session), site.count_everything(session))
