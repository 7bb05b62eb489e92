"""Walk-rounds that visits leave in the data: noted, taken back, and what becomes of them with their plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.queries import Session, plans, visits
from app.queries.plans import PlanRow
from app.queries.versions import RECORDS, bump_versions
from app.queries.visits import VisitRow


def add_look(session: Session, plan: PlanRow, area_id: int, themes: Sequence[str], day: date) -> None:
    """From today nobody can say that nobody has looked there."""
    source_id = visits.source_of_visits(session, plan.hub_id, plan.hub_name)
    visits.add_look(session, source_id, area_id, themes, day)
    bump_versions(session, [RECORDS])


def take_look_back(session: Session, plan: PlanRow, look: VisitRow) -> None:
    """After its visit is deleted: the walk-round stands only as far as another visit of the hub says so."""
    assert look.area_id is not None
    source_id = visits.source_of_visits(session, plan.hub_id, plan.hub_name)
    visits.take_look_back(session, plan.hub_id, source_id, look.area_id, look.theme_keys, look.visited_on)
    bump_versions(session, [RECORDS])


def delete_plan(session: Session, plan: PlanRow, *, takes_looks_back: bool) -> None:
    """Delete a plan, its places and what was noted there.

    Areas that were looked at stay ticked off, as found groups stay on the map, unless ``takes_looks_back``.
    """
    looks = [row for row in visits.list_visits(session, plan.id) if row.area_id]
    plans.delete_plan(session, plan.id)
    for look in looks if takes_looks_back else ():
        take_look_back(session, plan, look)
