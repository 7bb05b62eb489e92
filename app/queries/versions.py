"""Which version of the data a page was made from."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2s

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import DataVersion
from app.models.versions import VERSION_NUMBERS

AREAS = "areas"
INDICATORS = "indicators"
RECORDS = "records"
WALKING = "walking"
GRANTS = "grants"
"""Money: no gap is worked out from it, so it is not part of EVERYTHING."""
EVERYTHING = (AREAS, INDICATORS, RECORDS, WALKING)


def bump_versions(session: Session, names: Iterable[str]) -> None:
    """Say that these kinds of data changed; part of the caller's transaction."""
    for name in names:
        statement = insert(DataVersion).values(name=name)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[DataVersion.name],
                set_={"version": VERSION_NUMBERS.next_value(), "changed_at_utc": func.now()},
            )
        )


def get_version(session: Session, names: Iterable[str] = EVERYTHING) -> str:
    """A short text that changes whenever any of ``names`` does; no two databases share one."""
    wanted = list(names)
    rows = session.execute(select(DataVersion.name, DataVersion.version).where(DataVersion.name.in_(wanted)))
    found = {row.name: row.version for row in rows}
    database = session.scalar(select(func.current_database()))
    text = f"{database} {' '.join(str(found.get(name, 0)) for name in wanted)}"
    return blake2s(text.encode(), digest_size=8).hexdigest()
