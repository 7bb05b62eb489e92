"""Peers: a small world worked out by hand, and any world against counting one by one."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.peers import find_peers, peer_table

FOOD, SPORT = [True, False], [False, True]


def test_a_small_world() -> None:
    """Ada and Bo cook, 3 km apart; Cy plays; Di and Ed have an idea each; Flo cooks and says not where."""
    has_theme = np.array([FOOD, FOOD, SPORT, [False, False], [False, False], FOOD])
    stage = np.array([-1, -1, -1, 0, 0, -1])
    table = peer_table(has_theme, stage)
    pairs = {(int(one), int(other)) for one, other in np.argwhere(table)}
    assert pairs == {(0, 1), (1, 0), (0, 5), (5, 0), (1, 5), (5, 1), (3, 4), (4, 3)}
    x_m = np.array([0.0, 3_000, 0, 0, 0, np.nan])
    y_m = np.array([0.0, 0, 0, 0, 4_000, np.nan])
    near = find_peers(x_m, y_m, table, 3_000)
    assert near.within.tolist() == [1, 1, 0, 0, 0, 0]
    assert near.nearest_m.tolist() == [3_000, 3_000, math.inf, 4_000, 4_000, math.inf]
    assert near.nearest.tolist() == [1, 0, -1, 4, 3, -1]
    assert near.unplaced.tolist() == [1, 1, 0, 0, 0, 0]
    assert near.has_nobody(np.isfinite(x_m)).tolist() == [False, False, True, True, True, False]


def test_a_hub_without_members() -> None:
    nobody = np.zeros(0)
    table = peer_table(np.zeros((0, 2), dtype=bool), np.zeros(0, dtype=int))
    near = find_peers(nobody, nobody, table, 1.0)
    assert near.within.shape == near.nearest.shape == (0,)


PLACES = st.none() | st.tuples(st.integers(0, 20), st.integers(0, 20))
MEMBERS = st.lists(st.tuples(st.frozensets(st.integers(0, 3)), st.integers(-1, 1), PLACES), max_size=9)


@given(MEMBERS, st.integers(0, 30))
def test_any_world_agrees_with_counting_one_by_one(
    members: list[tuple[frozenset[int], int, tuple[int, int] | None]], within_m: int
) -> None:
    has_theme = np.array([[theme in themes for theme in range(4)] for themes, *_ in members], dtype=bool)
    has_theme = has_theme.reshape(len(members), 4)
    stage = np.array([stage for _, stage, _ in members], dtype=int)
    places = [place or (math.nan, math.nan) for *_, place in members]
    x_m, y_m = (np.array([place[axis] for place in places], dtype=float) for axis in (0, 1))
    found = find_peers(x_m, y_m, peer_table(has_theme, stage), within_m)
    for row, (themes, own_stage, place) in enumerate(members):
        mine = [
            number
            for number, (others, other_stage, _place) in enumerate(members)
            if number != row and (themes & others or (own_stage == other_stage != -1))
        ]
        far = {
            number: math.dist(place, other)
            for number in mine
            if place is not None and (other := members[number][2]) is not None
        }
        assert found.within[row] == sum(metres <= within_m for metres in far.values())
        assert found.nearest_m[row] == min(far.values(), default=math.inf)
        assert (found.nearest[row] == -1) == (not far)
        assert not far or far[int(found.nearest[row])] == found.nearest_m[row]
        assert found.unplaced[row] == sum(members[number][2] is None for number in mine)
