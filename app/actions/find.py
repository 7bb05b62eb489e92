"""What there is near a spot: one answer in three parts: near, covering the area, online or by phone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from rapidfuzz.distance import JaroWinkler

from app.actions.find_times import (
    NAMED_DAYS,
    PARTS_OF_DAY,
    slots_open_at,
    slots_wanted,
    upcoming_days,
)
from app.actions.occasions import Occasion, next_occasions
from app.actions.pages import Page, page_of
from app.actions.spots import Spot, locate
from app.errors import BadQuestionError
from app.queries import Session, find, found, organisations, spots, themes
from app.queries.find import PARTS, Found, Scope
from app.queries.found import FoundRow
from app.queries.themes import ThemeRow
from geodata.themes import list_theme_words, suggest_themes

ROWS_PER_PAGE = 20
ROWS_OF_OTHER_PARTS = 4
NEAREST_BEYOND = 3
STALE_AFTER_DAYS = 730
SORTS = ("nearest", "soonest", "best", "name")
LIKE_ENOUGH = 0.85
SHORTEST_GUESSED = 4


@dataclass(frozen=True)
class FindQuestion:
    """What was asked; empty texts, None and False mean any. Every field is a field of the form."""

    near: str = ""
    words: str = ""
    theme: str = ""
    day: str = ""
    time: str = ""
    is_open_now: bool = False
    is_free: bool = False
    is_step_free: bool = False
    is_online: bool = False
    audience: str = ""
    age: int | None = None
    language: str = ""
    within_m: int = 4_828
    sort: str = ""
    part: str = ""
    page: int = 1


@dataclass(frozen=True)
class Card:
    """One result: its record, how far it is (metres, None without a spot), and when it is next open."""

    row: FoundRow
    distance_m: float | None
    opening: Occasion | None


@dataclass(frozen=True)
class Guess:
    """What was searched instead of the words typed: other ``words``, or a whole ``theme`` (its name)."""

    words: str = ""
    theme: str = ""


@dataclass(frozen=True)
class FindAnswer:
    question: FindQuestion
    spot: Spot | None
    sort: str
    parts: dict[str, tuple[Card, ...]]
    found: Found
    guess: Guess | None
    beyond: tuple[Card, ...]
    by_phone: tuple[Card, ...]
    themes: tuple[ThemeRow, ...]
    page: Page
    theme_asked: str  # also when it was guessed from the words; empty when none is known

    @property
    def total(self) -> int:
        return sum(self.found.totals.values())


def find_near(session: Session, question: FindQuestion, now: datetime) -> FindAnswer:
    """Answer a question at ``now`` (local time).

    Raises UnknownSpotError for a place nobody knows, and BadQuestionError for a theme or page that does not exist.
    """
    theme_rows = tuple(themes.list_themes(session))
    if question.theme and question.theme not in {row.key for row in theme_rows}:
        raise BadQuestionError("There is no such kind of help here.", "Choose one from the list.", field="theme")
    spot = locate(session, question.near) if question.near else None
    asked, guess = _guess(session, question, theme_rows)
    scope = _scope(session, asked, spot, now)
    sort = _sort(question, spot)
    result = find.search(session, scope, sort=sort, limits=_limits(question))
    page = page_of(question.page, result.totals[question.part or "near"], ROWS_PER_PAGE)
    shown = {part: _cards(session, result.shown[part], spot, now) for part in PARTS}
    beyond: tuple[Card, ...] = ()
    by_phone: tuple[Card, ...] = ()
    if spot is not None and not result.totals["near"]:
        beyond = _cards(session, find.list_beyond(session, scope, NEAREST_BEYOND), spot, now)
        phones = find.list_with_phone(session, scope, NEAREST_BEYOND)
        by_phone = _cards(session, [(ident, None) for ident in phones], spot, now)
    return FindAnswer(question, spot, sort, shown, result, guess, beyond, by_phone, theme_rows, page, asked.theme)


def list_cards(session: Session, ids: Sequence[str], now: datetime) -> tuple[Card, ...]:
    """The cards of some records, in this order, as far as they are public."""
    return _cards(session, [(ident, None) for ident in ids], None, now)


def _sort(question: FindQuestion, spot: Spot | None) -> str:
    if question.sort and not (question.sort == "nearest" and spot is None):
        return question.sort
    return "nearest" if spot else "best" if question.words else "name"


def _limits(question: FindQuestion) -> dict[str, tuple[int, int]]:
    full = question.part or "near"
    others = (0, 0) if question.part or question.page > 1 else (ROWS_OF_OTHER_PARTS, 0)
    page = (ROWS_PER_PAGE, (question.page - 1) * ROWS_PER_PAGE)
    return {part: page if part == full else others for part in PARTS}


def _scope(session: Session, question: FindQuestion, spot: Spot | None, now: datetime) -> Scope:
    today = now.date()
    filters: dict[str, Any] = {
        "theme": question.theme,
        "when": slots_wanted(question.day, question.time, today),
        "open": slots_open_at(now) if question.is_open_now else None,
        "free": question.is_free,
        "step_free": question.is_step_free,
        "audience": question.audience,
        "age": question.age,
        "language": question.language,
        "online": question.is_online,
    }
    options = {f"day_{day}": slots_wanted(day, question.time, today) or "" for day in NAMED_DAYS}
    options |= {f"time_{part}": slots_wanted(question.day, part, today) or "" for part in PARTS_OF_DAY}
    return Scope(
        spot=(spot.lon, spot.lat) if spot else None,
        area_ids=spots.list_areas_at(session, spot.lon, spot.lat) if spot else [],
        within_m=question.within_m,
        words=question.words,
        prefix=_prefix(question.words),
        filters={name: value for name, value in filters.items() if value not in ("", None, False)},
        options={**options, "open": slots_open_at(now)},
        stale_before=today - timedelta(days=STALE_AFTER_DAYS),
        upcoming=upcoming_days(now),
    )


def _cards(
    session: Session, shown: Sequence[tuple[str, float | None]], spot: Spot | None, now: datetime
) -> tuple[Card, ...]:
    if not shown:
        return ()
    distances = dict(shown)
    at = (spot.lon, spot.lat) if spot else None
    rows = found.list_found(session, [ident for ident, _distance in shown], at)
    slots = organisations.list_when(session, [row.id for row in rows if row.is_service])
    cards = []
    for row in rows:
        own = [slot for slot in slots if slot.service_id == row.id]
        cards.append(Card(row, distances[str(row.id)], next(iter(next_occasions(own, now, most=1)), None)))
    return tuple(cards)


def _guess(
    session: Session, question: FindQuestion, theme_rows: Sequence[ThemeRow]
) -> tuple[FindQuestion, Guess | None]:
    """The question as it will be searched: where no record has the words, what they may have meant."""
    if not question.words or find.has_match(session, question.words, _prefix(question.words)):
        return question, None
    names = {row.key: row.name for row in theme_rows}
    meant = [key for key, _reason in suggest_themes(question.words) if key in names]
    if meant and not question.theme:
        return replace(question, words="", theme=meant[0]), Guess(theme=names[meant[0]])
    words = " ".join(_like(session, word) for word in _split(question.words))
    if words != " ".join(_split(question.words)) and find.has_match(session, words, _prefix(words)):
        return replace(question, words=words), Guess(words=words)
    return question, None


def _like(session: Session, word: str) -> str:
    """The known word that is spelt most like ``word``; itself when it is known, short, or like none."""
    if len(word) < SHORTEST_GUESSED or find.has_match(session, word, _prefix(word)):
        return word
    known = {*find.list_words_like(session, word), *_theme_words()}
    best = max(known, key=lambda other: (JaroWinkler.similarity(word, other), other), default=word)
    return best if JaroWinkler.similarity(word, best) >= LIKE_ENOUGH else word


@cache
def _theme_words() -> frozenset[str]:
    return frozenset(word for word in list_theme_words() if len(word) >= SHORTEST_GUESSED)


def _split(words: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", words.lower()) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain)


def _prefix(words: str) -> str:
    """The words for a search by beginnings: "warm spa" -> warm & spa:*."""
    plain = _split(words)
    return " & ".join([*plain[:-1], f"{plain[-1]}:*" if len(plain[-1]) > 2 else plain[-1]]) if plain else ""
