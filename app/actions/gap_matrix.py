"""All themes at once: how short each area of a layer is of each kind of help, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.actions.clock import today
from app.actions.gap_answers import AreaRef, GapQuestion
from app.actions.gap_inputs import GapInputs, load_gap_inputs, load_sums
from app.actions.gap_measure import measure
from app.actions.gap_scope import GapScope, area_ref, find_scope
from app.actions.gap_values import fill_of
from app.actions.gap_words import distance_words
from app.actions.pages import Page, page_of
from app.actions.remembered import Remembered
from app.analysis.gaps import across_themes
from app.analysis.inputs import FloatArray, IntArray
from app.analysis.states import State
from app.errors import BadQuestionError, NoStandardError
from app.queries import Session, areas, sources, themes
from app.queries.sources import SourceRow
from app.queries.themes import ThemeRow
from app.queries.versions import get_version
from app.vocabulary import GapState

HALF = 0.5
AREAS_PER_PAGE = 100
MOST_AREAS = 10_000
"""More, times every theme, takes longer than anybody waits."""
SORTS = ("kinds", "average", "area", "people")
THEME_SORT = "theme-"
STATES = {state: GapState(state.name.lower()) for state in State}


@dataclass(frozen=True, eq=False)
class AllThemes:
    """Every theme measured for the same areas: K themes, z areas.

    Shapes: areas z of them, by our id; people (z,); state (K, z) of app.analysis.states; shortfall and
    people_without (K, z) as the services that surely count make them, whatever the state. ``question`` names none.
    """

    question: GapQuestion
    themes: tuple[ThemeRow, ...]
    within: AreaRef | None
    layer_name: str
    areas: tuple[AreaRef, ...]
    people: FloatArray
    shortfall: FloatArray
    people_without: FloatArray
    state: IntArray
    data_version: str
    distance_words: str = ""

    @property
    def scored(self) -> FloatArray:
        """The shortfalls (K, z) that can be said; NaN where it is unclear or nobody has looked."""
        return np.where(np.isin(self.state, (State.SCORE, State.CHECKED_NONE)), self.shortfall, np.nan)


@dataclass(frozen=True)
class MatrixView:
    """How to show it: sort is of SORTS, or THEME_SORT and a theme's key. A weight left out is 1."""

    sort: str = "kinds"
    descending: bool = True
    page: int = 1
    weights: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class MatrixCell:
    theme: str
    theme_name: str
    state: GapState
    fill: str
    shortfall: float | None  # None where nobody has looked
    people_without: float | None


@dataclass(frozen=True)
class MatrixRow:
    area: AreaRef
    people: float
    cells: tuple[MatrixCell, ...]
    under_half: int  # kinds of help with less than half the fair share, of those that count and can be said
    known: int  # kinds that count and can be said
    average: float | None  # mean shortfall of the known kinds by the visitor's weights

    @property
    def worst(self) -> list[MatrixCell]:
        """Those that can be said and are short, the worst first."""
        said = [c for c in self.cells if c.state in (GapState.SCORE, GapState.CHECKED_NONE) and c.shortfall]
        return sorted(said, key=lambda cell: (-(cell.shortfall or 0), cell.theme))

    @property
    def not_known(self) -> int:
        return sum(cell.state in (GapState.UNCLEAR, GapState.NOT_ENOUGH_DATA) for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    question: GapQuestion
    themes: tuple[ThemeRow, ...]
    weights: dict[str, int]
    within: AreaRef | None
    layer_name: str
    rows: tuple[MatrixRow, ...]
    page: Page
    areas: int
    counted: int  # themes of a weight above 0
    areas_under_half: tuple[int, ...]  # by theme
    sentence: str
    sources: tuple[SourceRow, ...]
    data_version: str
    distance_words: str = ""  # how far is measured: by the paths, or from the straight line


_all_themes: Remembered[AllThemes] = Remembered(16)


def measure_all_themes(session: Session, question: GapQuestion) -> AllThemes:
    """Every theme for the areas of a question, whatever theme it names; remembered per data version.

    Errors: BadQuestionError as find_scope, and when there are more than MOST_AREAS areas.
    """
    version = get_version(session)
    asked = replace(question, theme="")
    return _all_themes.get((version, asked, today()), lambda: measure_themes_of(session, version, asked))


def measure_themes_of(
    session: Session, version: str, question: GapQuestion, area_ids: Sequence[int] = ()
) -> AllThemes:
    """Every theme for the areas of a question, or for these of its layer, wherever they are: then still compared
    with whom the question compares. Not remembered."""
    rows = tuple(themes.list_themes(session))
    scopes = _scopes(session, question, rows)
    first, found, said = scopes[0], [], ""
    for scope in scopes:
        inputs = load_gap_inputs(session, version, scope)
        if area_ids:
            inputs = _of_these(inputs, area_ids)
        said = distance_words(inputs.walking)
        if np.unique(inputs.zones.of_point[inputs.inside]).size > MOST_AREAS:
            raise BadQuestionError(
                f"All kinds of help at once can be worked out for up to {MOST_AREAS:,} areas.",
                "Choose a smaller place, or bigger areas.",
                field="layer",
            )
        found.append(measure(inputs, load_sums(version, inputs), draws=0))
    named = {row.id: area_ref(row) for row in areas.get_areas(session, [int(i) for i in found[0].area_id])}
    return AllThemes(
        question=question,
        themes=tuple(scope.theme for scope in scopes),
        within=area_ref(first.within) if first.within else None,
        layer_name=first.layer.name,
        areas=tuple(named[int(area_id)] for area_id in found[0].area_id),
        people=found[0].delivered.people,
        shortfall=np.stack([one.delivered.shortfall for one in found]),
        people_without=np.stack([one.delivered.equivalent_people for one in found]),
        state=np.stack([one.state for one in found]),
        data_version=version,
        distance_words=said,
    )


def _of_these(inputs: GapInputs, area_ids: Sequence[int]) -> GapInputs:
    rows = np.flatnonzero(np.isin(inputs.zones.area_id, area_ids))
    compared = inputs.inside if inputs.compared is None else inputs.compared
    return replace(inputs, inside=np.isin(inputs.zones.of_point, rows), compared=compared)


def _scopes(session: Session, question: GapQuestion, rows: Sequence[ThemeRow]) -> list[GapScope]:
    """The question for each theme; those without a standard are left out when it is compared with ours."""
    if question.benchmark != "ours":
        first = find_scope(session, replace(question, theme=rows[0].key if rows else ""))
        return [replace(first, theme=theme, question=replace(question, theme=theme.key)) for theme in rows]
    found, problem = [], None
    for theme in rows:
        try:
            found.append(find_scope(session, replace(question, theme=theme.key)))
        except NoStandardError as none:
            problem = none
    if problem and not found:
        raise problem
    return found


def show_all_themes(
    session: Session, question: GapQuestion, view: MatrixView, per_page: int = AREAS_PER_PAGE
) -> Matrix:
    """One page of the areas in the order asked for; BadQuestionError for a page or weights that cannot be."""
    every = measure_all_themes(session, question)
    given = dict(view.weights)
    weights = {theme.key: given.get(theme.key, 1) for theme in every.themes}
    if not any(weights.values()):
        raise BadQuestionError("No kind of help counts.", "Let at least one count once.", field="weights")
    average, under_half = across_themes(every.scored, list(weights.values()))
    order = _order(every, view, average, under_half)
    page = page_of(view.page, len(order), per_page)
    shown = order[page.skip : page.skip + per_page]
    layer_ids = sorted({row.id for row in areas.list_layers(session) if row.key == question.layer})
    counts = np.array([weight > 0 for weight in weights.values()])
    known = (~np.isnan(every.scored) & counts[:, None]).sum(axis=0)
    rows = tuple(
        MatrixRow(
            area=every.areas[row],
            people=float(every.people[row]),
            cells=cells_of(every, int(row)),
            under_half=int(under_half[row]),
            known=int(known[row]),
            average=float(average[row]) if np.isfinite(average[row]) else None,
        )
        for row in shown
    )
    return Matrix(
        question=every.question,
        themes=every.themes,
        weights=weights,
        within=every.within,
        layer_name=every.layer_name,
        rows=rows,
        page=page,
        areas=len(order),
        counted=int(counts.sum()),
        areas_under_half=tuple(int(n) for n in (every.scored > HALF).sum(axis=1)),
        sentence=_sentence(every, average, under_half, known),
        sources=tuple(sources.list_gap_sources(session, None, layer_ids)),
        data_version=every.data_version,
        distance_words=every.distance_words,
    )


def cells_of(every: AllThemes, row: int) -> tuple[MatrixCell, ...]:
    """One area's cells, by theme."""
    cells = []
    for number, theme in enumerate(every.themes):
        state = STATES[State(int(every.state[number, row]))]
        is_known = state != GapState.NOT_ENOUGH_DATA
        short = float(every.shortfall[number, row]) if is_known else None
        without = float(every.people_without[number, row]) if is_known else None
        cells.append(MatrixCell(theme.key, theme.name, state, fill_of(state, short), short, without))
    return tuple(cells)


def _order(every: AllThemes, view: MatrixView, average: FloatArray, under_half: IntArray) -> IntArray:
    """The rows of ``every`` in the order asked for; what cannot be said comes last either way, ties by area."""
    names = [(area.name.casefold(), area.area_code) for area in every.areas]
    by_name = np.empty(len(names), dtype=np.intp)
    by_name[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    kinds = np.where(np.isfinite(average), under_half + np.nan_to_num(average) / 2, np.nan)
    key = {"kinds": kinds, "average": average, "area": by_name.astype(np.float64), "people": every.people}.get(
        view.sort
    )
    if key is None:
        sorts = [THEME_SORT + theme.key for theme in every.themes]
        if view.sort not in sorts:
            raise BadQuestionError("That kind of help is not in the table.", "Choose another order.", field="sort")
        key = every.scored[sorts.index(view.sort)]
    signed = np.where(np.isfinite(key), -key if view.descending else key, np.inf)
    return np.lexsort((by_name, signed))


def _sentence(every: AllThemes, average: FloatArray, under_half: IntArray, known: IntArray) -> str:
    where = every.within.name if every.within else "the whole map"
    if not known.size:
        return f"Nobody is recorded as living in {where}, so nothing can be worked out there."
    if not known.any():
        return f"Nothing can be said of {where} yet: nobody has looked. That is not the same as having none."
    half = "half of what our standard asks" if every.question.benchmark == "ours" else "half the fair share"
    worst = int(np.nanargmax(under_half + average / 2))
    if not under_half[worst]:
        return f"No area of {where} gets less than {half} of anything that can be worked out there."
    verb = "is" if under_half[worst] == 1 else "are"
    others = int((under_half == under_half[worst]).sum()) - 1
    also = {0: "", 1: f" One more area of {where} has as many."}.get(
        others, f" {others} more areas of {where} have as many."
    )
    return (
        f"In {every.areas[worst].name} {under_half[worst]} of the {known[worst]} kinds of help that can be worked "
        f"out {verb} under {half}{'.' if also else ', the most of any area of ' + where + '.'}{also}"
    )
