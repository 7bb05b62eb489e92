"""The gap page in parts: which pages of its table are offered."""

from __future__ import annotations

import pytest

from app.forms.gaps import pages_around, rows_per_page


@pytest.mark.parametrize(
    ("page", "last", "shown"),
    [
        (1, 1, [1]),
        (1, 4, [1, 2, 3, 4]),
        (1, 174, [1, 2, 3, None, 174]),
        (90, 174, [1, None, 88, 89, 90, 91, 92, None, 174]),
        (173, 174, [1, None, 171, 172, 173, 174]),
    ],
)
def test_of_many_pages_the_nearest_are_shown(page: int, last: int, shown: list[int | None]) -> None:
    assert pages_around(page, last) == shown


@pytest.mark.parametrize(("rows", "on_a_page"), [(0, 200), (200, 200), (201, 100), (34_753, 100)])
def test_a_borough_is_one_page_and_a_country_has_light_ones(rows: int, on_a_page: int) -> None:
    assert rows_per_page(rows) == on_a_page
