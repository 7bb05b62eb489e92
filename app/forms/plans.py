"""The question of a plan as it stands in an address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from app.actions.gap_answers import GapQuestion
from app.actions.plan_answers import AIMS, CANDIDATES, GOALS, OwnPlace, PlanQuestion
from app.actions.plan_siting import MOST_SITES
from app.actions.plans import LONGEST_TITLE
from app.errors import BadQuestionError
from app.forms.gaps import how_values, read_gap_question
from app.forms.values import Values, read_choice, read_text, read_whole_number, shown

MANY = ("theme", "pinned", "barred")
MOST_THEMES, MOST_KEYS, LONGEST_KEY = 20, 200, 120
MOST_OWN, LONGEST_LINE, MOST_POUNDS = 200, 120, 9_999_999
POSITION = re.compile(r"(-?\d{1,2}\.\d{1,20})\s*[,\s]\s*(-?\d{1,3}\.\d{1,20})")
PRICE = re.compile(r"£?\s*(\d{1,7})")


def read_plan_question(values: Values, defaults: GapQuestion) -> PlanQuestion:
    """What is asked; raises BadQuestionError that names the field."""
    single = MultiDict(
        (name, value)
        for name in values.keys()  # noqa: SIM118 - Values is no mapping
        if name not in (*MANY, "own")
        for value in values.getlist(name)
    )
    gap = read_gap_question(single, defaults)
    return PlanQuestion(
        themes=_read_many(values, "theme", MOST_THEMES),
        gap=gap,
        candidates=read_choice(values, "candidates", CANDIDATES, "venues"),
        aim=read_choice(values, "aim", AIMS, "most"),
        count=read_whole_number(values, "count", 5, least=1, most=MOST_SITES) or 1,
        floor=read_whole_number(values, "floor", 0, least=0, most=100) or 0,
        floor_layer=read_text(values, "floor_layer"),
        spares_others=read_choice(values, "others", ("spare", "share"), "spare") == "spare",
        pinned=_read_many(values, "pinned", MOST_KEYS),
        barred=_read_many(values, "barred", MOST_KEYS),
        budget=_read_pounds(values, "budget"),
        price=_read_pounds(values, "price"),
        own=read_own_places(values),
        is_only_pinned=read_choice(values, "only", ("", "pinned"), "") == "pinned",
        hub=str(read_own_id(values, "for_hub") or ""),
        goal=read_choice(values, "goal", GOALS, "lack"),
    )


def _read_pounds(values: Values, name: str) -> int | None:
    """Whole pounds, with or without the sign; None when left empty."""
    typed = MultiDict((name, value.strip().removeprefix("£")) for value in values.getlist(name))
    return read_whole_number(typed, name, None, most=MOST_POUNDS)


def read_own_places(values: Values) -> tuple[OwnPlace, ...]:
    """Places out of lines such as “M33 2AB”, “53.42, -2.31” or “M33 2AB, Sale hall, 120”, each place once."""
    given = values.getlist("own")
    if len(given) > 1:
        raise BadQuestionError("The list of places is given twice.", "Give it once.", field="own")
    lines = [line for text in given for line in re.split(r"[\r\n;]+", text) if line.strip()]
    if len(lines) > MOST_OWN:
        raise BadQuestionError(
            f"That is {len(lines):,} places at once.", f"Give {MOST_OWN} lines or fewer.", field="own"
        )
    places = [_read_own_place(number, line) for number, line in enumerate(lines, 1)]
    first = {place.where: place for place in reversed(places)}
    return tuple(place for place in places if first[place.where] is place)


def _read_own_place(number: int, line: str) -> OwnPlace:
    text = line.strip().replace("\t", ",")
    if len(text) > LONGEST_LINE or not text.isprintable() or text.startswith(","):
        raise BadQuestionError(
            f"Line {number} of your list cannot be read.",
            f"Begin with a place, and use plain text of at most {LONGEST_LINE} letters.",
            field="own",
        )
    position = POSITION.match(text)
    where = f"{position[1]},{position[2]}" if position else " ".join(text.partition(",")[0].split())
    rest = text[position.end() :] if position else text.partition(",")[2]
    prices: list[str] = []
    names: list[str] = []
    for part in filter(None, (" ".join(part.split()) for part in rest.split(","))):
        price = PRICE.fullmatch(part)
        (prices if price else names).append(price[1] if price else part)
    if len(prices) > 1:
        raise BadQuestionError(
            f"Line {number} of your list has two prices: “{shown(text)}”.",
            "Write one whole number of pounds, without a comma in it.",
            field="own",
        )
    return OwnPlace(where, ", ".join(names), int(prices[0]) if prices else None)


def write_own_places(places: Sequence[OwnPlace]) -> str:
    """As it stands in an address; read_own_places gives the same back."""
    return ";".join(
        ",".join(filter(None, (place.where, place.name, "" if place.price is None else str(place.price))))
        for place in places
    )


def _read_many(values: Values, name: str, most: int) -> tuple[str, ...]:
    given = tuple(dict.fromkeys(value.strip() for value in values.getlist(name) if value.strip()))
    if len(given) > most or any(len(value) > LONGEST_KEY or not value.isprintable() for value in given):
        raise BadQuestionError(f"“{name}” cannot be read.", f"Choose at most {most} from the page.", field=name)
    return given


def plan_values(question: PlanQuestion) -> dict[str, Any]:
    """The query of an address that asks exactly this."""
    return {
        "theme": list(question.themes),
        "layer": question.gap.layer,
        "within": question.gap.within,
        **how_values(question.gap),
        "candidates": question.candidates,
        "aim": question.aim,
        "count": question.count,
        "floor": question.floor or None,
        "floor_layer": question.floor_layer or None,
        "others": None if question.spares_others else "share",
        "pinned": list(question.pinned),
        "barred": list(question.barred),
        "budget": question.budget,
        "price": question.price,
        "own": write_own_places(question.own) or None,
        "only": "pinned" if question.is_only_pinned else None,
        "for_hub": question.hub or None,
        "goal": question.goal if question.is_to_look else None,
    }


def read_title(values: Values) -> str:
    title = " ".join(read_text(values, "title", longest=LONGEST_TITLE).split())
    if not title:
        raise BadQuestionError("The plan has no name.", "Give it one, such as “Food, spring”.", field="title")
    return title


def read_day(values: Values, name: str) -> date | None:
    """A day as browsers send it; None when left empty."""
    typed = read_text(values, name, longest=20)
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise BadQuestionError(
            f"“{typed[:20]}” is not a day.", "Choose it, or type it as 2026-11-30.", field=name
        ) from None


def read_own_id(values: Values, name: str) -> UUID | None:
    """An id out of a hidden or chosen field; None when left empty."""
    typed = read_text(values, name, longest=40)
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise BadQuestionError("That is not in the list.", "Choose one from the list.", field=name) from None
