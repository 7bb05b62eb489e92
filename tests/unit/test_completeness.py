"""Two kinds of list compared, area by area and from small areas to bigger ones."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.completeness import (
    LEAST_ON_BOTH,
    LEAST_ON_LIST,
    Completeness,
    KnownOf,
    compare_lists,
    days_complete,
    known_of_areas,
    known_sentence,
)
from app.actions.gap_inputs import Zones
from app.queries.areas import LayerRow
from app.vocabulary import AreaLayerKind

LAST = date(2026, 5, 1)


def groups(rows: list[tuple[int | None, bool, bool]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "organisation_id": str(n),
                "area_id": area,
                "is_published": published,
                "is_seen": seen,
                "listed_on": LAST,
            }
            for n, (area, published, seen) in enumerate(rows)
        ],
        columns=["organisation_id", "area_id", "is_published", "is_seen", "listed_on"],
    )


one_group = st.tuples(st.sampled_from([None, 1, 2]), st.booleans(), st.booleans())


@given(st.lists(one_group, max_size=60))
def test_lists_are_compared_as_a_slow_count_does(rows: list[tuple[int | None, bool, bool]]) -> None:
    expected = {}
    for area in (1, 2):
        published = sum(1 for at, p, _ in rows if at == area and p)
        seen = sum(1 for at, _, s in rows if at == area and s)
        both = sum(1 for at, p, s in rows if at == area and p and s)
        if published >= LEAST_ON_LIST and seen >= LEAST_ON_LIST and both >= LEAST_ON_BOTH:
            estimated = (published + 1) * (seen + 1) / (both + 1) - 1
            expected[area] = (published + seen - both, pytest.approx(estimated))
    found = compare_lists(groups(rows))
    assert {area: (known.found, known.estimated) for area, known in found.items()} == expected
    assert all(0 < known.share <= 1 for known in found.values())


def test_twelve_of_about_fifteen() -> None:
    rows = [(1, True, True)] * 6 + [(1, True, False)] * 4 + [(1, False, True)] * 3
    known = compare_lists(groups(rows))[1]
    assert (known.found, round(known.estimated, 2)) == (13, round(11 * 10 / 7 - 1, 2))
    assert known_sentence(known, 1, "Here") == (
        "Here we know of 13 of about 15, which may be 13 to 20 (two lists compared)."
    )
    assert known_sentence(known, 7, "Sale").startswith("In Sale we know of 13 of about 15")
    assert "too few here alone" in known_sentence(known, 7, "Sale")


SMALL = LayerRow(1, "small", "Small", "small", "", AreaLayerKind.STATISTICAL, 0, 4)
WARD = LayerRow(2, "ward", "Wards", "ward", "", AreaLayerKind.ELECTORAL, 1, 2)
TOWN = LayerRow(3, "town", "Town", "town", "", AreaLayerKind.COUNCIL, 2, 1)
ZONES = {
    1: Zones(np.array([11, 12, 13, 14]), np.array([0, 1, 2, 3, 3])),
    2: Zones(np.array([21, 22]), np.array([0, 0, 1, 1, -1])),
    3: Zones(np.array([31]), np.array([0, 0, 0, 0, 0])),
}
PEOPLE = np.array([10.0, 20, 30, 40, 50])
SINCE = date(2024, 11, 22)


def known(area_id: int, share: float, listed_on: date = LAST) -> KnownOf:
    return KnownOf(area_id, 10, 10 / share, share, listed_on)


def complete(**by_layer: dict[int, KnownOf]) -> Completeness:
    layers = (SMALL, WARD, TOWN)
    return Completeness(layers, {layer.id: by_layer.get(layer.key, {}) for layer in layers})


def days(found: Completeness) -> list[bool]:
    return (days_complete(found, ZONES.__getitem__, SINCE, 5) > 0).tolist()


def test_an_area_is_known_where_the_lists_are_complete_enough_and_no_finer_area_says_otherwise() -> None:
    assert days(complete(ward={21: known(21, 0.6)})) == [True, True, False, False, False]
    assert days(complete(ward={21: known(21, 0.59)})) == [False] * 5
    assert days(complete(small={12: known(12, 0.3)}, ward={21: known(21, 0.9)})) == [
        True,
        False,
        False,
        False,
        False,
    ]
    assert days(complete(ward={21: known(21, 0.9, date(2020, 1, 1))})) == [False] * 5


def test_a_whole_council_makes_no_corner_of_it_known() -> None:
    assert days(complete(town={31: known(31, 0.95)})) == [False] * 5


def test_areas_with_too_few_take_the_next_bigger_area() -> None:
    found = complete(small={11: known(11, 0.5)}, ward={21: known(21, 0.7)}, town={31: known(31, 0.8)})
    taken = known_of_areas(found, SMALL, ZONES.__getitem__, PEOPLE)
    assert {area: one.area_id for area, one in taken.items()} == {11: 11, 12: 21, 13: 31, 14: 31}
    assert known_of_areas(found, TOWN, ZONES.__getitem__, PEOPLE)[31].area_id == 31
