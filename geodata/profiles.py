"""A profile: how one list of organisations is read - which column is what, and what holds for every row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geodata.catalogue import Checked, find_file, read_yaml
from geodata.datasets import Source, read_source
from geodata.themes import CODE_SCHEMES, list_themes

KINDS = (
    *("community_group", "charity", "social_enterprise", "cooperative", "club", "faith_group", "public_body"),
    *("business", "one_person", "network", "unknown"),
)
STAGES = ("idea", "starting", "established", "sustained", "closed", "unknown")
PRIVACY = ("exact", "rough", "area", "hidden")
ROLES = ("meets_at", "registered_at", "none")
COSTS = ("free", "donation", "paid", "unknown")
REFERRALS = ("not_needed", "needed", "unknown")

_SOURCE_KEYS = ("title", "publisher", "licence", "attribution", "published", "published_note")
_COLUMN_KEYS = (
    *("name", "service_name", "organisation", "description", "summary", "website", "address", "postcode", "lon"),
    *("lat", "place_name", "opening", "opening_by_day"),
)
_KEYS = (
    *(*_SOURCE_KEYS, "missing", "sheet", "where", "columns", "crs", "source_ref", "role", "kind", "kind_words"),
    *("stage", "privacy", "hidden_words", "cost", "referral", "is_online", "audiences", "audience_words"),
    *("languages", "identifiers", "active", "themes", "national"),
)
HIDDEN_WORDS = (
    *("refuge", "refuges", "domestic abuse", "domestic violence", "women's aid", "womens aid", "rape crisis"),
    *("sexual violence", "forced marriage", "witness protection"),
)
"""A service with such words in its name has its place hidden from everybody until a reviewer says otherwise."""


@dataclass(frozen=True)
class TextRule:
    """A value found by words in a column: ``words`` maps value -> lower-case words; ``default`` otherwise."""

    default: str
    column: str | None = None
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class CodeColumn:
    """A column of codes: ``scheme`` as in geodata.themes; for OSM the column name is the tag's key."""

    scheme: str
    column: str
    separator: str
    prefix: str


@dataclass(frozen=True)
class Profile:
    """Everything needed to turn the rows of one list into records; see docs/borough.md for each key.

    Columns in ``texts`` may be templates: "{area_name} libraries".
    """

    key: str
    source: Source
    missing: tuple[str, ...]
    sheet: str | None
    where: tuple[tuple[str, str], ...]
    texts: dict[str, tuple[str, ...]]
    opening_by_day: dict[int, str]
    crs: str
    source_ref: tuple[str, ...]
    role: str
    kind: str
    kind_words: tuple[tuple[str, tuple[str, ...]], ...]
    stage: str
    privacy: str
    hidden_words: tuple[str, ...]
    cost: TextRule
    referral: TextRule
    is_online: bool
    audiences: tuple[str, ...]
    audience_words: bool
    languages: tuple[str, ...]
    identifiers: tuple[tuple[str, str, int], ...]  # (scheme, column, digits to pad to)
    closed: tuple[str, tuple[str, ...]] | None  # (column, values that mean closed; "*" = any value)
    open_only: tuple[str, tuple[str, ...]] | None  # (column, values that mean open)
    fixed_themes: tuple[str, ...]
    theme_words: bool
    theme_codes: tuple[CodeColumn, ...]
    national_words: tuple[str, ...]
    national_without_place: bool


def read_profile(name: Path | str) -> Profile:
    """Read a profile by its name in the catalogue, or by the path of a YAML file. Raises InputProblem."""
    path = find_file("profiles", name)
    entry = Checked(path.name, read_yaml(path))
    entry.allow(_KEYS)
    columns = entry.part("columns")
    columns.allow(_COLUMN_KEYS)
    texts = {key: tuple(columns.texts(key)) for key in _COLUMN_KEYS if key != "opening_by_day"}
    if not texts["name"]:
        raise columns.fail("name", "No column is named for the name.", "Say which column holds the name.")
    themes, national = entry.part("themes"), entry.part("national")
    closed, open_only = _active(entry)
    return Profile(
        key=path.stem,
        source=read_source(entry),
        missing=tuple(entry.texts("missing") or ["NA", "N/A"]),
        sheet=entry.text("sheet", "") or None,
        where=tuple((column, str(value)) for column, value in entry.mapping("where").items()),
        texts=texts,
        opening_by_day={int(day): str(column) for day, column in columns.mapping("opening_by_day").items()},
        crs=entry.text("crs", "EPSG:4326"),
        source_ref=tuple(entry.texts("source_ref")),
        role=entry.choice("role", ROLES),
        kind=entry.choice("kind", KINDS, "unknown"),
        kind_words=_words(entry, "kind_words", KINDS),
        stage=entry.choice("stage", STAGES, "unknown"),
        privacy=entry.choice("privacy", PRIVACY, "exact"),
        hidden_words=tuple(word.lower() for word in entry.texts("hidden_words")) or HIDDEN_WORDS,
        cost=_text_rule(entry, "cost", COSTS),
        referral=_text_rule(entry, "referral", REFERRALS),
        is_online=bool(entry.raw("is_online", False)),
        audiences=tuple(entry.texts("audiences")),
        audience_words=bool(entry.raw("audience_words", False)),
        languages=tuple(entry.texts("languages")),
        identifiers=tuple(_identifier(part) for part in entry.parts("identifiers")),
        closed=closed,
        open_only=open_only,
        fixed_themes=_fixed_themes(themes),
        theme_words=bool(themes.raw("words", False)),
        theme_codes=tuple(_code_column(part) for part in themes.parts("codes")),
        national_words=tuple(word.lower() for word in national.texts("words")),
        national_without_place=bool(national.raw("without_place", False)),
    )


def _fixed_themes(themes: Checked) -> tuple[str, ...]:
    themes.allow(("fixed", "words", "codes"))
    keys = [theme.key for theme in list_themes()]
    fixed = themes.texts("fixed")
    for key in fixed:
        if key not in keys:
            raise themes.fail("fixed", f"There is no theme “{key}”.", f"The themes are: {', '.join(keys)}.")
    return tuple(fixed)


def _words(entry: Checked, key: str, allowed: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    part = entry.part(key)
    part.allow(allowed)
    return tuple(
        (value, tuple(word.lower() for word in part.texts(value))) for value in allowed if part.has(value)
    )


def _text_rule(entry: Checked, key: str, allowed: tuple[str, ...]) -> TextRule:
    """Read "cost: free", or a column with words: "cost: {column: Price, paid: [£], default: unknown}"."""
    if not isinstance(entry.raw(key), dict):
        return TextRule(entry.choice(key, allowed, "unknown"))
    part = entry.part(key)
    part.allow(("column", "default", *allowed))
    words = tuple(
        (value, tuple(word.lower() for word in part.texts(value))) for value in allowed if part.has(value)
    )
    return TextRule(part.choice("default", allowed, "unknown"), part.text("column"), words)


def _identifier(part: Checked) -> tuple[str, str, int]:
    part.allow(("scheme", "column", "digits"))
    return part.text("scheme"), part.text("column"), int(part.text("digits", "0"))


def _active(
    entry: Checked,
) -> tuple[tuple[str, tuple[str, ...]] | None, tuple[str, tuple[str, ...]] | None]:
    part = entry.part("active")
    part.allow(("column", "closed", "open"))
    if not part.has("column"):
        return None, None
    column = part.text("column")
    closed = tuple(value.lower() for value in part.texts("closed"))
    opened = tuple(value.lower() for value in part.texts("open"))
    return (column, closed) if closed else None, (column, opened) if opened else None


def _code_column(part: Checked) -> CodeColumn:
    part.allow(("scheme", "column", "separator", "prefix"))
    return CodeColumn(
        scheme=part.choice("scheme", CODE_SCHEMES),
        column=part.text("column"),
        separator=part.text("separator", ";"),
        prefix=str(part.raw("prefix", "")),
    )
