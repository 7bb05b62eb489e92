"""What people type into forms: tidied, bounded, refused in words (P06 to P14 of the bad-input corpus)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from app.errors import BadQuestionError
from app.forms.guard import make_form_key, make_form_time, read_form_key, read_guard
from app.forms.typed import typed_choice, typed_choices, typed_line, typed_number, typed_words


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "a secret of the tests"
    Babel(app)
    with app.app_context():
        yield


def values(**typed: str | list[str]) -> MultiDict[str, str]:
    return MultiDict(typed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  O'Neill’s  café ", "O'Neill’s café"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("e\u0301glise", "église"),
        ("<b>{{7*7}}${7*7}", "<b>{{7*7}}${7*7}"),
        ("👩\u200d👧 ŵ Gàidhlig", "👩\u200d👧 ŵ Gàidhlig"),
        ("two\r\nlines", "two lines"),
    ],
)
def test_a_line_is_tidied(typed: str, kept: str) -> None:
    assert typed_line(values(name=typed), "name", "Name") == kept


def test_words_keep_their_lines() -> None:
    assert typed_words(values(words="one\r\n\r\ntwo\x07"), "words", "Words") == "one\n\ntwo"


@pytest.mark.parametrize("typed", ["nul\0", "lone \ud800 surrogate", "x" * 121])
def test_what_cannot_be_kept_is_refused_by_name(typed: str) -> None:
    with pytest.raises(BadQuestionError, match="“Name”") as caught:
        typed_line(values(name=typed), "name", "Name")
    assert caught.value.field == "name"


def test_spaces_alone_are_empty() -> None:
    with pytest.raises(BadQuestionError, match="is empty"):
        typed_line(values(name=" \u200b\t "), "name", "Name", required=True)


def test_too_long_says_how_long() -> None:
    with pytest.raises(BadQuestionError, match="10,001 letters"):
        typed_words(values(words="x" * 10_001), "words", "Words")


def test_given_twice_is_refused() -> None:
    with pytest.raises(BadQuestionError, match="sent 2 times"):
        typed_line(values(name=["a", "b"]), "name", "Name")


def test_choices_are_only_those_offered() -> None:
    assert typed_choices(values(theme=["b", "a"]), "theme", "What", ("a", "b", "c")) == ("a", "b")
    assert typed_choice(values(), "cost", "Cost", ("free",), "unknown") == "unknown"
    with pytest.raises(BadQuestionError, match="or fewer"):
        typed_choices(values(theme=["a", "b"]), "theme", "What", ("a", "b"), most=1)
    with pytest.raises(BadQuestionError, match="cannot be that"):
        typed_choice(values(cost="gold"), "cost", "Cost", ("free",))


@pytest.mark.parametrize("typed", ["-1", "121", "ten", "1e2", "٣"])
def test_a_number_out_of_range_is_refused(typed: str) -> None:
    with pytest.raises(BadQuestionError, match="0 to 120"):
        typed_number(values(age=typed), "age", "Age", least=0, most=120)


def test_the_guard_tells_a_robot_from_a_person() -> None:
    assert read_guard(values(web_page="http://spam.example")).is_trap
    assert not read_guard(values(web_page=" ", form_time=make_form_time())).is_trap
    assert read_guard(values(form_time=make_form_time())).is_hasty
    assert read_guard(values()).took_s is None
    assert read_guard(values(form_time="forged")).is_hasty


def test_a_form_key_leads_back_and_cannot_be_made_up() -> None:
    key = make_form_key(UUID(int=5))
    assert read_form_key(values(form_key=key)) == UUID(int=5)
    assert read_form_key(values(form_key="x" + key)) is None
    assert read_form_key(values(form_key=UUID(int=5).hex)) is None
    assert read_form_key(values()) is None
