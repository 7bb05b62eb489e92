"""Siting against every choice there is (small cases), and what must hold for any: bound, best, at once, in
order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from app.analysis.siting import SitingProblem, bundled, most_covered
from app.analysis.siting_distance import shortest_mean_walk, shortest_mean_walk_proven, shortest_worst_walk
from app.analysis.siting_exact import backup_covered, fewest_sites, most_covered_proven, rule_out


def problem(rows: list[list[int]], weight: list[float], budget: float, **more: object) -> SitingProblem:
    return SitingProblem(sparse.csr_array(np.array(rows)), np.array(weight), budget, **more)  # type: ignore[arg-type]


def choices(asked: SitingProblem) -> Iterator[tuple[int, ...]]:
    """Every choice within the budget that keeps what is pinned and leaves out what is barred."""
    for size in range(asked.site_count + 1):
        for chosen in combinations(range(asked.site_count), size):
            inside = np.isin(np.arange(asked.site_count), chosen)
            assert asked.pinned is not None
            assert asked.barred is not None
            is_free = not (asked.pinned & ~inside).any() and not (asked.barred & inside).any()
            if is_free and asked.costs[inside].sum() <= asked.budget + 1e-9:
                yield chosen


def best_by_trying(asked: SitingProblem) -> float | None:
    """The most weight any choice that meets the floors reaches; None when none does."""
    values = [
        asked.covered_weight(chosen)
        for chosen in choices(asked)
        if not asked.floors_missing(asked.reached(chosen)).any()
    ]
    return max(values, default=None)


@st.composite
def problems(draw: st.DrawFn) -> SitingProblem:
    sites, points = draw(st.integers(1, 7)), draw(st.integers(1, 12))
    table = np.array(draw(st.lists(st.lists(st.integers(0, 1), min_size=points, max_size=points),
                                   min_size=sites, max_size=sites)))  # fmt: skip
    weight = np.array(draw(st.lists(st.integers(0, 9), min_size=points, max_size=points)), dtype=float)
    cost = None
    if draw(st.booleans()):
        cost = np.array(draw(st.lists(st.integers(1, 4), min_size=sites, max_size=sites)), dtype=float)
    barred = np.array(draw(st.lists(st.integers(0, 4), min_size=sites, max_size=sites))) == 0
    group = floor = None
    if draw(st.booleans()):
        group = np.array(draw(st.lists(st.integers(-1, 1), min_size=points, max_size=points)))
        floor = np.array(draw(st.lists(st.sampled_from([0.0, 0.3, 0.5, 1.0]), min_size=2, max_size=2)))
    return SitingProblem(
        sparse.csr_array(table),
        weight,
        draw(st.integers(0, 6)),
        cost=cost,
        barred=barred,
        group=group,
        floor=floor,
    )


@settings(max_examples=150, deadline=None)
@given(problems())
def test_bound_is_never_under_the_best_and_the_best_never_under_at_once(asked: SitingProblem) -> None:
    best = best_by_trying(asked)
    at_once, proven = most_covered(asked), most_covered_proven(asked)
    for answer in (at_once, proven):
        assert answer.value == pytest.approx(asked.covered_weight(answer.sites))
        assert asked.costs[answer.sites].sum() <= asked.budget + 1e-9
        assert len(set(answer.sites.tolist())) == answer.sites.size
        assert answer.meets_floors == (not asked.floors_missing(asked.reached(answer.sites)).any())
        assert answer.bound >= answer.value
        if best is not None:
            assert answer.bound >= best - 1e-9
    if best is None:
        assert not proven.meets_floors
        assert not at_once.meets_floors
    else:
        assert proven.meets_floors
        assert proven.is_proven
        assert proven.value == pytest.approx(best)
        if at_once.meets_floors:
            assert at_once.value <= best + 1e-9


@settings(max_examples=150, deadline=None)
@given(problems(), st.sampled_from([1, 3, 40]))
def test_what_the_prices_rule_in_or_out_leaves_the_best_there_is(asked: SitingProblem, rounds: int) -> None:
    """However loose the bound: after few rounds of pricing as after many, also within a budget."""
    best = best_by_trying(asked)
    at_once = most_covered(asked, rounds=rounds)
    if best is not None and at_once.meets_floors:
        assert best_by_trying(rule_out(asked, at_once)) == pytest.approx(best)


@settings(max_examples=100, deadline=None)
@given(problems(), st.data())
def test_points_bundled_are_worth_what_they_were(asked: SitingProblem, data: st.DataObject) -> None:
    """Every choice reaches as much, and lacks as much of a floor, as before: also where nobody reaches a point."""
    chosen = data.draw(st.lists(st.integers(0, asked.site_count - 1), unique=True))
    fewer = bundled(asked)
    assert fewer.weight.size <= max(1, 3 * 2**asked.site_count)
    assert fewer.covered_weight(chosen) == pytest.approx(asked.covered_weight(chosen))
    missing = [problem.floors_missing(problem.reached(chosen)) for problem in (fewer, asked)]
    assert missing[0] == pytest.approx(missing[1])


def test_a_budget_may_be_worth_more_on_one_dear_site_than_on_all_cheap_ones() -> None:
    """Per pound the small site gains more (3 for 1 against 10 for 4), but then the big one cannot be paid for."""
    asked = problem([[1, 0], [0, 1]], [3, 10], 4, cost=np.array([1.0, 4.0]))
    answer = most_covered(asked)
    assert (answer.sites.tolist(), answer.value) == ([1], 10)
    assert most_covered_proven(asked).value == 10


def test_when_what_is_pinned_takes_the_whole_budget_that_is_the_answer() -> None:
    asked = problem([[1, 0], [0, 1]], [3, 10], 1, pinned=np.array([True, False]))
    answer = most_covered(asked)
    assert (answer.sites.tolist(), answer.value, answer.bound, answer.is_proven) == ([0], 3, 3, True)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_without_time_fewest_sites_still_reach_everyone_and_its_bound_holds(asked: SitingProblem) -> None:
    """The greedy cover and the fitted bound: what is left when the solver is given no time at all."""
    rushed = fewest_sites(asked.reaches, cost=asked.costs, time_limit_s=0.0)
    exact = fewest_sites(asked.reaches, cost=asked.costs)
    assert (asked.reached(rushed.sites) > 0).tolist() == (asked.reached(np.arange(asked.site_count)) > 0).tolist()
    assert rushed.bound <= exact.value + 1e-6 <= rushed.value + 2e-6


def test_the_greedy_trap_is_left_by_a_swap() -> None:
    """The middle site reaches most alone (4), but the two others together reach all six."""
    asked = problem([[0, 1, 1, 1, 1, 0], [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]], [1] * 6, 2)
    answer = most_covered(asked)
    assert sorted(answer.sites.tolist()) == [1, 2]
    assert (answer.value, answer.bound, answer.is_proven) == (6, 6, True)


def test_pinned_stay_barred_stay_out_and_order_is_by_gain() -> None:
    rows = [[1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1], [1, 1, 1, 1]]
    pinned, barred = np.array([True, False, False, False]), np.array([False, False, False, True])
    answer = most_covered_proven(problem(rows, [1, 5, 2, 4], 2, pinned=pinned, barred=barred))
    assert sorted(answer.sites.tolist()) == [0, 1]
    assert answer.sites.tolist() == [1, 0]
    assert answer.value == 8


def test_a_floor_for_a_ward_costs_what_it_costs() -> None:
    """The rich ward of two points is worth more; a floor of half for the other makes one site go there."""
    rows = [[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    free = most_covered_proven(problem(rows, [5, 5, 2, 1], 1))
    asked = problem(rows, [5, 5, 2, 1], 1, group=np.array([0, 0, 1, 1]), floor=np.array([0.0, 0.5]))
    fair = most_covered_proven(asked)
    assert (free.value, fair.value) == (10, 2)
    assert fair.sites.tolist() == [1]
    assert most_covered(asked).meets_floors
    impossible = problem(rows, [5, 5, 2, 1], 1, group=np.array([0, 0, 1, 1]), floor=np.array([0.5, 0.5]))
    assert not most_covered_proven(impossible).meets_floors


def test_fewest_sites_for_everyone_and_twice_over() -> None:
    """Golden by hand: two sites reach all; to reach everyone twice takes all that can, three."""
    table = sparse.csr_array(np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]]))
    once, twice = fewest_sites(table), fewest_sites(table, times=2)
    assert (once.value, once.bound, once.is_proven) == (2, 2, True)
    assert (twice.value, twice.is_proven) == (4, True)
    nobody = fewest_sites(sparse.csr_array(np.zeros((2, 3))))
    assert (nobody.sites.tolist(), nobody.value) == ([], 0)


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(1, 2))
def test_fewest_sites_equals_every_choice_tried(asked: SitingProblem, times: int) -> None:
    table, sites = asked.reaches, asked.site_count
    wanted = np.minimum(np.asarray(table.sum(axis=0)).ravel(), times)
    fewest = min(
        size
        for size in range(sites + 1)
        for chosen in combinations(range(sites), size)
        if (np.asarray(table[list(chosen)].sum(axis=0)).ravel() >= wanted).all()
    )
    answer = fewest_sites(table, times=times)
    assert (answer.value, answer.is_proven) == (fewest, True)


@settings(max_examples=60, deadline=None)
@given(problems(), st.sampled_from([0.0, 0.5, 1.0]))
def test_backup_cover_equals_every_choice_tried(asked: SitingProblem, second: float) -> None:
    def worth(chosen: tuple[int, ...]) -> float:
        times = asked.reached(chosen)
        return float(asked.weight[times >= 1].sum() + second * asked.weight[times >= 2].sum())

    possible = [
        worth(chosen) for chosen in choices(asked) if not asked.floors_missing(asked.reached(chosen)).any()
    ]
    answer = backup_covered(asked, second=second)
    if possible:
        assert answer.is_proven
        assert answer.value == pytest.approx(max(possible))
    else:
        assert not answer.meets_floors


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 7), st.integers(1, 9), st.data())
def test_walks_equal_every_choice_tried(seed: int, sites: int, points: int, data: st.DataObject) -> None:
    random = np.random.default_rng(seed)
    walks, people = (
        random.integers(0, 50, (sites, points)).astype(float),
        random.integers(0, 9, points).astype(float),
    )
    count = data.draw(st.integers(1, sites))
    every = [list(chosen) for chosen in combinations(range(sites), count)]
    mean = min(float((walks[chosen].min(axis=0) * people).sum()) for chosen in every)
    worst = min(float(walks[chosen].min(axis=0).max()) for chosen in every)
    at_once, proven = shortest_mean_walk(walks, people, count), shortest_mean_walk_proven(walks, people, count)
    assert at_once.bound <= mean + 1e-6 <= at_once.value + 2e-6
    assert proven.value == pytest.approx(mean)
    assert proven.is_proven
    centre = shortest_worst_walk(walks, count)
    assert (centre.value, centre.bound, centre.is_proven) == (worst, worst, True)
    assert centre.sites.size == count


def test_pinned_walks_stay_and_bad_tables_are_refused() -> None:
    walks = np.array([[0.0, 9, 9], [9, 0, 9], [9, 9, 0]])
    pinned = np.array([False, False, True])
    assert 2 in shortest_mean_walk(walks, np.array([5.0, 4, 1]), 1, pinned=pinned).sites
    assert 2 in shortest_worst_walk(walks, 2, pinned=pinned).sites
    for count in (0, 4):
        with pytest.raises(ValueError, match="Choose 1 to 3"):
            shortest_mean_walk(walks, np.ones(3), count)
    with pytest.raises(ValueError, match="none missing"):
        shortest_worst_walk(np.array([[np.inf]]), 1)
    with pytest.raises(ValueError, match="pinned but only"):
        shortest_mean_walk(walks, np.ones(3), 1, pinned=np.array([True, True, False]))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"pinned": np.array([True]), "barred": np.array([True])}, "both pinned and left out"),
        ({"pinned": np.array([True]), "cost": np.array([5.0])}, "more than the whole budget"),
        ({"group": np.array([0])}, "Floors need groups"),
        ({"group": np.array([3]), "floor": np.array([0.5])}, "group must be"),
        ({"group": np.array([0]), "floor": np.array([1.5])}, "from 0 to 1"),
        ({"pinned": np.array([True, False])}, "each of the 1 sites"),
    ],
)
def test_a_problem_that_makes_no_sense_says_why(more: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        problem([[1]], [1], 1, **more)


def test_nothing_to_reach_is_an_answer() -> None:
    answer = most_covered_proven(problem([[0, 0]], [1, 1], 1))
    assert (answer.value, answer.at_least, answer.is_proven) == (0, 1, True)
