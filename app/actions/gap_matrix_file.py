"""All themes at once as a table anyone can open: a row per area, two columns per theme."""

from __future__ import annotations

import csv
from io import StringIO

from app.actions.gap_files import safe_text
from app.actions.gap_matrix import Matrix

AREA_COLUMNS = (
    "layer",
    "area_code",
    "area",
    "people",
    "kinds_under_half",
    "kinds_known",
    "kinds_counted",
    "average",
)
ABOUT_COLUMNS = ("within", "reach_m", "list_years", "weights", "data_version", "sources", "page")


def matrix_csv(matrix: Matrix, page: str) -> str:
    """UTF-8, one header row, RFC 4180. ``<theme>_short`` is empty where nobody has looked; ``_state`` says so."""
    file = StringIO()
    writer = csv.writer(file)
    themes = [f"{theme.key}_{what}" for theme in matrix.themes for what in ("short", "state")]
    writer.writerow([*AREA_COLUMNS, *map(safe_text, themes), *ABOUT_COLUMNS])
    credits = (f"{s.title}, {s.publisher} ({s.licence}). {s.attribution}" for s in matrix.sources)
    about = (
        matrix.within.name if matrix.within else "",
        str(matrix.question.reach_m),
        str(matrix.question.list_years),
        " ".join(f"{key}:{weight}" for key, weight in matrix.weights.items() if weight != 1),
        matrix.data_version,
        "; ".join(dict.fromkeys(credits)),
        page,
    )
    for row in matrix.rows:
        area = (row.area.layer, row.area.area_code, row.area.name)
        numbers = (f"{row.people:.1f}", row.under_half, row.known, matrix.counted, _number(row.average))
        cells = [value for cell in row.cells for value in (_number(cell.shortfall), cell.state.value)]
        writer.writerow([*map(safe_text, area), *numbers, *cells, *map(safe_text, about)])
    return file.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
