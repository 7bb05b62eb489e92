"""Loading organisations with their services, places, footprints and times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pandas as pd

from app.actions.likely_twins import list_twins_of_list
from app.actions.loading import (
    SILENT,
    LoadReport,
    Progress,
    SourceCard,
    begin_load,
    finish_load,
    keep_first,
    refuse_unknown_themes,
    require_words,
    save_source,
)
from app.queries import Session, findable, loading_people, loading_places
from app.queries import loading_records as queries
from app.queries.loading import Changes
from app.vocabulary import (
    AskKind,
    Cost,
    FootprintRole,
    LocationPrivacy,
    OrganisationKind,
    Referral,
    Room,
    Stage,
)
from geodata.frames import ORGANISATION_COLUMNS, SCHEDULE_COLUMNS, SERVICE_COLUMNS, RecordsFrame
from geodata.postcodes import is_outward_only, suggest_postcode
from geodata.problems import InputProblem, RowProblem

TABLES = (
    "organisation", "organisation_identifier", "ask", "service", "service_theme", "schedule", "place", "footprint",
)  # fmt: skip


def load_records(
    session: Session,
    frame: RecordsFrame,
    card: SourceCard,
    *,
    file: str,
    today: date,
    progress: Progress = SILENT,
) -> LoadReport:
    """Add and change the organisations of one source, known by reference; open data is approved as it comes.

    What is no longer in the file is flagged missing since ``today``, never deleted. An organisation that another
    source has too is linked, not doubled (see ``match_organisations``); one that a person changed here is left as
    it is (``leave_alone``). Raises InputProblem for a table that does
    not hold together.
    """
    begin_load(session)
    report = LoadReport("organisations", card.title, file, problems=list(frame.problems))
    progress.start(f"Organisations: {card.title}", len(_STEPS))
    tables = _tidy(frame, file, report.problems)
    refuse_unknown_themes(session, tables["stage_service_theme"]["theme_key"], file)
    source_id = save_source(session, card)
    queries.stage_records(session, tables)
    queries.match_organisations(session, source_id)
    missing_organisations, missing_services = queries.flag_missing(session, source_id, today)
    missing = {"organisations": missing_organisations, "services": missing_services}
    kept = queries.leave_alone(session, source_id)
    linked = queries.count_linked(session)
    with findable.later(session):
        for thing, (stage, merge) in _STEPS.items():
            done = merge(session, source_id)
            read = len(tables[stage]) - (linked if thing == "organisations" else 0)
            report.add(thing, read, done, missing=missing.get(thing, 0))
            progress.advance()
    report.tallies["places"].removed = loading_places.remove_unused_places(session, source_id)
    if linked:
        report.notes.append(
            f"{linked:,} organisations were known from another source (same register number, or same name at the "
            "same postcode): their services were added there."
        )
    if kept:
        report.notes.append(
            f"{kept:,} organisations were left as they are, because somebody put them right here: what people say "
            "stands above what a list says."
        )
    tally = report.tallies["organisations"]
    tally.skipped = sum(problem.skipped for problem in report.problems)
    tally.read += tally.skipped
    report.problems += _kept_with_a_warning(session, card.key, file)
    return finish_load(session, report, source_id, versions=["records"], tables=TABLES)


_STEPS: dict[str, tuple[str, Callable[[Session, int], Changes]]] = {
    "organisations": ("stage_organisation", queries.merge_organisations),
    "register numbers": ("stage_identifier", queries.merge_identifiers),
    "asks": ("stage_ask", loading_people.merge_asks),
    "places": ("stage_place", loading_places.merge_places),
    "services": ("stage_service", queries.merge_services),
    "themes of services": ("stage_service_theme", queries.merge_service_themes),
    "opening times": ("stage_schedule", queries.merge_schedules),
    "footprints": ("stage_footprint", queries.merge_footprints),
}


def _tidy(frame: RecordsFrame, file: str, problems: list[RowProblem]) -> dict[str, pd.DataFrame]:
    """The frames as staging tables: words checked, twins left out, lists unfolded, closed bodies marked so."""
    organisations = frame.organisations.reindex(columns=list(ORGANISATION_COLUMNS))
    organisations = keep_first(organisations, ["source_ref"], file, "Organisation", problems)
    services = frame.services.reindex(columns=list(SERVICE_COLUMNS))
    services = keep_first(services, ["source_ref"], file, "Service", problems)
    places = keep_first(frame.places, ["source_ref"], file, "Place", problems)
    _check_words(organisations, services, places, frame.footprints, file)
    _check_references(organisations, services, places, frame.footprints, file)
    stage = organisations["stage"].where(organisations["active"].astype(bool), Stage.CLOSED.value)
    columns = ["organisation_ref", "scheme", "identifier"]
    identifiers = pd.DataFrame(_list_identifiers(organisations), columns=columns)
    asks = pd.DataFrame(_list_asks(organisations), columns=["organisation_ref", "kind", "words"])
    require_words(asks, "kind", AskKind, file)
    themes = pd.DataFrame(_list_themes(services), columns=["service_ref", "theme_key", "reason"])
    return {
        "stage_organisation": organisations.assign(stage=stage),
        "stage_identifier": identifiers.drop_duplicates(),
        "stage_ask": asks.drop_duplicates(),
        "stage_service": services,
        "stage_service_theme": themes.drop_duplicates(["service_ref", "theme_key"]),
        "stage_schedule": frame.schedules.reindex(columns=list(SCHEDULE_COLUMNS)).drop_duplicates(),
        "stage_place": places,
        "stage_footprint": frame.footprints.drop_duplicates(),
    }


def _check_words(
    organisations: pd.DataFrame, services: pd.DataFrame, places: pd.DataFrame, footprints: pd.DataFrame, file: str
) -> None:
    require_words(organisations, "kind", OrganisationKind, file)
    require_words(organisations, "stage", Stage, file)
    require_words(services, "cost", Cost, file)
    require_words(services, "referral", Referral, file)
    require_words(services.dropna(subset="room"), "room", Room, file)
    require_words(places, "privacy", LocationPrivacy, file)
    require_words(footprints, "role", FootprintRole, file)


def _check_references(
    organisations: pd.DataFrame, services: pd.DataFrame, places: pd.DataFrame, footprints: pd.DataFrame, file: str
) -> None:
    """Refuse tables that point at rows that are not there: a fault of a profile, not of the file's owner."""
    known = set(organisations["source_ref"])
    for name, values, there in (
        ("services", services["organisation_ref"], known),
        ("footprints", footprints["organisation_ref"], known),
        ("footprints", footprints["service_ref"].dropna(), set(services["source_ref"])),
        ("footprints", footprints["place_ref"].dropna(), set(places["source_ref"])),
    ):
        lost = sorted(set(values) - there)
        if lost:
            raise InputProblem(
                file, f"The {name} speak of “{lost[0]}”, which is not in the file.",
                "This is a fault in the profile: please report it.",
            )  # fmt: skip


def _list_identifiers(organisations: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    for ref, identifiers in zip(organisations["source_ref"], organisations["identifiers"], strict=True):
        for scheme, identifier in identifiers:
            yield ref, scheme, identifier


def _list_asks(organisations: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    told = organisations.dropna(subset="asks")
    for ref, asks in zip(told["source_ref"], told["asks"], strict=True):
        for kind, words in asks:
            yield ref, kind, words


def _list_themes(services: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    columns = (services["source_ref"], services["themes"], services["theme_reasons"])
    for ref, themes, reasons in zip(*columns, strict=True):
        for theme in themes:
            yield ref, theme, (reasons or {}).get(theme, "")


def _kept_with_a_warning(session: Session, source_key: str, file: str) -> list[RowProblem]:
    placed = _unknown_postcodes(session, file) + _unknown_areas(session, file)
    return placed + _likely_twins(session, source_key, file)


def _unknown_postcodes(session: Session, file: str) -> list[RowProblem]:
    problems = []
    for postcode, name, row in loading_places.list_unknown_postcodes(session):
        meant = suggest_postcode(postcode)
        if meant:
            fix = f"Perhaps “{meant}” is meant."
        elif is_outward_only(postcode):
            fix = "This is only the first half of a postcode: add the second."
        else:
            fix = "Check it, or load the postcodes of its part of the country."
        problem = f"The postcode “{postcode}” of “{name}” is not known, so it has no point on the map."
        problems.append(RowProblem(file, row, "postcode", problem, fix, skipped=False))
    return problems


def _unknown_areas(session: Session, file: str) -> list[RowProblem]:
    return [
        RowProblem(
            file, row, "area_code", f"“{name}” serves the area “{code}” of “{layer}”, which is not loaded.",
            "Load that layer first; the rest of the row was kept.", skipped=False,
        )
        for layer, code, name, row in queries.list_unknown_areas(session)
    ]  # fmt: skip


def _likely_twins(session: Session, source_key: str, file: str) -> list[RowProblem]:
    """Services that may be on the map already: the sums count both until somebody has looked."""
    problems = []
    for mine, other in list_twins_of_list(session, source_key):
        if mine.organisation_id == other.organisation_id:
            fix = "If they are one, take one of them off the page of the group."
        else:
            fix = "Moderators merge two groups, or say that they are two, under “Entries that may be one”."
        problem = (
            f"“{mine.name}” of “{mine.organisation_name}” may be “{other.name}” of “{other.organisation_name}” "
            f"from “{other.of_list.title}”: both are counted."
        )
        problems.append(RowProblem(file, None, None, problem, fix, skipped=False))
    return problems
