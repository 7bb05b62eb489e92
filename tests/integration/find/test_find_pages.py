"""The finder's pages without a browser: what is said, what is saved, what is recorded."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.wishes import count_others
from tests.integration.accounts.people import token_of
from tests.integration.find import find_town
from tests.integration.web.pages import Page

POLICY_WORDS = ("provision", "indicator", "deprivation", "shortfall", "unmet", "catchment", "intervention")


@pytest.fixture
def world(session: Session) -> Session:
    find_town.build(session)
    session.commit()
    return session


@pytest.fixture
def visitor(client: FlaskClient, world: Session) -> FlaskClient:
    return client


def wishes(world: Session) -> list[tuple[str, str, int]]:
    rows = world.execute(text("SELECT kind, theme_key, area_id FROM wish ORDER BY id"))
    return [tuple(row) for row in rows]


def ids_on(html: str) -> list[str]:
    return [tag.attributes["data-card"] for tag in Page(html).all("li", class_="found")]


@pytest.mark.parametrize("path", ["/", "/find", "/find?near=ZZ1+2AA", "/find?near=ZZ1+1AA&q=chess&within=15min"])
def test_no_policy_word_in_the_residents_doors(visitor: FlaskClient, path: str) -> None:
    page = Page(visitor.get(path).text)
    words = page.one("main").text.lower()
    assert [word for word in POLICY_WORDS if word in words] == []
    assert "gap" not in words.replace("see the gaps", "")


def test_the_first_page_asks_one_question_and_keeps_the_other_door_quiet(visitor: FlaskClient) -> None:
    page = Page(visitor.get("/").text)
    form = next(form for form in page.all("form") if form.attributes.get("action") == "/find")
    assert form.attributes["method"] == "get"
    links = {tag.attributes.get("href", "") for tag in page.all("a")}
    assert {"/add", "/needs/new", "/gaps", "/find?theme=food"} <= links


def test_a_card_says_what_when_where_cost_and_how_sure(visitor: FlaskClient) -> None:
    page = Page(visitor.get("/find?near=ZZ1+2AA&theme=sport").text)
    cards = {
        tag.text.split("\n")[2].strip() or tag.text: " ".join(tag.text.split())
        for tag in page.all("li", class_="found")
    }
    chess = next(words for words in cards.values() if "Chess" in words)
    for words in (
        "2 minutes’ walk, 100 m",
        "Chess hall, 2 Low Road",
        "7pm to 9pm",
        "Free",
        "Step-free",
        "Confirmed in",
    ):
        assert words in chess
    bowls = next(words for words in cards.values() if "Bowls" in words)
    assert "Not confirmed since March 2023: check before you go" in bowls
    rough = next(card for card in cards if "rounders" in card)
    assert "about" in rough
    assert "the exact place is not shown" in rough
    assert "Low Road" not in rough
    assert "register: ask where it meets" in next(card for card in cards if "Paper club" in card)
    assert "Covers all of Web Town" in next(card for card in cards if "Minibus" in card)


def test_the_map_holds_what_the_list_holds(visitor: FlaskClient) -> None:
    html = visitor.get("/find?near=ZZ1+2AA&theme=sport").text
    words = Page(html).one("div", class_="map-frame").attributes["data-more-words"]
    on_map = set(re.findall(r'"id": ?"([0-9a-f-]{36})"', words))
    without_point = Page(html).all("span", class_="none")
    assert on_map <= set(ids_on(html))
    assert len(on_map) == len(ids_on(html)) - len(without_point)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/find?near=Suth+West", "Did you mean"),
        ("/find?near=ZZ1+9ZZ", "is not on this map"),
        ("/find?near=nowhere+at+all+xx", "We do not know a place called"),
        ("/find?theme=nonsense", "no such kind of help"),
        ("/find?page=9", "There is no page 9"),
        ("/find?age=old", "is not a number"),
        ("/find?day=someday", "Choose one of"),
        ("/find?near=a&near=b", "given 2 times"),
        ("/find?q=" + "x" * 200, "too long"),
        ("/find?near=%00", "cannot be read"),
    ],
)
def test_what_cannot_be_understood_says_so_and_keeps_what_was_typed(
    visitor: FlaskClient, path: str, says: str
) -> None:
    answer = visitor.get(path + "&free=1")
    assert answer.status_code == 400
    assert says in answer.text
    assert "checked" in Page(answer.text).one("input", name_="free").attributes


def test_a_near_miss_of_a_place_is_one_tap_away(visitor: FlaskClient) -> None:
    page = Page(visitor.get("/find?near=Suth+West&free=1").text)
    links = [
        tag.attributes["href"] for tag in page.all("a") if "near=South+West" in tag.attributes.get("href", "")
    ]
    assert links == ["/find?near=South+West&free=1"]


def test_a_search_that_finds_nothing_is_counted_once_a_day_without_its_words(
    visitor: FlaskClient, world: Session
) -> None:
    for words in ("foodbank+secret", "foodbank+secret"):
        answer = visitor.get(f"/find?near=ZZ1+1AA&within=15min&theme=sport&for=veterans&q={words}")
        assert answer.status_code == 200
    found = wishes(world)
    assert [(kind, theme) for kind, theme, _area in found] == [("search_miss", "sport")]
    layer = world.scalar(
        text("SELECT l.key FROM area a JOIN area_layer l ON l.id = a.area_layer_id WHERE a.id = :id"),
        {"id": found[0][2]},
    )
    assert layer == "square"
    kept = world.scalar(text("SELECT string_agg(to_jsonb(w)::text, '') FROM wish w"))
    assert "secret" not in kept
    assert "127.0.0.1" not in kept


def test_a_search_that_finds_something_is_not_counted(visitor: FlaskClient, world: Session) -> None:
    visitor.get("/find?near=ZZ1+2AA&theme=sport")
    visitor.get("/find?near=ZZ1+2AA")
    assert wishes(world) == []


def test_one_tap_records_the_wish(visitor: FlaskClient, world: Session) -> None:
    page = "/find?near=ZZ1+1AA&theme=sport&within=15min"
    token = token_of(visitor, page)
    for _again in range(2):
        answer = visitor.post(
            "/find/wish", data={"csrf_token": token, "near": "ZZ1 1AA", "theme": "sport", "for": ""}
        )
        assert (answer.status_code, answer.location) == (303, "/find/thanks")
    assert [(kind, theme) for kind, theme, _area in wishes(world)] == [("nothing_near", "sport")]
    assert visitor.get("/find/thanks").status_code == 200


def test_too_many_wishes_are_refused(visitor: FlaskClient, world: Session) -> None:
    token = token_of(visitor, "/find")
    codes = [
        visitor.post("/find/wish", data={"csrf_token": token, "near": "ZZ1 1AA", "theme": "sport"}).status_code
        for _number in range(11)
    ]
    assert codes == [303] * 10 + [429]


def test_fewer_than_five_people_are_never_told_of(world: Session) -> None:
    def add(number: int) -> None:
        world.execute(
            text("INSERT INTO wish (kind, theme_key, visitor_key) VALUES ('nothing_near', 'sport', :key)"),
            {"key": f"key {number}"},
        )

    for number in range(4):
        add(number)
    assert count_others(world, "sport", today()) is None
    add(4)
    assert count_others(world, "sport", today()) == 5


def test_a_list_is_saved_shown_sent_and_cleared(visitor: FlaskClient, world: Session) -> None:
    page = "/find?near=ZZ1+2AA&theme=sport"
    first, second = ids_on(visitor.get(page).text)[:2]
    token = token_of(visitor, page)

    def post(path: str, **data: str) -> tuple[int, str | None]:
        answer = visitor.post(f"/shortlist{path}", data={"csrf_token": token, **data})
        return answer.status_code, answer.location

    assert post("/add", record=first, back=page) == (303, page)
    assert post("/add", record=second, back="//evil.example") == (303, "/shortlist")
    assert post("/add", record=second, back="https://evil.example") == (303, "/shortlist")
    assert ids_on(visitor.get("/shortlist").text) == [first, second]
    assert "Saved: take it off" in visitor.get(page).text
    assert post("/mail", email="me@example.org") == (303, "/shortlist?sent=1")
    letter = world.execute(text("SELECT to_address, subject, body FROM mail")).one()
    assert (letter.to_address, letter.subject) == ("me@example.org", "The list you saved")
    assert "Chess" in letter.body
    assert f"/services/{first}" in letter.body
    assert post("/mail", email="nonsense")[0] == 400
    assert post("/remove", record=first, back="/shortlist") == (303, "/shortlist")
    assert ids_on(visitor.get("/shortlist").text) == [second]
    world.execute(text("UPDATE service SET review_status = 'hidden' WHERE id = :id"), {"id": second})
    assert ids_on(visitor.get("/shortlist").text) == []
    assert post("/clear")[0] == 303
    assert "nothing on it yet" in visitor.get("/shortlist").text


@pytest.mark.parametrize("record", ["", "nonsense", "00000000-0000-0000-0000-00000000000"])
def test_a_button_that_names_nothing(visitor: FlaskClient, record: str) -> None:
    token = token_of(visitor, "/find")
    assert visitor.post("/shortlist/add", data={"csrf_token": token, "record": record}).status_code == 400


def test_a_list_has_an_end(visitor: FlaskClient) -> None:
    token = token_of(visitor, "/find")
    codes = [
        visitor.post("/shortlist/add", data={"csrf_token": token, "record": f"{number:032x}"}).status_code
        for number in range(31)
    ]
    assert codes == [303] * 30 + [400]
