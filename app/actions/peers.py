"""The peer map: who does the same near whom, of those who said that the other members may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from app.actions.hub_map import Shapes, mark_areas
from app.analysis.peers import NOT_A_FOUNDER, Peers, find_peers, peer_table
from app.errors import NotFoundError
from app.queries import Session, themes
from app.queries import peers as queries
from app.queries.members import MemberRow
from app.queries.peers import ElsewhereRow, MentoringRow, PeerRow
from app.vocabulary import Stage

MILE_M = 1_609.344
MOST_MILES = 100
MENTORING_DAYS = 365
"""An introduction that nobody spoke of for longer says nothing of today."""
FOUNDERS = (Stage.IDEA, Stage.STARTING)


@dataclass(frozen=True)
class Peer:
    """Somebody on the peer map, and how near others are who do the same; ``nearest_m`` is None without any."""

    first_name: str
    stage: Stage
    theme_names: tuple[str, ...]
    area_name: str
    near: int
    nearest_m: float | None
    unplaced: int
    elsewhere: int


@dataclass(frozen=True)
class AreaPeers:
    """The people of one area; ``alone`` of them have no peer near."""

    name: str
    first_names: tuple[str, ...]
    alone: int


@dataclass(frozen=True)
class PeerMap:
    miles: int
    people: tuple[Peer, ...]
    areas: tuple[AreaPeers, ...]
    alone: tuple[Peer, ...]
    unplaced: tuple[Peer, ...]
    hidden: int  # members who are not on the map
    themes_with_nobody: tuple[str, ...]
    mentoring: tuple[MentoringRow, ...]
    shapes: Shapes


def describe_peers(session: Session, hub_id: UUID, miles: int) -> PeerMap:
    """What the members of a hub may see of each other."""
    rows = queries.list_on_peer_map(session, hub_id)
    names = {theme.key: theme.name for theme in themes.list_themes(session)}
    found = _find(rows, list(names), miles)
    elsewhere = queries.count_elsewhere(session, hub_id)
    people = [_peer(row, number, found, names, elsewhere) for number, row in enumerate(rows)]
    is_alone = found.has_nobody(np.array([row.area_id is not None for row in rows], dtype=bool)).tolist()
    used = {key for row in rows for key in row.themes}
    areas = _areas(rows, is_alone)
    return PeerMap(
        miles=miles,
        people=tuple(people),
        areas=tuple(areas.values()),
        alone=tuple(person for person, alone in zip(people, is_alone, strict=True) if alone),
        unplaced=tuple(person for person, row in zip(people, rows, strict=True) if row.area_id is None),
        hidden=queries.count_members(session, hub_id) - len(rows),
        themes_with_nobody=tuple(name for key, name in names.items() if key not in used),
        mentoring=tuple(queries.list_mentoring(session, hub_id, MENTORING_DAYS)),
        shapes=mark_areas(
            session,
            [(key, "alone" if area.alone else "members", len(area.first_names)) for key, area in areas.items()],
        ),
    )


def describe_peers_of(session: Session, member: MemberRow, miles: int) -> PeerMap:
    """As above, for a member; NotFoundError until she belongs to the hub."""
    if not member.is_member:
        raise NotFoundError("Only members see the peer map.", "We write to you when the hub has said yes.")
    return describe_peers(session, member.hub_id, miles)


def list_elsewhere(session: Session, hub_id: UUID) -> list[ElsewhereRow]:
    """With the names of themes in place of their keys."""
    names = {theme.key: theme.name for theme in themes.list_themes(session)}
    rows = queries.list_elsewhere(session, hub_id)
    return [ElsewhereRow(names[row.theme_key], row.hub_name, row.people) for row in rows]


def _find(rows: Sequence[PeerRow], keys: Sequence[str], miles: int) -> Peers:
    has_theme = np.array([[key in row.themes for key in keys] for row in rows], dtype=bool)
    stage = np.array(
        [FOUNDERS.index(row.stage) if row.stage in FOUNDERS else NOT_A_FOUNDER for row in rows], dtype=int
    )
    x_m, y_m = (np.array([getattr(row, name) for row in rows], dtype=float) for name in ("x_m", "y_m"))
    return find_peers(x_m, y_m, peer_table(has_theme.reshape(len(rows), len(keys)), stage), miles * MILE_M)


def _peer(row: PeerRow, number: int, found: Peers, names: dict[str, str], elsewhere: dict[UUID, int]) -> Peer:
    nearest_m = float(found.nearest_m[number])
    return Peer(
        first_name=row.first_name,
        stage=row.stage,
        theme_names=tuple(names[key] for key in row.themes),
        area_name=row.area_name,
        near=int(found.within[number]),
        nearest_m=nearest_m if np.isfinite(nearest_m) else None,
        unplaced=int(found.unplaced[number]),
        elsewhere=elsewhere.get(row.member_id, 0),
    )


def _areas(rows: Sequence[PeerRow], is_alone: Sequence[bool]) -> dict[int, AreaPeers]:
    """By the id of the area, in the order of their names."""
    held: dict[int, list[int]] = {}
    for number, row in sorted(enumerate(rows), key=lambda one: (one[1].area_name, one[1].area_id or 0, one[0])):
        if row.area_id is not None:
            held.setdefault(row.area_id, []).append(number)
    return {
        area_id: AreaPeers(
            rows[numbers[0]].area_name,
            tuple(rows[number].first_name for number in numbers),
            sum(is_alone[number] for number in numbers),
        )
        for area_id, numbers in held.items()
    }
