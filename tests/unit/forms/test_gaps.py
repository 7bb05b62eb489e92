"""The gap page in parts: which pages of its table are offered."""

from __future__ import annotations

import pytest

from app.forms.gaps import pages_around


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
