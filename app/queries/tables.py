"""From a statement to a table of columns."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session


def read_table(session: Session, statement: str, **values: Any) -> pd.DataFrame:
    """The rows of ``statement`` (bound by name, never pasted in) as a DataFrame with its column names."""
    result = session.execute(text(statement), values)
    return pd.DataFrame(result.all(), columns=list(result.keys()))
