"""Loading postcodes."""

from __future__ import annotations

from app.actions.loading import SILENT, LoadReport, Progress, SourceCard, begin_load, finish_load, save_source
from app.queries import Session, loading, loading_postcodes
from geodata.frames import PostcodesFrame

TABLES = ("postcode",)


def load_postcodes(
    session: Session, frame: PostcodesFrame, card: SourceCard, *, file: str, progress: Progress = SILENT
) -> LoadReport:
    """Add and change postcodes (see ``merge_postcodes`` for whose word counts); places without a point gain one.

    Chunks go straight into the database, so memory stays small however many rows there are.
    """
    begin_load(session)
    report = LoadReport("postcodes", card.title, file)
    source_id = save_source(session, card)
    loading_postcodes.make_postcode_stage(session)
    progress.start(f"Postcodes: {card.title}", frame.total_bytes)
    seen = 0
    for chunk in frame.chunks:
        loading_postcodes.stage_chunk(session, chunk)
        now = int(chunk.attrs.get("bytes_read", seen))
        progress.advance(now - seen)
        seen = now
    ready = loading_postcodes.ready_postcodes(session, source_id)
    done, left = loading_postcodes.merge_postcodes(session)
    report.problems += frame.problems
    report.add("postcodes", ready, done)
    tally = report.tallies["postcodes"]
    tally.skipped = sum(problem.skipped for problem in report.problems)
    tally.read += tally.skipped
    if left:
        report.notes.append(f"{left:,} postcodes keep what another source says, which came first or is newer.")
    if report.changed:
        _place_records(session, report)
    return finish_load(session, report, source_id, versions=["postcodes"], tables=TABLES)


def _place_records(session: Session, report: LoadReport) -> None:
    placed = loading_postcodes.place_by_postcode(session)
    if placed:
        report.notes.append(f"{placed:,} places that had no point now have one.")
        loading.bump_versions(session, ["records"])
        loading.analyze(session, ["place"])
