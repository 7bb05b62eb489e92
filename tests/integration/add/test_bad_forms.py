"""The public-form rows of the bad-input corpus (P01 to P32): refused in words, nothing lost, nothing odd kept."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.integration.add.filling import fill, hidden_of, sent_documents, start, walk

NAME_FAULTS = {
    "P06 only spaces": "  \u200b ",
    "P08 NUL": "Stitch\0",
    "P09 lone surrogate": "Stitch \ud800",
    "too long": "x" * 121,
}


def count(session: Session, table: str) -> int:
    return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


@pytest.mark.parametrize(
    "path", ["/add", "/add/what", "/add/check", "/add/similar", "/add/later", "/add/services"]
)
def test_p01_without_its_token_a_form_changes_nothing(visitor: FlaskClient, town: Session, path: str) -> None:
    start(visitor)
    before = town.scalar(text("SELECT answers::text FROM draft"))
    assert visitor.post(path, data={"name": "Other", "themes": "food"}).status_code == 400
    assert town.scalar(text("SELECT answers::text FROM draft")) == before


@pytest.mark.parametrize("cookie", ["stale", "gone"])
def test_p02_p32_when_the_visit_is_over_what_was_typed_is_kept(
    visitor: FlaskClient, town: Session, cookie: str
) -> None:
    start(visitor)
    form = hidden_of(visitor.get("/add/what").text) | {"description": "Typed for half an hour", "themes": "sport"}
    visitor.delete_cookie("session")
    if cookie == "stale":
        visitor.get("/add")  # another session, with another token
    refused = visitor.post("/add/what", data=form)
    assert refused.status_code == 400
    assert "Typed for half an hour" in refused.text
    assert "Nothing you typed is lost" in refused.text
    again = visitor.post("/add/what", data={**form, **hidden_of(refused.text)})
    assert again.location == "/add/when"
    assert town.scalar(text("SELECT answers #>> '{document,services,0,description}' FROM draft")) == (
        "Typed for half an hour"
    )


def test_p02_the_first_page_and_the_last_keep_it_too(visitor: FlaskClient, town: Session) -> None:
    refused = visitor.post("/add", data={"name": "Stitch and Natter", "near": "ZZ9 9ZZ"})
    assert refused.status_code == 400
    assert 'value="Stitch and Natter"' in refused.text
    start(visitor)
    form = hidden_of(visitor.get("/add/check").text) | {"note": "A word to you"}
    visitor.delete_cookie("session")
    assert "A word to you" in visitor.post("/add/check", data=form).text


def test_p03_a_filled_trap_is_dropped_quietly(
    visitor: FlaskClient, town: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = start(visitor, web_page="http://spam.example")
    assert (answer.status_code, "Thank you" in answer.text) == (200, True)
    assert count(town, "draft") == 0
    assert "trap" in caplog.text
    assert "spam.example" not in caplog.text
    start(visitor)
    assert "Thank you" in fill(visitor, "/add/check", web_page="x").text
    assert count(town, "submission") == 0


def test_p04_what_was_filled_in_at_once_is_flagged(visitor: FlaskClient, town: Session) -> None:
    walk(visitor)
    assert "too_fast" in town.scalar(text("SELECT flags FROM submission"))


@pytest.mark.parametrize("name", NAME_FAULTS.values(), ids=NAME_FAULTS.keys())
def test_a_name_that_cannot_be_kept_is_refused_beside_its_box(
    visitor: FlaskClient, town: Session, name: str
) -> None:
    form = hidden_of(visitor.get("/add").text)
    body = "&".join(f"{key}={value}" for key, value in form.items()).encode()
    typed = name.encode("utf-8", "surrogatepass")
    quoted = b"".join(b"%%%02X" % byte for byte in typed)
    answer = visitor.post(
        "/add", data=body + b"&near=ZZ9+9ZZ&name=" + quoted, content_type="application/x-www-form-urlencoded"
    )
    if "\ud800" in name:
        assert answer.status_code == 302  # such bytes arrive as a mark of damage, which is text
        return
    assert answer.status_code == 422
    assert 'href="#field-name"' in answer.text
    assert 'value="ZZ9 9ZZ"' in answer.text
    assert count(town, "draft") == 0


def test_p07_too_many_words_are_counted(visitor: FlaskClient, town: Session) -> None:
    start(visitor)
    answer = fill(visitor, "/add/what", description="x" * 10_001)
    assert answer.status_code == 422
    assert "10,001 letters" in answer.text


def test_p11_to_p15_odd_words_are_words(visitor: FlaskClient, town: Session) -> None:
    typed = "O'Neill’s <b>\u202egnp</b> {{7*7}} ${7*7} `;--"
    walk(visitor, start={"name": typed}, what={"description": typed})
    (document,) = sent_documents(town)
    assert document["name"] == document["summary"] == typed.replace("\u202e", "")
    page = visitor.get("/add/sent").text
    assert "&lt;b&gt;gnp&lt;/b&gt; {{7*7}} ${7*7} `;--" in page


@pytest.mark.parametrize("pin", [("0", "0"), ("-3.2", "71.0"), ("181", "53"), ("nan", "53"), ("1e400", "53")])
def test_p16_a_pin_outside_the_map_is_refused_and_the_postcode_is_enough(
    visitor: FlaskClient, town: Session, pin: tuple[str, str]
) -> None:
    start(visitor)
    answer = fill(visitor, "/add/place", near="ZZ9 9ZZ", lon=pin[0], lat=pin[1])
    assert answer.status_code == 422
    assert "type the postcode" in answer.text


@pytest.mark.parametrize(
    ("near", "words"),
    [("ZZ9 9ZX", "ZZ9 9ZZ"), ("AB1 0AA", "not on this map"), ("Nowhere-on-Sea", "We do not know"), ("", "Where")],
)
def test_p18_a_place_nobody_knows_is_refused_with_help(
    visitor: FlaskClient, town: Session, near: str, words: str
) -> None:
    answer = start(visitor, near=near)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Stitch and Natter"' in answer.text


@pytest.mark.parametrize(
    "email", ["ann@example.org\r\nBcc: all@example.org", f"{'a' * 250}@b.org", "a@b", "ann", "a b@example.org"]
)
@pytest.mark.parametrize("path", ["/add/contact", "/add/later"])
def test_p19_p20_what_is_no_address_is_refused(visitor: FlaskClient, town: Session, path: str, email: str) -> None:
    start(visitor)
    assert fill(visitor, path, email=email).status_code == 422
    assert count(town, "mail") == 0


def test_p21_p22_too_many_fields_are_refused(visitor: FlaskClient, town: Session) -> None:
    many = {f"field{number}": "x" for number in range(1_001)}
    assert visitor.post("/add", data=many, content_type="multipart/form-data").status_code == 413
    keys = "&".join(f"k{number}=1" for number in range(100_000))
    assert visitor.post("/add", data=keys, content_type="application/x-www-form-urlencoded").status_code == 413


def test_p23_a_body_that_says_it_is_huge_is_refused_unread(visitor: FlaskClient) -> None:
    huge = {"CONTENT_LENGTH": str(2 * 1024**3), "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    assert visitor.post("/add", environ_overrides=huge).status_code == 413


def test_p28_a_phone_number_in_free_words_is_flagged(visitor: FlaskClient, town: Session) -> None:
    walk(visitor, what={"description": "Ring Ann on 0161 496 0000"})
    assert "phone_in_text" in town.scalar(text("SELECT flags FROM submission"))


def test_p29_fields_nobody_asked_for_mean_nothing(visitor: FlaskClient, town: Session) -> None:
    extra = {
        "status": "approved",
        "is_trusted": "1",
        "organisation_id": "x",
        "is_confidential": "1",
        "state": "approved",
    }
    walk(visitor, start=extra, what={"description": "", **extra}, contact=extra)
    assert town.scalar(text("SELECT state FROM submission")) == "waiting"
    (document,) = sent_documents(town)
    assert document["is_confidential"] is False
    assert "status" not in str(document)


def test_p31_pressed_again_it_is_the_same_receipt(visitor: FlaskClient, town: Session) -> None:
    start(visitor)
    form = hidden_of(visitor.get("/add/check").text)
    first, second = visitor.post("/add/check", data=form), visitor.post("/add/check", data=form)
    assert first.location == second.location == "/add/sent"
    assert visitor.get("/add/sent").text == visitor.get("/add/sent").text
    assert count(town, "submission") == 1
    assert visitor.get("/add/what").location == "/add/sent"


@pytest.mark.parametrize(
    ("step", "typed", "words"),
    [
        ("what", {"themes": ["food", "sport", "nope"]}, "no such subject"),
        ("what", {"themes": ["a", "b", "c", "d"]}, "Choose 3 or fewer"),
        ("when", {"opens-0": "19:00"}, "Which day"),
        ("when", {"days-0": ["1"], "closes-0": "19:00"}, "When does it start"),
        ("when", {"days-0": ["1"], "opens-0": "tea time", "closes-0": "19:00"}, "not a time"),
        ("when", {"days-0": ["1"], "opens-0": "19:00", "closes-0": "09:30"}, "ends before it starts"),
        ("who", {"min_age": "50", "max_age": "16"}, "above the oldest"),
        ("who", {"min_age": "121"}, "0 to 120"),
        ("who", {"cost": "gold"}, "cannot be that"),
        ("people-from", {"reach": "ward:W99"}, "no such area"),
        ("people-from", {"reach": "drawn", "shape": "1,2"}, "1 corners"),
        ("people-from", {"reach": "drawn", "shape": "1,2 nan,3 4,5"}, "cannot be read"),
        ("people-from", {"reach": "drawn", "shape": "-2.3,53.4 -2.2,53.5 -2.2,53.4 -2.3,53.5"}, "crosses itself"),
        ("people-from", {"reach": "drawn", "shape": "10,10 11,10 11,11"}, "Nobody lives inside"),
        ("privacy", {"privacy": "secret"}, "cannot be that"),
        ("room", {"capacity": "0"}, "1 to 100,000"),
        ("contact", {"website": "javascript:alert(1)"}, "not the address"),
        ("contact", {"phone": "12"}, "not a phone number"),
        ("about", {"name": " "}, "is empty"),
    ],
)
def test_every_question_refuses_in_words(
    visitor: FlaskClient, town: Session, step: str, typed: dict[str, Any], words: str
) -> None:
    start(visitor)
    answer = fill(visitor, f"/add/{step}", **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert "<title>Error:" in answer.text


@pytest.mark.parametrize("path", ["/add/nope", "/add/back/x", "/add/confirm/x", "/edit/x", f"/edit/{'x' * 900}"])
def test_addresses_nobody_gave_out_are_a_404(visitor: FlaskClient, town: Session, path: str) -> None:
    start(visitor)
    assert visitor.get(path).status_code == 404


def test_without_a_draft_every_page_leads_to_the_first(visitor: FlaskClient, town: Session) -> None:
    for path in ("/add/what", "/add/check", "/add/similar", "/add/sent", "/add/later"):
        assert visitor.get(path).location == "/add"
    with visitor.session_transaction() as kept:
        kept["draft_group"] = "not an id"
    assert visitor.get("/add/what").location == "/add"


def test_nothing_of_the_form_is_kept_by_a_cache(visitor: FlaskClient, town: Session) -> None:
    start(visitor)
    for path in ("/add", "/add/what", "/add/check"):
        assert visitor.get(path).headers["Cache-Control"] == "private, no-store"
    assert visitor.get("/edit/x").headers["Referrer-Policy"] == "no-referrer"
