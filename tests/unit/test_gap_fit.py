"""Which services fit a question: every facet by itself, and the worst of them together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from app.actions.gap_answers import GapQuestion
from app.actions.gap_fit import NO, PERHAPS, YES, fits, fits_by_facet

ANY = GapQuestion("food", "square", "")
ON = date(2026, 11, 22)
TUESDAY_10_TO_12 = [2, 600, 720, 0]
FIRST_SATURDAY_NIGHT = [6, 22 * 60, 60, 1]


def table(**facts: Any) -> pd.DataFrame:
    usual = {"audiences": [], "languages": [], "cost": "unknown", "room": "unknown", "step_free": None,
             "times": [], "confirmed_on": None}  # fmt: skip
    return pd.DataFrame([{**usual, **facts}])


@pytest.mark.parametrize(
    ("asked", "facts", "expected"),
    [
        ({"is_free": True}, {"cost": "free"}, YES),
        ({"is_free": True}, {"cost": "donation"}, YES),
        ({"is_free": True}, {"cost": "paid"}, NO),
        ({"is_free": True}, {}, PERHAPS),
        ({"is_step_free": True}, {"step_free": True}, YES),
        ({"is_step_free": True}, {"step_free": False}, NO),
        ({"is_step_free": True}, {}, PERHAPS),
        ({"has_room": True}, {"room": "full"}, NO),
        ({"has_room": True}, {"room": "waiting_list"}, NO),
        ({"has_room": True}, {"room": "open"}, YES),
        ({"has_room": True}, {}, PERHAPS),
        ({"audience": "carers"}, {"audiences": ["carers", "men"]}, YES),
        ({"audience": "carers"}, {"audiences": ["anyone"]}, YES),
        ({"audience": "carers"}, {"audiences": ["men"]}, NO),
        ({"audience": "carers"}, {}, PERHAPS),
        ({"language": "ur"}, {"languages": ["en", "ur"]}, YES),
        ({"language": "ur"}, {"languages": ["en"]}, NO),
        ({"language": "ur"}, {}, PERHAPS),
        ({"is_fresh": True}, {"confirmed_on": date(2025, 1, 1)}, YES),
        ({"is_fresh": True}, {"confirmed_on": date(2024, 1, 1)}, PERHAPS),
        ({"is_fresh": True}, {}, PERHAPS),
        ({"day": "tuesday"}, {"times": [TUESDAY_10_TO_12]}, YES),
        ({"day": "weekday"}, {"times": [TUESDAY_10_TO_12]}, YES),
        ({"day": "weekend"}, {"times": [TUESDAY_10_TO_12]}, NO),
        ({"part": "morning"}, {"times": [TUESDAY_10_TO_12]}, YES),
        ({"part": "afternoon"}, {"times": [TUESDAY_10_TO_12]}, NO),
        ({"day": "tuesday", "part": "evening"}, {"times": [TUESDAY_10_TO_12]}, NO),
        ({"day": "saturday", "part": "evening"}, {"times": [FIRST_SATURDAY_NIGHT]}, PERHAPS),
        ({"day": "weekend"}, {"times": [TUESDAY_10_TO_12, FIRST_SATURDAY_NIGHT]}, PERHAPS),
        ({"day": "tuesday"}, {}, PERHAPS),
    ],
)
def test_one_facet(asked: dict[str, Any], facts: dict[str, Any], expected: int) -> None:
    assert fits(table(**facts), replace(ANY, **asked), ON).tolist() == [expected]
    assert len(fits_by_facet(table(**facts), replace(ANY, **asked), ON)) == 1


def test_nothing_asked_fits_everything() -> None:
    assert fits(table(cost="paid", room="full"), ANY, ON).tolist() == [YES]
    assert fits_by_facet(table(cost="paid"), ANY, ON) == {}


def test_the_worst_facet_decides() -> None:
    asked = replace(ANY, is_free=True, is_step_free=True)
    rows = pd.concat([table(cost="free", step_free=True), table(cost="free"), table(cost="paid", step_free=True)])
    assert fits(rows, asked, ON).tolist() == [YES, PERHAPS, NO]


def test_no_services_fit_no_question() -> None:
    assert fits(table().iloc[:0], replace(ANY, is_free=True), ON).tolist() == []
