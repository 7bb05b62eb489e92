"""What a gap question is about: its words checked against what is loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.actions.gap_answers import TRAVEL_M_PER_MINUTE, AreaRef, GapQuestion
from app.actions.patches import Patch, read_patch
from app.actions.remembered import Remembered
from app.actions.standards import by_our_standard
from app.actions.walking import has_walking
from app.errors import BadQuestionError
from app.queries import Session, areas, provision, themes
from app.queries.areas import AreaRow, LayerRow, SiteRow
from app.queries.themes import ThemeRow
from app.queries.versions import get_version
from app.vocabulary import AreaLayerKind

BENCHMARKS = {
    "within": "the average person in the area asked about",
    "everywhere": "the average person on this map",
    "similar": "the average person in the areas most like each one",
    "standard": "a standard you type in",
    "ours": "our standard for this kind of help",
}
MOST_MINUTES = 120
MOST_REACH_M = 20_000
"""The furthest anything is counted: everybody would reach everything, and the sum would take for ever."""
MOST_PEOPLE_PER_SERVICE = 10_000_000
LIST_YEARS = (2, 5, 10, 20)
"""How old a list may be and still count as somebody having looked; the first is the default."""
MOST_CHOICES_PER_LAYER = 60
_languages: Remembered[tuple[str, ...]] = Remembered(4)
AREA_CODE = re.compile(r"[\w.:-]{1,80}")


@dataclass(frozen=True)
class GapScope:
    """A question whose every word was found."""

    question: GapQuestion
    theme: ThemeRow
    layer: LayerRow
    within: AreaRow | None
    patch: Patch | None = None

    @property
    def asked_about(self) -> AreaRef | None:
        """The ground whose people the rows count; None is everything."""
        if self.patch:
            return self.patch.ref
        return area_ref(self.within) if self.within else None


@dataclass(frozen=True)
class WithinChoices:
    """Areas of one layer that a question can be asked about."""

    layer_name: str
    areas: tuple[AreaRef, ...]


@dataclass(frozen=True)
class GapChoices:
    """What the question form offers; ``defaults`` is None while nothing is loaded."""

    site: SiteRow | None
    themes: tuple[ThemeRow, ...]
    layers: tuple[LayerRow, ...]
    within: tuple[WithinChoices, ...]
    benchmarks: dict[str, str]
    languages: tuple[str, ...]  # that any public service speaks
    defaults: GapQuestion | None
    has_walking: bool = False  # a network of streets and paths is loaded


def area_ref(row: AreaRow) -> AreaRef:
    return AreaRef(row.layer_key, row.area_code, row.name, row.layer_name, row.id)


def list_choices(session: Session) -> GapChoices:
    site = areas.find_site(session)
    layers = tuple(areas.list_layers(session))
    theme_rows = tuple(themes.list_themes(session))
    within = tuple(
        WithinChoices(layer.name, tuple(area_ref(row) for row in areas.list_layer_areas(session, layer.id)))
        for layer in reversed(layers)
        if layer.area_count <= MOST_CHOICES_PER_LAYER
        and layer.kind in (AreaLayerKind.COUNCIL, AreaLayerKind.ELECTORAL, AreaLayerKind.DRAWN)
    )
    version = get_version(session)
    languages = _languages.get(version, lambda: tuple(provision.list_languages(session)))
    defaults = _defaults(site, layers, theme_rows)
    walking = has_walking(session)
    return GapChoices(site, theme_rows, layers, within, BENCHMARKS, languages, defaults, walking)


def _defaults(
    site: SiteRow | None, layers: tuple[LayerRow, ...], theme_rows: tuple[ThemeRow, ...]
) -> GapQuestion | None:
    with_services = [theme for theme in theme_rows if theme.has_services]
    if not (layers and theme_rows):
        return None
    keys = [layer.key for layer in layers]
    base = site.base_layer_key if site and site.base_layer_key in keys else keys[0]
    within = f"{site.area.layer_key}:{site.area.area_code}" if site and site.area else ""
    return GapQuestion((with_services or list(theme_rows))[0].key, base or keys[0], within)


def find_scope(session: Session, question: GapQuestion) -> GapScope:
    """Check every word of a question; raises BadQuestionError that names the field and the choices."""
    theme = next((row for row in themes.list_themes(session) if row.key == question.theme), None)
    if theme is None:
        raise BadQuestionError(
            f"There is no theme called “{_shown(question.theme)}”.", "Choose one from the list.", field="theme"
        )
    layer = next((row for row in areas.list_layers(session) if row.key == question.layer), None)
    if layer is None:
        raise BadQuestionError(
            f"There are no areas called “{_shown(question.layer)}” here.",
            "Choose one from the list.",
            field="layer",
        )
    if question.benchmark == "ours":
        question = by_our_standard(session, question)
    _check_numbers(question)
    patch = read_patch(session, question.patch) if question.patch else None
    return GapScope(question, theme, layer, _find_within(session, question.within), patch)


def _check_numbers(question: GapQuestion) -> None:
    speed = TRAVEL_M_PER_MINUTE[question.travel]
    most = min(MOST_REACH_M // speed, MOST_MINUTES)
    if not speed <= question.reach_m <= most * speed:
        raise BadQuestionError(
            f"A reach of {question.minutes} minutes is not possible here.",
            f"Give 1 to {most} minutes for this way of travelling.",
            field="minutes",
        )
    if question.benchmark not in BENCHMARKS:
        raise BadQuestionError(
            f"There is no comparison called “{_shown(question.benchmark)}”.",
            f"Choose one of: {', '.join(BENCHMARKS)}.",
            field="benchmark",
        )
    if question.list_years not in LIST_YEARS:
        raise BadQuestionError(
            f"Lists cannot be limited to {question.list_years} years here.",
            f"Choose one of: {', '.join(map(str, LIST_YEARS))} years.",
            field="list_years",
        )
    if question.is_standard and not 1 <= (question.people_per_service or 0) <= MOST_PEOPLE_PER_SERVICE:
        raise BadQuestionError(
            "A standard needs a number of people for each service.",
            "Give a whole number, such as 2000 for “one for every 2,000 people”.",
            field="people_per_service",
        )


def _find_within(session: Session, within: str) -> AreaRow | None:
    if not within:
        return None
    layer_key, _, code = within.rpartition(":")
    found = areas.find_areas(session, code, layer_key or None) if AREA_CODE.fullmatch(within) else []
    if not found:
        raise BadQuestionError(
            f"There is no area with the code “{_shown(within)}” on this map.",
            "Choose an area from the list, or leave it empty to ask about everywhere.",
            field="within",
        )
    return found[0]


def _shown(typed: str) -> str:
    return typed[:60] + ("…" if len(typed) > 60 else "")
