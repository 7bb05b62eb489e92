"""Postcodes and their points: millions of rows, staged whole, so that one statement decides what differs."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.loading import Changes, copy_rows, count_rows, make_stage, plain_rows

_COLUMNS = {
    "postcode": "text",
    "lon": "double precision",
    "lat": "double precision",
    "terminated_on": "date",
}
_MOVED = "(t.geom, t.terminated_on) IS DISTINCT FROM (r.geom, r.terminated_on)"


def make_postcode_stage(session: Session) -> None:
    make_stage(session, "stage_postcode", {**_COLUMNS, "n": "bigint GENERATED ALWAYS AS IDENTITY"})


def stage_chunk(session: Session, chunk: pd.DataFrame) -> None:
    """Copy one chunk (POSTCODE_COLUMNS) into the stage."""
    copy_rows(session, "stage_postcode", _COLUMNS, plain_rows(chunk, _COLUMNS))


def ready_postcodes(session: Session, source_id: int) -> int:
    """Make points of the staged rows, the last row for a postcode counting; returns how many postcodes."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.ready_postcode"))
    ready = count_rows(
        session,
        """
        CREATE TEMP TABLE ready_postcode ON COMMIT DROP AS
        SELECT DISTINCT ON (postcode) postcode, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS geom, terminated_on,
               CAST(:source_id AS integer) AS source_id
        FROM stage_postcode ORDER BY postcode, n DESC
        """,
        source_id=source_id,
    )
    session.execute(text("DROP TABLE stage_postcode"))
    session.execute(text("ANALYZE ready_postcode"))
    return ready


def merge_postcodes(session: Session) -> tuple[Changes, int]:
    """Add new postcodes and change those that differ; returns what changed and how many were left to their source.

    A postcode belongs to the source that placed it first. Another source takes it over only when both say the day
    they were published and its own is later, or when it has a point and the first has none. So two files that
    disagree settle for good, whichever is loaded again.
    """
    changed = count_rows(
        session,
        f"""
        UPDATE postcode t SET geom = r.geom, terminated_on = r.terminated_on, source_id = r.source_id
        FROM ready_postcode r, source mine, source theirs
        WHERE t.postcode = r.postcode AND mine.id = r.source_id AND theirs.id = t.source_id AND {_MOVED}
          AND (mine.id = theirs.id OR (t.geom IS NULL AND r.geom IS NOT NULL)
               OR (r.geom IS NOT NULL AND mine.published_on > theirs.published_on))
        """,  # noqa: S608 - a constant of this file
    )
    added = count_rows(
        session,
        """
        INSERT INTO postcode (postcode, geom, terminated_on, source_id)
        SELECT postcode, geom, terminated_on, source_id FROM ready_postcode r
        WHERE NOT EXISTS (SELECT 1 FROM postcode t WHERE t.postcode = r.postcode)
        """,
    )
    left = session.scalar(
        text(f"SELECT count(*) FROM ready_postcode r JOIN postcode t ON t.postcode = r.postcode AND {_MOVED}")  # noqa: S608
    )
    return Changes(added, changed), int(left or 0)


def place_by_postcode(session: Session) -> int:
    """Give a point to every place that has none and whose postcode is known; returns how many."""
    return count_rows(
        session,
        """
        UPDATE place SET geom = found.geom
        FROM postcode found
        WHERE place.geom IS NULL AND place.postcode IS NOT NULL AND found.geom IS NOT NULL
          AND found.postcode = regexp_replace(upper(place.postcode), '[^A-Z0-9]', '', 'g')
        """,
    )
