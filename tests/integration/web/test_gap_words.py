"""The question said in full, what is set in it, and how each thing is taken off."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.integration.web.pages import Page

FULL = (
    "?theme=food&audience=older_people&day=weekday&part=evening&free=1&step_free=1&room=1&fresh=1"
    "&minutes=20&travel=bus&weight=80&decay=linear&list_years=5&benchmark=standard&people_per_service=2000"
)


def page_of(client: FlaskClient, query: str) -> Page:
    answer = client.get(f"/gaps{query}")
    assert answer.status_code == 200
    return Page(answer.text)


def chips_of(page: Page) -> dict[str, str]:
    """Where each chip leads, by the fields it takes off."""
    return {tag.attributes["data-chip"]: tag.attributes["href"] for tag in page.all("a") if "data-chip" in
            tag.attributes}  # fmt: skip


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?theme=food", "Who lacks enough good food, within a 15-minute walk?"),
        (
            "?theme=food&audience=lgbt_people&day=saturday",
            "Who lacks enough good food, for LGBT+ people, on a Saturday, within a 15-minute walk?",
        ),
        ("?theme=food&minutes=1&travel=car", "Who lacks enough good food, within 1 minute by car?"),
        (
            FULL,
            "Who lacks enough good food, for older people, on weekdays in the evening, free, step-free, with room "
            "for new people, confirmed in the last two years, within 20 minutes by bus?",
        ),
    ],
)
def test_the_heading_and_the_title_say_the_question_in_full(
    town_client: FlaskClient, query: str, said: str
) -> None:
    page = page_of(town_client, query)
    assert " ".join(page.one("h1").text.split()) == said
    assert page.one("title").text.startswith(said)


def test_every_chip_takes_off_what_it_says_and_all_of_them_leave_the_plain_question(
    town_client: FlaskClient,
) -> None:
    page = page_of(town_client, FULL)
    chips = chips_of(page)
    fields = {field for name in chips for field in name.split()}
    assert fields == {"audience", "day", "part", "free", "step_free", "room", "fresh", "minutes", "travel",
                      "weight", "decay", "list_years", "benchmark", "people_per_service"}  # fmt: skip
    for name, href in chips.items():
        left = chips_of(page_of(town_client, href.removeprefix("/gaps")))
        assert set(left) == set(chips) - {name}
    plain = next(tag for tag in page.all("a") if tag.text == "Take all of it off")
    assert chips_of(page_of(town_client, plain.attributes["href"].removeprefix("/gaps"))) == {}


def test_a_preset_asks_about_the_same_place_and_areas(town_client: FlaskClient) -> None:
    page = page_of(town_client, "?theme=sport&layer=ward&within=W0")
    links = [tag.attributes["href"] for tag in page.all("a") if tag.text == "Food help at the weekend"]
    assert len(links) == 1
    asked = page_of(town_client, links[0].removeprefix("/gaps"))
    assert "layer=ward" in links[0]
    assert asked.one("h1").text == "Who lacks enough good food, at the weekend, within a 15-minute walk?"
    assert "South West" in asked.one(id="answer").text


@pytest.mark.parametrize(
    "query",
    ["minutes=soon", "weight=-1", "decay=wild", "audience=cats", "day=noday", "free=perhaps",
     "benchmark=standard&people_per_service=many", "language=" + "x" * 50],
)  # fmt: skip
def test_nonsense_is_kept_in_the_form_with_a_message_beside_it(town_client: FlaskClient, query: str) -> None:
    answer = town_client.get(f"/gaps?theme=food&{query}")
    page = Page(answer.text)
    name, _, typed = query.rsplit("&", maxsplit=1)[-1].partition("=")
    assert answer.status_code == 400
    field = page.one(id=f"field-{name}")
    if field.name == "input" and field.attributes["type"] == "text":
        assert field.attributes["value"] == typed
        assert field.attributes["aria-invalid"] == "true"
        assert page.one(id=f"wrong-{name}").text
    else:
        assert typed[:10] in answer.text or name in answer.text


def test_an_answer_about_some_services_never_says_that_nothing_is_listed(town_client: FlaskClient) -> None:
    """Lunches in a language that none of them is known to speak are still lunches."""
    all_of_it = page_of(town_client, "?theme=food").one(id="answer").text
    some = page_of(town_client, "?theme=food&language=cy").one(id="answer").text
    assert "of the sort asked for" not in all_of_it
    assert "of the sort asked for" in some
    assert "Nothing under" not in some


@pytest.mark.parametrize(
    ("query", "said", "not_said"),
    [
        ("?theme=food", "counts as up to 1.5", "Everybody counts the same, however"),
        ("?theme=food&weight=80", "counts as up to 1.8, in the best-off ones as down to 0.2", "up to 1.5"),
        ("?theme=food&weight=0", "Everybody counts the same, however deprived", "weighted for need: in"),
        ("?theme=food&decay=step", "counts the same however far away", "further away counts for less"),
    ],
)
def test_how_it_was_worked_out_is_said_of_this_way_of_counting(
    town_client: FlaskClient, query: str, said: str, not_said: str
) -> None:
    working = " ".join(page_of(town_client, query).one(id="working").text.split())
    assert said in working
    assert not_said not in working
