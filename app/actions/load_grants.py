"""Loading grants, and finding whom and where they are for."""

from __future__ import annotations

from dataclasses import replace

from app.actions.loading import (
    SILENT,
    LoadReport,
    Progress,
    SourceCard,
    begin_load,
    finish_load,
    keep_first,
    save_source,
)
from app.queries import Session
from app.queries import loading_grants as queries
from app.queries.gap_runs import allow_long
from app.queries.loading import Changes
from app.queries.versions import GRANTS, bump_versions
from geodata.frames import GrantsFrame
from geodata.readers.grants import parse_day

STEPS = 3
NOT_STATED = SourceCard.licence


def load_grants(
    session: Session, frame: GrantsFrame, card: SourceCard, *, file: str, progress: Progress = SILENT
) -> LoadReport:
    """Make the grants of one source those of its file: what its publisher took back is removed here as well.

    A grant that another source has too is left out, so that no money counts twice. Raises InputProblem.
    """
    begin_load(session)
    report = LoadReport("grants", card.title, file, problems=list(frame.problems))
    progress.start(f"Grants: {card.title}", STEPS)
    grants = keep_first(frame.grants, ["grant_ref"], file, "Grant", report.problems)
    source_id = save_source(session, card)
    queries.stage_grants(session, grants)
    elsewhere = queries.leave_out_known(session, source_id)
    left_out = sum(count for _, count in elsewhere)
    progress.advance()
    report.add("grants", len(grants) - left_out, queries.merge_grants(session, source_id))
    progress.advance()
    joined = queries.match_grants(session)
    progress.advance()
    counts = queries.count_matches(session, source_id)
    report.add("links to organisations and areas", joined, Changes(changed=joined))
    tally = report.tallies["grants"]
    tally.read, tally.skipped = frame.read, frame.read - len(grants) + left_out
    report.notes += [f"{count:,} grants were left out: “{title}” has them already." for title, count in elsewhere]
    report.notes += _match_notes(counts)
    return finish_load(session, report, source_id, versions=[GRANTS], tables=["grant_award"])


def _match_notes(counts: queries.MatchCounts) -> list[str]:
    known = counts.by_number + counts.by_door
    return [
        f"Recipients that are on this map: {known:,} of {counts.total:,} grants ({counts.by_number:,} by a "
        f"register number, {counts.by_door:,} by the same name at the same postcode).",
        f"For a place that is loaded: {counts.with_area:,} of {counts.total:,} grants.",
    ]


def match_anew(session: Session) -> int:
    """Look again whom and where grants are for, as groups and areas come and go; how many changed."""
    allow_long(session)
    changed = queries.match_grants(session)
    if changed:
        bump_versions(session, [GRANTS])
    return changed


def with_words_of_file(card: SourceCard, frame: GrantsFrame) -> SourceCard:
    """The card with what the file says of itself, where whoever loads it said nothing."""
    said = frame.about
    funders = sorted(set(frame.grants["funder_name"]))
    publisher = said.get("publisher") or (funders[0] if len(funders) == 1 else card.publisher)
    day = parse_day(said.get("published_on"))
    return replace(
        card,
        publisher=publisher if card.publisher == NOT_STATED else card.publisher,
        licence=said.get("licence", NOT_STATED) if card.licence == NOT_STATED else card.licence,
        published_on=card.published_on or day,
    )
