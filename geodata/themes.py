"""Which themes a record belongs to: by the codes it carries, then by the words of its name and description."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from geodata.catalogue import FOLDER, Checked, read_yaml

CODE_SCHEMES = ("ukcat", "icnptso", "osm", "ica")
MOST_THEMES = 4
"""A text that names more themes than this says what a body may do, not what it does: the best ones are kept."""

_NEEDED = 2
_STRONG, _WEAK_IN_NAME, _WEAK = 2, 2, 1
_NAME_BONUS = 2
_CLEAR = 6  # with so much for one theme, a single mention of another in the description is an aside
_ORDER = {"except": 0, "strong": 1, "weak": 2}
_WORD = re.compile(r"[a-z0-9]+")
_SHORTEST_STEM = 2

Pattern = tuple[str, ...]


@dataclass(frozen=True)
class Theme:
    """A shared subject; ``question`` completes "Who lacks …?"; ``icon`` is a plain word naming a picture."""

    key: str
    name: str
    question: str
    description: str
    icon: str


@dataclass(frozen=True)
class _Rule:
    """A pattern of words and the theme (or audience) it means; "" marks a record that only gives grants."""

    pattern: Pattern
    theme: str
    strength: str  # "strong" | "weak" | "except"


class _Index:
    """Rules by their first word, so that a text costs one look-up per word and not one search per rule."""

    def __init__(self, rules: Iterable[_Rule]) -> None:
        self.words: dict[str, list[_Rule]] = defaultdict(list)
        self.stems: dict[str, list[_Rule]] = defaultdict(list)
        for rule in rules:
            first = rule.pattern[0]
            if first.endswith("*"):
                self.stems[first[:-1]].append(rule)
            else:
                self.words[first].append(rule)
        self.longest = max(map(len, self.stems), default=0)
        self._starting: dict[str, list[_Rule]] = {}

    def find(self, words: Sequence[str]) -> list[tuple[int, _Rule]]:
        """Find (position, rule) of every rule whose pattern stands in the text."""
        found = []
        count = len(words)
        for at, word in enumerate(words):
            rules = self._starting.get(word)
            if rules is None:
                rules = self._starting[word] = self._find_starting(word)
            for rule in rules:
                if at + len(rule.pattern) <= count and _follows(rule.pattern, words, at):
                    found.append((at, rule))
        return found

    def _find_starting(self, word: str) -> list[_Rule]:
        rules = list(self.words.get(word, ()))
        for length in range(_SHORTEST_STEM, min(len(word), self.longest) + 1):
            rules.extend(self.stems.get(word[:length], ()))
        return rules


def _follows(pattern: Pattern, words: Sequence[str], at: int) -> bool:
    for step in range(1, len(pattern)):
        wanted, word = pattern[step], words[at + step]
        if wanted not in (word, "+") and not (wanted.endswith("*") and word.startswith(wanted[:-1])):
            return False
    return True


@cache
def list_themes() -> tuple[Theme, ...]:
    """List the themes in the order of the catalogue."""
    path = FOLDER / "themes.yaml"
    parts = Checked(path.name, read_yaml(path)).parts("themes")
    return tuple(
        Theme(*(part.text(key) for key in ("key", "name", "question", "description", "icon"))) for part in parts
    )


@cache
def list_kin() -> tuple[frozenset[str], ...]:
    """Groups of themes that are akin, by key. Raises InputProblem for a key that is no theme."""
    path = FOLDER / "theme_kin.yaml"
    known = {theme.key for theme in list_themes()}
    found = []
    for part in Checked(path.name, read_yaml(path)).parts("kin"):
        part.allow(("themes",))
        keys = part.texts("themes")
        if unknown := [key for key in keys if key not in known]:
            raise part.fail("themes", f"There is no theme “{unknown[0]}”.", "Use the keys of themes.yaml.")
        found.append(frozenset(keys))
    return tuple(found)


def suggest_themes(name: str, description: str = "", codes: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Suggest themes as (key, reason), the best first; [] when nothing places the record.

    ``codes`` carry their scheme: "ukcat:SW301", "icnptso:D31", "osm:amenity=library", "ica:ICA210". Reasons read
    "ukcat: SW301" or "keyword: food bank". At most MOST_THEMES.
    """
    scores: dict[str, int] = {}
    reasons: dict[str, str] = {}
    for code in codes:
        scheme, _, value = code.partition(":")
        for theme in themes_of_code(scheme, value):
            scores[theme] = scores.get(theme, 0) + 3
            reasons.setdefault(theme, f"{scheme}: {value}")
    for theme, (score, phrase) in _score_words(name, description).items():
        scores[theme] = scores.get(theme, 0) + score
        reasons.setdefault(theme, f"keyword: {phrase}")
    order = sorted(scores, key=lambda theme: (-scores[theme], _place_of(theme)))
    return [(theme, reasons[theme]) for theme in order[:MOST_THEMES]]


def list_theme_words() -> set[str]:
    """Every whole word that the theme rules know, for guessing at spelling: "pantry", "debt"."""
    index = _rules()
    rules = [rule for group in (*index.words.values(), *index.stems.values()) for rule in group]
    return {word for rule in rules if rule.strength != "except" for word in rule.pattern if word.isalpha()}


def suggest_audiences(name: str, description: str = "") -> list[str]:
    """Suggest whom a service is for, from the words of its name and description; [] when they do not say."""
    words = split_words(f"{name} {description}")
    found = {rule.theme for _, rule in _audience_rules().find(words)}
    return sorted(found, key=_audience_keys().index)


def themes_of_code(scheme: str, code: str) -> list[str]:
    """List the themes of one code: its own entry, else that of the longest stem with a star; [] without either."""
    exact, stems = _codes(scheme)
    if code in exact:
        return exact[code]
    fitting = [stem for stem in stems if code.startswith(stem)]
    return stems[max(fitting, key=len)] if fitting else []


def split_words(text: str) -> list[str]:
    """Split a text into lower-case words of letters and digits: "Men's Crèche" -> men, s, creche."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _WORD.findall(text.lower())


def _score_words(name: str, description: str) -> dict[str, tuple[int, str]]:
    """Score each theme by its words; returns {theme: (score, best phrase)} for those with enough."""
    index = _rules()
    in_name = _kept(index.find(split_words(name)))
    in_text = _kept(index.find(split_words(description)))
    if any(rule.theme == "" for rule in in_name + in_text):
        in_name, in_text = [rule for rule in in_name if rule.strength == "strong"], []
    scores: dict[str, int] = defaultdict(int)
    phrases: dict[str, tuple[int, str]] = {}
    for rule, is_name in {**dict.fromkeys(in_text, False), **dict.fromkeys(in_name, True)}.items():
        if rule.theme:
            points = _points(rule.strength, is_name)
            scores[rule.theme] += points
            phrase = " ".join(rule.pattern).replace("*", "")
            if points > phrases.get(rule.theme, (0, ""))[0]:
                phrases[rule.theme] = (points, phrase)
    needed = _NEEDED if max(scores.values(), default=0) < _CLEAR else _NEEDED + 1
    named = {rule.theme for rule in in_name}
    return {
        theme: (score, phrases[theme][1])
        for theme, score in scores.items()
        if score >= needed or (theme in named and score >= _NEEDED)
    }


def _points(strength: str, is_name: bool) -> int:
    if strength == "strong":
        return _STRONG + (_NAME_BONUS if is_name else 0)
    return _WEAK_IN_NAME if is_name else _WEAK


def _kept(hits: list[tuple[int, _Rule]]) -> list[_Rule]:
    """Drop the hits that overlap an exception of their own theme, or a better hit of it: no word counts twice."""
    taken: dict[str, set[int]] = defaultdict(set)
    kept = []
    for at, rule in sorted(hits, key=lambda hit: (_ORDER[hit[1].strength], -len(hit[1].pattern), hit[0])):
        span = range(at, at + len(rule.pattern))
        if taken[rule.theme].isdisjoint(span):
            taken[rule.theme].update(span)
            if rule.strength != "except":
                kept.append(rule)
    return kept


@cache
def _rules() -> _Index:
    path = FOLDER / "theme_rules.yaml"
    top = Checked(path.name, read_yaml(path))
    keys = [theme.key for theme in list_themes()]
    top.allow(["grant_makers", *keys])
    rules = [_Rule(_pattern(text), "", "strong") for text in top.texts("grant_makers")]
    for key in keys:
        entry = top.part(key)
        entry.allow(("strong", "weak", "except"))
        for strength in ("strong", "weak", "except"):
            rules.extend(_Rule(_pattern(text), key, strength) for text in entry.texts(strength))
    return _Index(dict.fromkeys(rules))


@cache
def _audience_keys() -> tuple[str, ...]:
    return tuple(read_yaml(FOLDER / "audience_words.yaml"))


@cache
def _audience_rules() -> _Index:
    path = FOLDER / "audience_words.yaml"
    entry = Checked(path.name, read_yaml(path))
    rules = [_Rule(_pattern(text), key, "strong") for key in _audience_keys() for text in entry.texts(key)]
    return _Index(rules)


def _pattern(text: str) -> Pattern:
    return tuple(word for word in re.findall(r"[a-z0-9]+\*?|\+", text.lower()))


@cache
def _place_of(theme: str) -> int:
    return [item.key for item in list_themes()].index(theme)


@cache
def _codes(scheme: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Read a code list as (exact codes, stems that had a star)."""
    if scheme not in CODE_SCHEMES:
        raise ValueError(f"unknown code scheme {scheme!r}")
    path = FOLDER / f"{scheme}_themes.yaml"
    content: dict[str, Any] = read_yaml(path)
    entry = Checked(path.name, content)
    exact = {code: entry.texts(code) for code in content if not code.endswith("*")}
    stems = {code[:-1]: entry.texts(code) for code in content if code.endswith("*")}
    return exact, stems
