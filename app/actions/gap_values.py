"""The rows of a gap answer without their shapes, for a map that has those from tiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.actions.gap_answers import AreaGap, GapAnswer
from app.actions.remembered import Remembered
from app.errors import NotFoundError
from app.queries import Session, area_tiles
from app.queries.area_tiles import DrawingRow
from app.vocabulary import BAND_BREAKS, GapBand

MOST_ROWS_WITH_WORDS = 1_000
"""Of more areas, name and sentence are fetched one by one when somebody points at them."""

_numbers: Remembered[dict[str, int]] = Remembered(8)


def gap_values(session: Session, answer: GapAnswer, drawn: DrawingRow, area_code: str = "") -> dict[str, Any]:
    """What a map needs beside the tiles of ``drawn``; with ``area_code`` only the row of that area.

    ``{"layer", "zooms", "bounds", "bands", "breaks", "rows": [[number in the tiles, code, state, shortfall,
    people, name, sentence], …]}``. ``bounds`` are west, south, east and north of the answer's areas; shortfall is
    0..1 or null; name and sentence are left out when there are more than MOST_ROWS_WITH_WORDS rows.

    Raises NotFoundError for an area that is not in the answer.
    """
    rows = [row for row in answer.rows if area_code in ("", row.area.area_code)]
    if area_code and not rows:
        raise NotFoundError("That area is not among those asked about.")
    numbers = _numbers.get((drawn.layer_key, drawn.version), lambda: _read_numbers(session, drawn))
    with_words = len(rows) <= MOST_ROWS_WITH_WORDS
    return {
        "layer": drawn.layer_key,
        "zooms": drawn.bands,
        "bounds": _bounds(session, answer.rows, drawn),
        "bands": [band.value for band in GapBand],
        "breaks": BAND_BREAKS,
        "rows": [_row(row, numbers[row.area.area_code], with_words) for row in rows],
    }


def _read_numbers(session: Session, drawn: DrawingRow) -> dict[str, int]:
    codes = area_tiles.list_area_codes(session, drawn.layer_id)
    return {code: number for number, code in enumerate(codes)}


def _bounds(session: Session, rows: Sequence[AreaGap], drawn: DrawingRow) -> list[float]:
    if not rows or len(rows) == drawn.area_count:
        return drawn.bounds
    return area_tiles.get_bounds(session, [row.area.area_id for row in rows])


def _row(row: AreaGap, number: int, with_words: bool) -> list[Any]:
    shortfall = None if row.shortfall is None else round(row.shortfall, 4)
    values = [number, row.area.area_code, row.state.value, shortfall, round(row.people)]
    return [*values, row.area.name, row.sentence] if with_words else values
