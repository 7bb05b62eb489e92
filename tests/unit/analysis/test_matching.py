"""Matching: every rule by hand, and the ranking against a slow and obvious one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.matching import Matches, Rules, ThemeFit, Things, rank_matches

KINDS, THEMES = 3, 4
RULES = Rules(
    reach_m=np.array([3_000.0, 10_000.0, 20_000.0]),
    travels=np.array([False, True, True]),
    wants_ahead=np.array([False, False, True]),
    related=np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=bool),
)
ROOM, SKILL, ADVICE = range(KINDS)
Thing = tuple[int, frozenset[int], float | None, float | None, int]


def things(rows: list[Thing]) -> Things:
    return Things(
        kind=np.array([row[0] for row in rows], dtype=np.intp),
        themes=np.array([[theme in row[1] for theme in range(THEMES)] for row in rows], dtype=bool).reshape(
            -1, THEMES
        ),
        x_m=np.array([np.nan if row[2] is None else row[2] for row in rows], dtype=float),
        y_m=np.array([np.nan if row[3] is None else row[3] for row in rows], dtype=float),
        stage=np.array([row[4] for row in rows], dtype=np.intp),
    )


def thing(kind: int = ROOM, themes: tuple[int, ...] = (0,), x: float | None = 0, stage: int = -1) -> Thing:
    return (kind, frozenset(themes), x, None if x is None else 0.0, stage)


def ranked(ask: Thing, offers: list[Thing], *, alone: bool = False, most: int = 9) -> Matches:
    return rank_matches(
        things([ask]), things(offers), RULES, isolated=np.array([alone]),
        barred=np.zeros((1, len(offers)), dtype=bool), most=most,
    )  # fmt: skip


def test_only_the_same_kind_counts() -> None:
    assert ranked(thing(ROOM), [thing(SKILL), thing(ROOM)]).offer.tolist() == [1]


def test_the_same_theme_comes_before_a_nearer_other_one() -> None:
    offers = [thing(themes=(3,), x=10), thing(themes=(), x=20), thing(themes=(1,), x=30), thing(x=2_900)]
    found = ranked(thing(), offers)
    assert found.offer.tolist() == [3, 1, 2, 0]
    assert found.fit.tolist() == [ThemeFit.SAME, ThemeFit.UNSAID, ThemeFit.RELATED, ThemeFit.DIFFERENT]


@pytest.mark.parametrize(("x", "count"), [(3_000.0, 1), (3_000.1, 0)])
def test_near_ends_at_the_reach_of_the_kind(x: float, count: int) -> None:
    assert len(ranked(thing(), [thing(x=x)]).offer) == count


def test_further_afield_only_for_somebody_alone_only_what_travels_and_only_about_the_same() -> None:
    far, other = thing(SKILL, x=50_000), thing(SKILL, themes=(3,), x=50_000)
    assert ranked(thing(SKILL), [far]).offer.tolist() == []
    found = ranked(thing(SKILL), [far, other, thing(SKILL, x=9_000)], alone=True)
    assert (found.offer.tolist(), found.is_far.tolist()) == ([2, 0], [False, True])
    assert ranked(thing(ROOM), [thing(ROOM, x=50_000)], alone=True).offer.tolist() == []


def test_an_unknown_place_counts_only_where_the_kind_travels_and_comes_last_of_its_theme() -> None:
    assert ranked(thing(ROOM), [thing(ROOM, x=None)]).offer.tolist() == []
    found = ranked(thing(SKILL), [thing(SKILL, x=None), thing(SKILL, x=9_000)])
    assert found.offer.tolist() == [1, 0]
    assert np.isnan(found.distance_m[1])


def test_advice_comes_first_from_those_a_step_further() -> None:
    offers = [thing(ADVICE, x=1, stage=0), thing(ADVICE, x=900, stage=2), thing(ADVICE, x=2)]
    found = ranked(thing(ADVICE, stage=1), offers)
    assert (found.offer.tolist(), found.is_ahead.tolist()) == ([1, 0, 2], [True, False, False])
    assert ranked(thing(ADVICE, stage=-1), offers).offer.tolist() == [0, 2, 1]


def test_nobody_is_matched_with_herself_and_nothing_with_nothing() -> None:
    barred = np.array([[True, False]])
    found = rank_matches(
        things([thing()]), things([thing(), thing(x=5)]), RULES, isolated=np.array([False]), barred=barred, most=9
    )
    assert found.offer.tolist() == [1]
    nobody = rank_matches(
        things([]),
        things([]),
        RULES,
        isolated=np.zeros(0, dtype=bool),
        barred=np.zeros((0, 0), dtype=bool),
        most=3,
    )
    assert nobody.ask.tolist() == []


PLACES = st.one_of(st.none(), st.integers(0, 60).map(lambda n: 500.0 * n))
ROWS = st.lists(
    st.tuples(
        st.integers(0, KINDS - 1), st.frozensets(st.integers(0, THEMES - 1), max_size=2), PLACES, PLACES,
        st.integers(-1, 3),
    ).map(lambda row: row if None not in row[2:4] else (row[0], row[1], None, None, row[4])),
    max_size=7,
)  # fmt: skip


@given(ROWS, ROWS, st.data())
def test_the_ranking_is_that_of_a_slow_and_obvious_one(
    asks: list[Thing], offers: list[Thing], data: st.DataObject
) -> None:
    flags = st.lists(st.booleans(), min_size=len(asks), max_size=len(asks))
    alone = data.draw(flags)
    barred = [data.draw(st.lists(st.booleans(), min_size=len(offers), max_size=len(offers))) for _ask in asks]
    most = data.draw(st.integers(1, 4))
    found = rank_matches(
        things(asks), things(offers), RULES, isolated=np.array(alone, dtype=bool),
        barred=np.array(barred, dtype=bool).reshape(len(asks), len(offers)), most=most,
    )  # fmt: skip
    expected = [
        (number, offer)
        for number, ask in enumerate(asks)
        for offer in slow_best(ask, offers, barred[number], is_alone=alone[number])[:most]
    ]
    assert list(zip(found.ask.tolist(), found.offer.tolist(), strict=True)) == expected


def slow_best(ask: Thing, offers: list[Thing], barred: list[bool], *, is_alone: bool) -> list[int]:
    found = []
    for number, offer in enumerate(offers):
        if barred[number] or offer[0] != ask[0]:
            continue
        level = slow_level(ask[1], offer[1])
        is_known = None not in (*ask[2:4], *offer[2:4])
        distance = ((ask[2] - offer[2]) ** 2 + (ask[3] - offer[3]) ** 2) ** 0.5 if is_known else float("inf")  # type: ignore[operator]
        travels = bool(RULES.travels[ask[0]])
        is_near = distance <= RULES.reach_m[ask[0]] if is_known else travels
        is_about_it = bool(ask[1] & offer[1]) or any(RULES.related[a, b] for a in ask[1] for b in offer[1])
        is_far = not is_near and is_known and travels and is_alone and is_about_it
        if not (is_near or is_far):
            continue
        is_ahead = bool(RULES.wants_ahead[ask[0]]) and ask[4] >= 0 and offer[4] > ask[4]
        found.append((is_far, level, not is_ahead, distance, number))
    return [row[-1] for row in sorted(found)]


def slow_level(one: frozenset[int], other: frozenset[int]) -> int:
    if one & other:
        return 0
    if not one or not other:
        return 1
    return 1 if any(RULES.related[a, b] for a in one for b in other) else 2
