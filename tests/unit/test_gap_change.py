"""What made Small Town's gap change, worked out by hand; and parts that always sum to the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.actions.gap_answers import GapQuestion
from app.actions.gap_change import Why, _people_without, classify, list_steps, mix
from app.actions.gap_inputs import GapInputs, People, ThemeServices, Zones
from app.analysis.change import nearest_then, split_change
from app.analysis.inputs import PopulationPoints
from app.queries.evidence import ServiceFact

DAY = date(2026, 6, 1)
COLUMNS = (
    "service_id", "organisation_id", "service_name", "organisation_name", "role", "place_id", "area_id",
    "x_m", "y_m", "is_online", "confirmed_on", "audiences", "languages", "cost", "room", "step_free", "capacity",
    "times",
)  # fmt: skip


def service(ident: str, at: tuple[float, float], **more: Any) -> dict[str, Any]:
    values = {
        "service_id": ident, "organisation_id": ident, "service_name": "", "organisation_name": "",
        "role": "meets_at", "place_id": ident, "area_id": None, "x_m": at[0], "y_m": at[1],
        "is_online": False, "confirmed_on": DAY, "audiences": [], "languages": [], "cost": "unknown",
        "room": "unknown", "step_free": None, "capacity": None, "times": [],
    }  # fmt: skip
    return {**values, **more}


def row_of_people(services: list[dict[str, Any]], people: tuple[float, ...], **more: Any) -> GapInputs:
    """Villages 10 km apart in a row, one area each: who has a service in the village has it all alone."""
    count = len(people)
    points = PopulationPoints(np.arange(count) * 10_000.0, np.zeros(count), np.array(people), np.ones(count))
    inputs = GapInputs(
        question=GapQuestion(
            "food", "village", "", need_strength=0.0, benchmark="standard", people_per_service=100
        ),
        on=DAY,
        people=People(points, np.arange(count)),
        services=ThemeServices(pd.DataFrame(services, columns=list(COLUMNS)), {}),
        zones=Zones(np.arange(count), np.arange(count)),
        inside=np.ones(count, dtype=bool),
        looked_on=np.full(count, DAY.toordinal()),
    )
    return replace(inputs, **more)


def totals(then: GapInputs, now: GapInputs, why: dict[str, Why]) -> list[float]:
    return [round(sum(state.values()), 6) for state in map(_people_without, list_steps(then, now, why))]


def test_the_parts_worked_out_by_hand() -> None:
    """Fair share is 1 per 100 people. Three villages of 100, a service in the first: 200 people have none.

    Then: 200 without. The last village grows to 150: 250. Nobody has looked in the second any more: 150. A service
    that was always in the third is found (150 people share it: 2/3 of the fair share, 50 without): 50. The first
    one's service closes: 150.
    """
    then = row_of_people([service("a", (0, 0))], (100, 100, 100))
    now = row_of_people(
        [service("b", (20_000, 0))],
        (100, 100, 150),
        looked_on=np.array([DAY.toordinal(), 0, DAY.toordinal()]),
    )
    assert totals(then, now, {"a": Why.REAL, "b": Why.MAPPING}) == [200, 250, 150, 50, 150, 150]
    assert totals(then, now, {"a": Why.UNKNOWN, "b": Why.REAL}) == [200, 250, 150, 150, 50, 150]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_changed_the_last_state_is_now_and_the_parts_sum(data: st.DataObject) -> None:
    def draw_side() -> GapInputs:
        count = 4
        people = tuple(data.draw(st.lists(st.floats(1, 1e4), min_size=count, max_size=count)))
        idents = data.draw(st.sets(st.sampled_from("abcdef")))
        placed = [
            service(ident, (10_000.0 * data.draw(st.integers(0, 3)), 0), role=data.draw(st.sampled_from(
                ["meets_at", "registered_at"])))
            for ident in sorted(idents)
        ]  # fmt: skip
        looked = data.draw(st.lists(st.sampled_from([0, DAY.toordinal()]), min_size=count, max_size=count))
        return row_of_people(placed, people, looked_on=np.array(looked))

    then, now = draw_side(), draw_side()
    why = {ident: data.draw(st.sampled_from([Why.MAPPING, Why.REAL, Why.UNKNOWN])) for ident in "abcdef"}
    states = [_people_without(step) for step in list_steps(then, now, why)]
    first, last = _people_without(then), _people_without(now)
    assert states[0] == first
    assert states[-1] == pytest.approx(last)
    parts = split_change([np.array([state.get(area, 0.0) for area in range(4)]) for state in states])
    whole = np.array([last.get(area, 0.0) - first.get(area, 0.0) for area in range(4)])
    assert parts.sum(axis=0) == pytest.approx(whole, abs=1e-6)


def fact(**said: Any) -> ServiceFact:
    return ServiceFact(**{"started_on": None, "is_closed": False, "is_merged": False, "is_off": False,
                          "is_public": True, **said})  # fmt: skip


HERE = [service("a", (0, 0), audiences=["men"])]


@pytest.mark.parametrize(
    ("before", "after", "known", "expected"),
    [
        (None, HERE, fact(started_on=date(2026, 6, 2)), (Why.REAL, "opened")),
        (None, HERE, fact(started_on=DAY), (Why.MAPPING, "found")),
        (None, HERE, fact(), (Why.UNKNOWN, "appeared")),
        (HERE, None, fact(is_closed=True, is_public=False), (Why.REAL, "closed")),
        (HERE, None, fact(is_closed=True, is_merged=True, is_public=False), (Why.MAPPING, "taken off")),
        (HERE, None, fact(is_off=True, is_public=False), (Why.MAPPING, "taken off")),
        (HERE, None, None, (Why.UNKNOWN, "vanished")),
        (HERE, [service("a", (0, 0), audiences=["women"])], fact(), (Why.REAL, "changed")),
        (HERE, [service("a", (0, 0))], fact(), (Why.MAPPING, "better known")),
        (HERE, [service("a", (90, 0), audiences=["men"])], fact(), (Why.MAPPING, "better known")),
        (HERE, [service("a", (0, 101), audiences=["men"])], fact(), (Why.REAL, "changed")),
        (HERE, [*HERE, service("a", (5000, 0), audiences=["men"])], fact(), (Why.MAPPING, "better known")),
        (
            [service("a", (0, 0), role="registered_at")],
            [service("a", (900, 0))],
            fact(),
            (Why.MAPPING, "better known"),
        ),
    ],
)
def test_what_says_whether_a_change_is_real(
    before: Any, after: Any, known: Any, expected: tuple[Why, str]
) -> None:
    assert classify(before, after, known, DAY) == expected


def test_what_was_known_is_carried_to_the_nearest_point() -> None:
    near = nearest_then(np.array([0.0, 100]), np.zeros(2), np.array([100.0, 40, 60, -5]), np.zeros(4))
    assert near.tolist() == [1, 0, 1, 0]
    with pytest.raises(ValueError, match="Nobody lived"):
        nearest_then(np.zeros(0), np.zeros(0), np.zeros(1), np.zeros(1))


def test_mixing_takes_some_services_from_now() -> None:
    then = pd.DataFrame([service("a", (0, 0)), service("b", (1, 0))])
    now = pd.DataFrame([service("b", (2, 0)), service("c", (3, 0))])
    assert mix(then, now, {"b", "c"})["x_m"].tolist() == [0, 2, 3]
    assert mix(then, now, {"a"})["service_id"].tolist() == ["b"]
    assert mix(then, now, set()).equals(then)
