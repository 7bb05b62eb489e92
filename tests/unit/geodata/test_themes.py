"""Themes from words and codes."""

from __future__ import annotations

import time

import pytest

from geodata.themes import (
    MOST_THEMES,
    list_themes,
    split_words,
    suggest_audiences,
    suggest_themes,
    themes_of_code,
)


def keys(name: str, description: str = "", codes: tuple[str, ...] = ()) -> list[str]:
    return [key for key, _ in suggest_themes(name, description, codes)]


@pytest.mark.parametrize(
    ("name", "description", "first"),
    [
        ("Stretford Foodbank", "We provide emergency food to people in crisis.", "food"),
        ("Altrincham History Society", "", "learning"),
        ("3rd Sale Scout Group", "", "young-people"),
        ("Timperley Men's Sheds", "", "company"),
        ("Citizens Advice Trafford", "", "money-advice"),
        ("St Paul's Church Hall", "Rooms for hire", "meeting-spaces"),
        ("Sale Brass Band", "", "arts"),
        ("Trafford Talking News for the Blind", "", "disability"),
        ("Cruse", "Support for bereaved people", "bereavement"),
        ("Trafford Carers Centre", "Support for unpaid carers", "carers"),
        ("Friends of Longford Park", "", "nature"),
        ("Bowdon Church School PTA", "", "learning"),
        ("Oldham Mountain Rescue Team", "", "safety"),
        ("Urmston Repair Café", "", "repair-and-reuse"),
        ("Dial a Ride", "Minibuses with a lift", "getting-around"),
        ("Warm hub", "A warm space every Tuesday", "warm-places"),
        ("Get Online", "Digital skills and donated laptops", "digital"),
        ("Emmaus", "Supported housing for homeless people", "housing"),
        ("Jamia Masjid", "", "faith"),
        ("Park Road Playgroup", "", "children"),
    ],
)
def test_what_a_record_is_about_comes_first(name: str, description: str, first: str) -> None:
    assert keys(name, description)[0] == first


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("The Peter Trust", "General charitable purposes"),
        ("Birley Trust", "To make grants to organisations that help disabled people and children"),
        ("Something Else", ""),
        ("Reflecteen", ""),
        ("A Club", "For everybody regardless of disability, race or religion"),
        ("Templemoor Friends", "general fundraising: fairs and sales"),
        ("The Operators", "It operates across the North West"),
    ],
)
def test_what_says_too_little_is_left_unplaced(name: str, description: str) -> None:
    assert keys(name, description) == []


def test_an_exception_bars_only_its_own_theme() -> None:
    assert keys("Church hall") == ["meeting-spaces"]
    assert "faith" in keys("Church and church hall")


def test_a_weak_word_needs_another_or_the_name() -> None:
    assert keys("A group", "about health") == []
    assert keys("A group", "about health and medicine") == ["health"]
    assert keys("Health group") == ["health"]


def test_an_aside_does_not_place_a_record_that_is_clearly_something_else() -> None:
    orchestra = "Weekly rehearsals and concerts, with links to schools and local churches"
    assert keys("North Wind Orchestra", orchestra) == ["arts"]


def test_codes_count_and_give_their_reason() -> None:
    assert suggest_themes("X", "", ["ukcat:SW301"]) == [("food", "ukcat: SW301")]
    assert suggest_themes("X", "", ["osm:amenity=library"]) == [("learning", "osm: amenity=library")]
    assert suggest_themes("X", "", ["icnptso:Z99", "ukcat:CA202"]) == []
    assert suggest_themes("Sale Foodbank") == [("food", "keyword: foodbank")]
    with pytest.raises(ValueError, match="unknown code scheme"):
        suggest_themes("X", "", ["zodiac:leo"])


def test_the_longest_stem_of_a_code_counts() -> None:
    assert themes_of_code("ukcat", "AN104") == ["nature"]
    assert themes_of_code("ukcat", "HE210") == ["mental-health"]
    assert themes_of_code("ukcat", "HE202") == ["health"]


def test_a_text_that_names_everything_gets_few_themes() -> None:
    everything = " ".join(theme.description for theme in list_themes())
    assert len(keys("All of it", everything)) == MOST_THEMES


def test_words_lose_accents_and_marks() -> None:
    assert split_words("Men’s Crèche – 2nd") == ["men", "s", "creche", "2nd"]


def test_audiences_only_where_the_words_say_so() -> None:
    assert suggest_audiences("Tea dance", "for older people and carers") == ["older_people", "carers"]
    assert suggest_audiences("Tea dance") == []


def test_two_hundred_thousand_records_are_practical() -> None:
    text = (
        "We run a weekly lunch club, a warm space and advice on debt for older people and families in Sale. " * 3
    )
    suggest_themes("warm up")
    started = time.process_time()
    for number in range(500):
        suggest_themes(f"Group {number}", text)
    assert (time.process_time() - started) / 500 < 0.005


def test_hostile_text_is_quick() -> None:
    started = time.process_time()
    suggest_themes("food " * 2_000, "relief of poverty " * 2_000)
    suggest_themes("a" * 100_000, "é" * 100_000)
    assert time.process_time() - started < 2
