"""Numbers as published files write them -> floats; what is not plainly a number is left out and listed."""

from __future__ import annotations

import numpy as np
import pandas as pd

_THOUSANDS = r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?"
_PLAIN = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?"


def parse_numbers(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Parse "29,199", "12.5", "£3", "4%" (as 4) to float64; returns (values, faulty), both as long as ``texts``.

    Blank texts give NaN and are not faulty. "1_0", "nan", "inf" and "12,5" are faulty: they are never guessed.
    """
    bare = texts.str.strip().str.replace("\u2212", "-", regex=False)
    bare = bare.str.replace(r"^£\s*|\s*%$", "", regex=True)
    grouped = bare.str.fullmatch(_THOUSANDS).fillna(False).astype(bool)
    bare = bare.where(~grouped, bare.str.replace(",", "", regex=False))
    sound = bare.str.fullmatch(_PLAIN).fillna(False).astype(bool)
    values = pd.to_numeric(bare.where(sound), errors="coerce").astype("float64")
    values = values.where(np.isfinite(values))
    faulty = texts.str.strip().ne("") & values.isna()
    return values, faulty
