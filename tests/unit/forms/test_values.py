"""One value out of an address: what is refused, and that the message says what to do."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from app.actions.gap_answers import GapQuestion
from app.errors import BadQuestionError
from app.forms.gaps import question_values, read_gap_question, read_table_view
from app.forms.places import read_places_question
from app.forms.values import read_text, read_whole_number, refuse_unknown

DEFAULTS = GapQuestion("food", "lsoa-2021", "lad:E08000009")


@pytest.fixture(autouse=True)
def language() -> object:
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        yield


def values(*pairs: tuple[str, str]) -> MultiDict[str, str]:
    return MultiDict(pairs)


def test_nothing_typed_is_the_default_question() -> None:
    assert read_gap_question(values(), DEFAULTS) == DEFAULTS


def test_a_question_survives_its_own_address() -> None:
    asked = GapQuestion("warm-places", "ward-2023", "", 800, "standard", 2000)
    typed = values(*((name, str(value)) for name, value in question_values(asked).items()))
    assert read_gap_question(typed, DEFAULTS) == asked


def test_an_empty_within_is_the_whole_map_and_not_the_default() -> None:
    assert read_gap_question(values(("within", "")), DEFAULTS).within == ""


@pytest.mark.parametrize(
    "typed",
    ["abc", "NaN", "inf", "-1200", "1e3", "1e400", "12.5", "0x10", "0", "121", "1000000000", "9" * 40, "١٢٠٠"],
)
def test_a_reach_that_is_no_walk_is_refused(typed: str) -> None:
    with pytest.raises(BadQuestionError) as refused:
        read_gap_question(values(("minutes", typed)), DEFAULTS)
    assert refused.value.field == "minutes"
    assert "1 to 120" in refused.value.fix


@pytest.mark.parametrize("typed", ["\x00", "foo\x00d", "a\nb", "\ud800", "a\u200eb", "\x1b[0m", "\u202e"])
def test_what_nobody_types_is_refused(typed: str) -> None:
    with pytest.raises(BadQuestionError, match="cannot be read"):
        read_text(values(("theme", f"x{typed}y")), "theme")


def test_ten_thousand_letters_are_refused() -> None:
    with pytest.raises(BadQuestionError, match="10,000 letters"):
        read_text(values(("q", "x" * 10_000)), "q")


def test_a_value_given_twice_is_refused() -> None:
    with pytest.raises(BadQuestionError, match="2 times"):
        read_text(values(("theme", "food"), ("theme", "sport")), "theme")


def test_a_number_may_have_thousands_marked() -> None:
    assert read_whole_number(values(("n", " 1,200 ")), "n", None) == 1200


def test_unknown_names_are_refused_for_files() -> None:
    refuse_unknown(values(("q", "x")), ("q",))
    with pytest.raises(BadQuestionError, match="“utm”"):
        refuse_unknown(values(("utm", "x")), ("q",))


@pytest.mark.parametrize("pair", [("sort", "name; drop"), ("order", "sideways"), ("page", "0"), ("page", "-1")])
def test_a_table_view_that_cannot_be_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(BadQuestionError):
        read_table_view(values(pair))


def test_a_kind_of_place_that_is_not_there_lists_the_choices() -> None:
    with pytest.raises(BadQuestionError) as refused:
        read_places_question(values(("kind", "pub")))
    assert refused.value.fix == "Choose one of: all, organisation, service, need."
