"""The rows of a gap answer without their shapes, for a map that has those from tiles: a letter for each shape."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from string import ascii_letters
from typing import Any

import numpy as np

from app.actions.gap_answers import AreaGap, GapAnswer
from app.actions.remembered import Remembered
from app.errors import NotFoundError
from app.queries import Session, area_tiles
from app.queries.area_tiles import DrawingRow
from app.vocabulary import BAND_BREAKS, GapBand, GapState

MOST_ROWS_WITH_WORDS = 1_000
"""Of more areas, name and sentence are fetched one by one when somebody points at them."""

BANDS = [band.value for band in GapBand]
FILLS = (*BANDS, *(f"unclear-{band}" for band in BANDS), "unclear", "checked_none", "not_enough_data")
LETTER = dict(zip(FILLS, ascii_letters, strict=False))
NOT_ASKED = "."

Values = dict[str, Any]
_numbers: Remembered[dict[str, int]] = Remembered(8)
_levels: Remembered[dict[int, np.ndarray]] = Remembered(8)
_values: Remembered[Values] = Remembered(32)


def fill_of(state: GapState, shortfall: float | None) -> str:
    """The name of the fill that the legend, the table and the map share (templates/components/patterns.html)."""
    if state in (GapState.CHECKED_NONE, GapState.NOT_ENOUGH_DATA):
        return state.value
    if shortfall is None:
        return "unclear"
    band = BANDS[bisect_right(BAND_BREAKS, shortfall)]
    return f"unclear-{band}" if state == GapState.UNCLEAR else band


def gap_values(session: Session, answer: GapAnswer, drawn: DrawingRow, about: str = "") -> Values:
    """What a map needs beside the tiles of ``drawn``.

    ``{"layer", "zooms", "bounds", "edges", "fills": {letter: name}, "levels": {level: letters}, "together":
    {level: [how many areas]}, "rows"}``. ``letters`` has one for each area (level 0) or group in the order of
    their numbers, a dot where nothing was asked. ``edges`` are the numbers of areas at an edge (AreaGap.edge).
    ``bounds`` are west, south, east and north of the answer's areas. ``rows`` are as ``gap_value_row`` makes
    them, none when there would be more than MOST_ROWS_WITH_WORDS. ``about`` tells apart the answers that one
    question has when it is counted in another way.
    """
    key = (answer.data_version, answer.question, drawn.version, about)
    return _values.get(key, lambda: _make_values(session, answer, drawn))


def gap_value_row(session: Session, answer: GapAnswer, drawn: DrawingRow, area_code: str, number: str) -> Values:
    """``{"rows": [[number, code, name, sentence, [number of its group at level 1, 2 …]]]}`` of one area, found by
    its code or its number. Raises NotFoundError for an area that is not in the answer."""
    numbers = _load_numbers(session, drawn)
    for row in answer.rows:
        if area_code == row.area.area_code or number == str(numbers[row.area.area_code]):
            return {"rows": [_row(row, numbers, _load_levels(session, drawn))]}
    raise NotFoundError("That area is not among those asked about.")


def _make_values(session: Session, answer: GapAnswer, drawn: DrawingRow) -> Values:
    numbers, levels = _load_numbers(session, drawn), _load_levels(session, drawn)
    letters = np.full(drawn.area_count, NOT_ASKED)
    where = np.array([numbers[row.area.area_code] for row in answer.rows], dtype=np.intp)
    letters[where] = [LETTER[fill_of(row.state, row.shortfall)] for row in answer.rows]
    groups = {level: _group(answer.rows, of[where], int(of.max(initial=0)) + 1) for level, of in levels.items()}
    with_words = len(answer.rows) <= MOST_ROWS_WITH_WORDS
    return {
        "layer": drawn.layer_key,
        "zooms": drawn.bands,
        "bounds": _bounds(session, answer.rows, drawn),
        "edges": [numbers[row.area.area_code] for row in answer.rows if row.edge],
        "fills": {letter: name for name, letter in LETTER.items()},
        "levels": {0: "".join(letters)} | {level: joined for level, (joined, _) in groups.items()},
        "together": {level: counts for level, (_, counts) in groups.items()},
        "rows": [_row(row, numbers, levels) for row in answer.rows] if with_words else [],
    }


def _group(rows: Sequence[AreaGap], group: np.ndarray, count: int) -> tuple[str, list[int]]:
    """Letters of groups, and how many areas of the answer each holds.

    A group has the state that most of its people have, and the shortfall that they have on average."""
    people = np.array([row.people for row in rows])
    short = np.array([np.nan if row.shortfall is None else row.shortfall for row in rows])
    states = list(GapState)
    by_state = np.zeros((count, len(states)))
    np.add.at(by_state, (group, np.array([states.index(row.state) for row in rows], dtype=np.intp)), people)
    scored = ~np.isnan(short)
    weight = np.bincount(group[scored], people[scored], count)
    total = np.bincount(group[scored], people[scored] * short[scored], count)
    areas = np.bincount(group, minlength=count).tolist()
    letters = (
        LETTER[fill_of(states[state], part / whole if whole else None)] if held else NOT_ASKED
        for state, part, whole, held in zip(by_state.argmax(axis=1), total, weight, areas, strict=True)
    )
    return "".join(letters), areas


def _load_numbers(session: Session, drawn: DrawingRow) -> dict[str, int]:
    def read() -> dict[str, int]:
        codes = area_tiles.list_area_codes(session, drawn.layer_id)
        return {code: number for number, code in enumerate(codes)}

    return _numbers.get((drawn.layer_key, drawn.version), read)


def _load_levels(session: Session, drawn: DrawingRow) -> dict[int, np.ndarray]:
    """The group of each area, by level."""

    def read() -> dict[int, np.ndarray]:
        return {row.level: np.array(row.groups) for row in area_tiles.list_levels(session, drawn.layer_id)}

    return _levels.get((drawn.layer_key, drawn.version), read)


def _bounds(session: Session, rows: Sequence[AreaGap], drawn: DrawingRow) -> list[float]:
    if not rows or len(rows) == drawn.area_count:
        return drawn.bounds
    return area_tiles.get_bounds(session, [row.area.area_id for row in rows])


def _row(row: AreaGap, numbers: dict[str, int], levels: dict[int, np.ndarray]) -> list[Any]:
    number = numbers[row.area.area_code]
    groups = [int(of[number]) for _, of in sorted(levels.items())]
    return [number, row.area.area_code, row.area.name, row.sentence, groups]
