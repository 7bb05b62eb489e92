"""The finder's answers in a town where every distance and time is known."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import LOCAL_TIME
from app.actions.find import FindAnswer, FindQuestion, find_near
from app.errors import BadQuestionError
from tests.integration.find import find_town

TUESDAY_NIGHT = datetime(2026, 11, 24, 20, 0, tzinfo=LOCAL_TIME)
FRIDAY = datetime(2026, 12, 4, 15, 0, tzinfo=LOCAL_TIME)  # the first of its month
SPORT = {"near": "ZZ1 2AA", "theme": "sport"}


@pytest.fixture
def world(session: Session) -> Session:
    find_town.build(session)
    session.commit()
    return session


def ask(world: Session, now: datetime = TUESDAY_NIGHT, **question: object) -> FindAnswer:
    return find_near(world, FindQuestion(**{**SPORT, **question}), now)  # type: ignore[arg-type]


def names(answer: FindAnswer, part: str = "near") -> list[str]:
    return [card.row.name for card in answer.parts[part]]


def test_nearest_first_and_what_is_unsure_last(world: Session) -> None:
    answer = ask(world)
    assert names(answer) == ["Chess", "Rough rounders", "Judo", "Walking football", "Paper club", "Bowls"]
    distances = [round(card.distance_m or 0) for card in answer.parts["near"]]
    assert distances[0] == pytest.approx(100, abs=2)
    assert distances[2] == pytest.approx(800, abs=2)
    assert [card.row.is_registered for card in answer.parts["near"]] == [False] * 4 + [True, False]


def test_what_covers_the_area_and_what_is_remote_stand_apart(world: Session) -> None:
    answer = ask(world)
    assert names(answer, "area") == ["Minibus to the pool"]
    assert answer.parts["area"][0].row.serves == ["Web Town"]
    assert answer.parts["area"][0].row.lon is None
    assert names(answer, "remote") == ["Quilting by post"]
    assert answer.found.totals == {"near": 6, "area": 1, "remote": 1}


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"is_free": True}, ["Chess"]),
        ({"is_step_free": True}, ["Chess"]),
        ({"day": "tuesday"}, ["Chess"]),
        ({"day": "today"}, ["Chess"]),
        ({"day": "tomorrow"}, []),
        ({"day": "weekend"}, ["Judo"]),
        ({"time": "morning"}, ["Judo"]),
        ({"day": "saturday", "time": "evening"}, []),
        ({"is_open_now": True}, ["Chess"]),
        ({"audience": "children"}, ["Chess", "Judo"]),
        ({"age": 9}, ["Chess", "Rough rounders", "Judo", "Walking football", "Paper club", "Bowls"]),
        ({"age": 40}, ["Chess", "Rough rounders", "Walking football", "Paper club", "Bowls"]),
        ({"language": "cy"}, ["Chess"]),
        ({"within_m": 350}, ["Chess", "Paper club", "Bowls"]),
        ({"words": "over fifty"}, ["Walking football"]),
        ({"words": "harriers"}, ["Walking football"]),
        ({"words": "footb"}, ["Walking football"]),
        ({"words": "evening"}, ["Chess"]),
    ],
)
def test_each_filter(world: Session, question: dict[str, object], found: list[str]) -> None:
    assert names(ask(world, **question)) == found


def test_the_first_friday_of_the_month_is_not_every_friday(world: Session) -> None:
    assert names(ask(world, FRIDAY, is_open_now=True)) == ["Bowls"]
    assert names(ask(world, FRIDAY, day="today")) == ["Bowls"]
    assert names(ask(world, FRIDAY.replace(day=11), is_open_now=True)) == []
    assert names(ask(world, FRIDAY.replace(day=11), day="friday")) == ["Bowls"]


def test_counts_say_what_each_choice_would_keep(world: Session) -> None:
    answer = ask(world, is_free=True)
    counts = answer.found.counts
    assert (counts["all"], counts["free"], counts["step_free"], counts["day_tuesday"], counts["day_saturday"]) == (
        1, 1, 1, 1, 0,
    )  # fmt: skip
    everything = ask(world, theme="").found
    assert everything.themes["sport"] == 8
    assert everything.themes["food"] == ask(world, theme="food").total
    assert everything.counts["all"] == everything.themes["sport"] + everything.themes["food"]


def test_soonest_first(world: Session) -> None:
    answer = ask(world, sort="soonest")
    assert names(answer) == ["Chess", "Judo", "Rough rounders", "Walking football", "Paper club", "Bowls"]
    assert answer.parts["near"][0].opening is not None
    assert answer.parts["near"][0].opening.is_now
    assert answer.parts["near"][1].opening is not None
    assert answer.parts["near"][1].opening.term_time_only


@pytest.mark.parametrize(("typed", "meant"), [("chesss", "chess"), ("walkign footbal", "walking footbal")])
def test_a_slip_of_spelling_is_forgiven_and_told(world: Session, typed: str, meant: str) -> None:
    answer = ask(world, words=typed, theme="")
    assert answer.guess is not None
    assert answer.guess.words == meant
    assert len(answer.parts["near"]) == 1


def test_a_synonym_leads_to_its_theme(world: Session) -> None:
    answer = ask(world, words="foodbank", theme="")
    assert answer.guess is not None
    assert (answer.guess.theme, answer.theme_asked) == ("Food", "food")
    assert answer.found.totals["near"] > 3


def test_accents_and_welsh(world: Session) -> None:
    find_town.add(world, "Clwb crêpes a chawl", find_town.near(50), description="Amser te bob dydd Mawrth")
    for words in ("crepes", "CRÊPES", "amser te", "clwb mawrth"):
        assert names(ask(world, words=words)) == ["Clwb crêpes a chawl"]


def test_nothing_near_is_an_answer(world: Session) -> None:
    answer = ask(world, near="ZZ1 1AA", within_m=923, words="chess", is_free=True)
    assert answer.found.totals["near"] == 0
    assert [card.row.name for card in answer.beyond] == ["Chess"]
    assert answer.beyond[0].distance_m == pytest.approx(3660, abs=50)


def test_what_would_be_found_without_one_filter(world: Session) -> None:
    answer = ask(world, is_free=True, day="saturday")
    assert answer.found.without == {"free": 1, "when": 1}


def test_somebody_to_ring(world: Session) -> None:
    answer = ask(world, near="ZZ1 1AA", within_m=923)
    assert [card.row.phone for card in answer.by_phone] == ["+441614960000"]


@pytest.mark.parametrize("words", ["%", "';--", "&|!()<->:*", "\\", "the", "and", "'", "a" * 100, "日本"])
def test_any_words_are_taken(world: Session, words: str) -> None:
    assert ask(world, words=words).total >= 0


def test_pages(world: Session) -> None:
    for number in range(30):
        find_town.add(world, f"Tag {number:02}", find_town.near(50 + number))
    first, second = ask(world), ask(world, page=2)
    assert (len(first.parts["near"]), first.page.last, first.found.totals["near"]) == (20, 2, 36)
    assert not set(names(first)) & set(names(second))
    assert second.parts["remote"] == ()
    with pytest.raises(BadQuestionError):
        ask(world, page=3)


def test_without_a_place_everything_is_one_list(world: Session) -> None:
    answer = ask(world, near="")
    assert names(answer) == sorted(names(answer)[:5]) + sorted(names(answer)[5:])
    assert names(answer, "remote") == ["Quilting by post"]
    assert all(card.distance_m is None for card in answer.parts["near"])


def test_hidden_ones_are_in_no_answer_and_no_count(world: Session) -> None:
    before = ask(world).found
    for status in ("hidden", "pending", "rejected"):
        find_town.add(world, f"Canary {status}", find_town.near(10), review_status=status, phone="+441614960999",
                      description="xyzzy")  # fmt: skip
    find_town.add(world, "Quiet one", find_town.near(10), privacy="hidden")
    world.execute(text("UPDATE organisation SET is_confidential = true WHERE name = 'Quiet one group'"))
    after = ask(world)
    assert not [name for part in after.parts for name in names(after, part) if "Canary" in name]
    assert after.found.totals["near"] == before.totals["near"]
    assert ask(world, words="xyzzy", theme="").total == 0
    assert ask(world, words="canarx", theme="").guess is None
