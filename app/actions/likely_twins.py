"""Services that may be one: two lists bring them for one group, or two groups of like names stand side by side.

Nothing is merged here. What looks like one may be two, so it stays in the sums until somebody says so; what is
found here is only told, with what the answer is when each is counted once (app.actions.gap_twins).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import hypot
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from app.actions.duplicates import LEAST_SCORE, likeness, plain_name
from app.queries import Session, provision
from app.queries import twins as queries
from app.queries.twins import ListRow
from app.vocabulary import FootprintRole

SAME_SPOT_M = 200.0
"""Lists put one hall this far apart: by its door, its postcode, its car park."""
SAME_NAME_M = 5_000.0
"""An address in a register may be the treasurer's kitchen: so far from the hall only the very same name is one."""
MOST_COMPARED = 50_000
MOST_OF_ONE_NAME = 40
"""A name that more share is no name: "Food bank"."""

Spot = tuple[float, float]
Times = tuple[tuple[int, int, int, int], ...]  # weekday, opens, closes, week of the month


@dataclass(frozen=True)
class Entry:
    """A service as a list has it; its spots in metres, ``doors`` those where it is known to happen."""

    service_id: str
    organisation_id: str
    name: str
    organisation_name: str
    of_list: ListRow
    doors: tuple[Spot, ...]
    addresses: tuple[Spot, ...]
    times: Times


@dataclass(frozen=True)
class Twins:
    """Pairs of entries that may be one; ``is_all`` False when there were too many at one spot to compare."""

    entries: dict[str, Entry]  # those of the pairs, by service id
    pairs: tuple[tuple[str, str], ...]  # service ids
    is_all: bool = True


def find_twins(session: Session, table: pd.DataFrame, theme: str) -> Twins:
    """Among the services of a theme; ``table`` as queries.provision.services_table makes it."""
    entries = _entries(table, queries.lists_of_services(session, theme))
    told_apart = queries.list_told_apart(session)
    found: set[tuple[str, str]] = set()
    candidates, is_all = _candidates(entries)
    for one, other in candidates:
        if _key(one.organisation_id, other.organisation_id) not in told_apart and may_be_one(one, other):
            found.add(_key(one.service_id, other.service_id))
    named = {ident for pair in found for ident in pair}
    kept = {entry.service_id: entry for entry in entries if entry.service_id in named}
    return Twins(kept, tuple(sorted(found)), is_all)


def list_twins_of_list(session: Session, source_key: str) -> list[tuple[Entry, Entry]]:
    """Each service of a list that may be counted a second time, and what it looks like; by name."""
    found: dict[str, tuple[Entry, Entry]] = {}
    for theme in queries.list_themes_of_list(session, source_key):
        twins = find_twins(session, provision.services_table(session, theme), theme)
        for pair in twins.pairs:
            one, other = sorted(
                (twins.entries[i] for i in pair), key=lambda entry: entry.of_list.key != source_key
            )
            if one.of_list.key == source_key:
                found.setdefault(one.service_id, (one, other))
    return sorted(found.values(), key=lambda two: (two[0].organisation_name.casefold(), two[0].service_id))


def _entries(table: pd.DataFrame, lists: dict[str, ListRow]) -> list[Entry]:
    """One for each service, in order of their ids; ``lists`` says which list brought it."""
    by_service: dict[str, list[dict[Any, Any]]] = defaultdict(list)
    columns = ["service_id", "organisation_id", "service_name", "organisation_name", "role", "x_m", "y_m", "times"]
    for row in table[columns].to_dict("records"):
        by_service[row["service_id"]].append(row)
    return [_entry(rows, lists[ident]) for ident, rows in sorted(by_service.items()) if ident in lists]


def _entry(rows: list[dict[Any, Any]], of_list: ListRow) -> Entry:
    first = rows[0]
    spots: dict[bool, list[Spot]] = {True: [], False: []}
    for row in rows:
        if not pd.isna(row["x_m"]):
            spots[row["role"] == FootprintRole.MEETS_AT].append((float(row["x_m"]), float(row["y_m"])))
    times = tuple((int(time[0]), int(time[1]), int(time[2]), int(time[3])) for time in first["times"])
    return Entry(
        first["service_id"], first["organisation_id"], first["service_name"], first["organisation_name"], of_list,
        tuple(spots[True]), tuple(spots[False]), times,
    )  # fmt: skip


def may_be_one(one: Entry, other: Entry) -> bool:
    """Whether two services of one theme look like the same thing twice."""
    if one.times and other.times and not _meet_at_once(one.times, other.times):
        return False
    away = _distance(one.doors, other.doors)
    if away is not None and away > SAME_SPOT_M:
        return False
    if one.organisation_id == other.organisation_id:
        return bool(one.of_list.key and other.of_list.key) and one.of_list.key != other.of_list.key
    if away is not None:
        return likeness(one.organisation_name, other.organisation_name, away) >= LEAST_SCORE
    if plain_name(one.organisation_name) != plain_name(other.organisation_name):
        return False
    about = _distance(one.doors + one.addresses, other.doors + other.addresses)
    return about is None or about <= SAME_NAME_M


def _candidates(entries: list[Entry]) -> tuple[Iterator[tuple[Entry, Entry]], bool]:
    """Pairs worth a look: of one group, of one name, or at one spot; False when those of one spot are too many."""
    by_group: dict[str, list[Entry]] = defaultdict(list)
    by_name: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_group[entry.organisation_id].append(entry)
        by_name[plain_name(entry.organisation_name)].append(entry)
    near, is_all = _near_pairs(entries)

    def each() -> Iterator[tuple[Entry, Entry]]:
        for same in (*by_group.values(), *(by_name[name] for name in sorted(by_name) if name)):
            if len(same) <= MOST_OF_ONE_NAME:
                yield from combinations(same, 2)
        yield from ((entries[i], entries[j]) for i, j in near)

    return each(), is_all


def _near_pairs(entries: list[Entry]) -> tuple[set[tuple[int, int]], bool]:
    """Numbers of entries of two groups with doors within SAME_SPOT_M of each other."""
    doors = [(x, y, number) for number, entry in enumerate(entries) for x, y in entry.doors]
    if not doors:
        return set(), True
    where = np.array(doors)
    tree = cKDTree(where[:, :2])
    if tree.count_neighbors(tree, SAME_SPOT_M) - len(doors) > 2 * MOST_COMPARED:
        return set(), False
    number = where[:, 2].astype(int)
    found = {tuple(sorted((int(number[i]), int(number[j])))) for i, j in tree.query_pairs(SAME_SPOT_M)}
    return {(i, j) for i, j in found if entries[i].organisation_id != entries[j].organisation_id}, True


def _key(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


def _distance(some: Iterable[Spot], others: Iterable[Spot]) -> float | None:
    """Metres between the nearest two; None when one of them is nowhere."""
    return min((hypot(a[0] - b[0], a[1] - b[1]) for a, b in product(some, others)), default=None)


def _meet_at_once(some: Times, others: Times) -> bool:
    return any(
        a[0] == b[0] and a[1] < b[2] and b[1] < a[2] and (a[3] == b[3] or not a[3] or not b[3])
        for a, b in product(some, others)
    )
