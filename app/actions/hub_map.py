"""The home of a hub on a map, and areas marked with numbers; the map gets shapes and numbers, and no names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.actions.area_shapes import load_outlines
from app.actions.remembered import Remembered
from app.queries import Session, areas, hubs, peers
from app.queries.hubs import GroupRow, PatchRow
from app.queries.versions import get_version

Shapes = dict[str, Any]
MOST_GROUPS = 200
_groups: Remembered[tuple[GroupRow, ...]] = Remembered(8)


@dataclass(frozen=True)
class AreaMembers:
    name: str
    members: int


@dataclass(frozen=True)
class HubHome:
    """What the map of a hub shows, in words; ``groups`` are the first by name of ``group_count``.

    Without ``with_members`` nothing is told of members.
    """

    groups: tuple[GroupRow, ...]
    group_count: int
    group_counts: Mapping[str, int]  # by the name of the patch
    members: tuple[AreaMembers, ...]
    member_count: int
    shapes: Shapes
    with_members: bool

    @property
    def unplaced(self) -> int:
        return self.member_count - sum(area.members for area in self.members)


def describe_home(session: Session, hub_id: UUID, patches: Sequence[PatchRow], *, with_members: bool) -> HubHome:
    """Patches, the public groups in them, and for those who run the hub how many members are in which area."""
    ids = tuple(sorted(patch.area_id for patch in patches))
    groups = _groups.get((get_version(session), ids), lambda: tuple(hubs.list_groups_in(session, ids)))
    counts = peers.count_by_area(session, hub_id) if with_members else {}
    return HubHome(
        groups=groups[:MOST_GROUPS],
        group_count=len(groups),
        group_counts=Counter(name for group in groups for name in group.patches),
        members=tuple(AreaMembers(row.name, counts[row.id]) for row in areas.get_areas(session, sorted(counts))),
        member_count=peers.count_members(session, hub_id) if with_members else 0,
        with_members=with_members,
        shapes=mark_areas(session, [*((area_id, "patch", 0) for area_id in ids),
                                    *((area_id, "members", count) for area_id, count in sorted(counts.items()))]),
    )  # fmt: skip


def mark_areas(session: Session, marks: Sequence[tuple[int, str, int]]) -> Shapes:
    """A FeatureCollection: (area id, what it is marked as, the number on it or 0 for none)."""
    ids = sorted({area_id for area_id, _kind, _count in marks})
    outlines, points = load_outlines(session, ids), peers.points_of_areas(session, ids)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": outlines[area_id],
                "properties": {
                    "kind": kind,
                    "count": count,
                    "at": [round(d, 5) for d in reversed(points[area_id])],
                },
            }
            for area_id, kind, count in marks
        ],
    }
