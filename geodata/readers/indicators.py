"""Published numbers per area -> IndicatorsFrame, as a dataset entry of the catalogue tells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geodata.datasets import Dataset, Indicator
from geodata.frames import INDICATOR_COLUMNS, IndicatorsFrame
from geodata.numbers import parse_numbers
from geodata.problems import InputProblem, RowProblem
from geodata.readers.tables import Table, read_table

_MAX_LISTED = 50


def read_indicators(path: Path | str, dataset: Dataset) -> IndicatorsFrame:
    """Read the indicators of a dataset in long form: one row per area and indicator, blanks left out.

    Raises InputProblem when a column is missing, no row passes the filter, or an area has more than one row.
    """
    table = read_table(path, missing=dataset.missing, sheet=dataset.sheet)
    problems = list(table.problems)
    pieces = [_read_one(table, dataset, indicator, problems) for indicator in dataset.indicators]
    values = pd.concat(pieces, ignore_index=True)
    return IndicatorsFrame(values[list(INDICATOR_COLUMNS)], problems)


def _read_one(table: Table, dataset: Dataset, indicator: Indicator, problems: list[RowProblem]) -> pd.DataFrame:
    keep = np.ones(len(table.frame), dtype=bool)
    for column, wanted in (*dataset.where, *indicator.where):
        keep &= (table.get_column(column).str.casefold() == wanted.casefold()).to_numpy(dtype=bool)
    codes = table.get_column(dataset.code_column)
    keep &= codes.ne("").to_numpy(dtype=bool)
    if not keep.any():
        rule = ", ".join(f"{column} is “{value}”" for column, value in (*dataset.where, *indicator.where))
        raise InputProblem(
            table.file,
            f"No row passes the filter ({rule or 'a code in the code column'}).",
            "Check the spelling of the filter in the dataset entry.",
        )
    _refuse_twins(table, dataset, codes, keep)
    total = np.zeros(int(keep.sum()))
    for column in _columns(table, indicator):
        values, faulty = parse_numbers(table.frame[column][keep])
        _report(table, column, faulty, keep, problems)
        total = total + values.to_numpy()
    frame = pd.DataFrame({"area_code": codes[keep].to_numpy(), "value": total})
    frame["indicator_key"] = indicator.key
    return frame.dropna(subset=["value"])


def _columns(table: Table, indicator: Indicator) -> list[str]:
    names = list(table.frame.columns)
    first = names.index(str(table.get_column(indicator.first_column).name))
    last = names.index(str(table.get_column(indicator.last_column).name))
    return names[first : last + 1]


def _report(table: Table, column: str, faulty: pd.Series, keep: np.ndarray, problems: list[RowProblem]) -> None:
    rows = table.rows[keep][faulty.to_numpy(dtype=bool)]
    texts = table.frame[column][keep][faulty.to_numpy(dtype=bool)]
    for row, text in list(zip(rows, texts, strict=True))[:_MAX_LISTED]:
        problems.append(
            RowProblem(
                table.file,
                int(row),
                column,
                f"“{text[:40]}” is not a number.",
                "Write it like 1234.5, or leave the cell empty.",
            )
        )


def _refuse_twins(table: Table, dataset: Dataset, codes: pd.Series, keep: np.ndarray) -> None:
    """Refuse several rows per area: adding them up could count people twice. Say which columns tell them apart."""
    kept = codes[keep]
    twins = kept[kept.duplicated(keep=False)]
    if twins.empty:
        return
    code = twins.iloc[0]
    same = table.frame[keep][kept == code]
    differing = [
        f"“{column}” ({', '.join(dict.fromkeys(same[column].iloc[:5]))})"
        for column in list(same.columns)[:12]
        if same[column].nunique() > 1
    ]
    raise InputProblem(
        table.file,
        f"The area “{code}” has {len(same)} rows, which differ in {'; '.join(differing[:3]) or 'nothing'}.",
        "Choose which to read with “where:” in the dataset entry; they are never added up.",
        row=int(table.rows[keep][(kept == code).to_numpy(dtype=bool)][1]),
        column=dataset.code_column,
    )
