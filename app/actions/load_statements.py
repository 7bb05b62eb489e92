"""Loading needs, hubs and surveys: what people say is missing, who convenes them, where somebody has looked."""

from __future__ import annotations

import pandas as pd

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
from app.queries import Session
from app.queries import loading_statements as queries
from app.vocabulary import LocationPrivacy, NeedStatus, SurveyKind
from geodata.problems import RowProblem


def load_needs(
    session: Session, needs: pd.DataFrame, card: SourceCard, *, file: str, progress: Progress = SILENT
) -> LoadReport:
    """Add and change needs (NEED_COLUMNS) of one source."""
    begin_load(session)
    report = LoadReport("needs", card.title, file)
    progress.start("Needs", None)
    require_words(needs, "privacy", LocationPrivacy, file)
    require_words(needs, "status", NeedStatus, file)
    refuse_unknown_themes(session, needs["theme"], file)
    tidy = keep_first(needs, ["source_ref"], file, "Need", report.problems)
    source_id = save_source(session, card)
    report.add("needs", len(tidy), queries.merge_needs(session, tidy, source_id))
    return finish_load(session, report, source_id, versions=["records"], tables=["need"])


def load_hubs(
    session: Session, hubs: pd.DataFrame, card: SourceCard, *, file: str, progress: Progress = SILENT
) -> LoadReport:
    """Add and change hubs (HUB_COLUMNS) and their patches."""
    begin_load(session)
    report = LoadReport("hubs", card.title, file)
    progress.start("Hubs", None)
    tidy = keep_first(hubs, ["source_ref"], file, "Hub", report.problems)
    source_id = save_source(session, card)
    patches = int(tidy["area_codes"].map(len).sum())
    report.add("hubs and patches", len(tidy) + patches, queries.merge_hubs(session, tidy, source_id))
    return finish_load(session, report, source_id, versions=["records"], tables=["hub", "patch"])


def load_surveys(
    session: Session, surveys: pd.DataFrame, card: SourceCard, *, file: str, progress: Progress = SILENT
) -> LoadReport:
    """Make the surveys (SURVEY_COLUMNS) of one source those given."""
    begin_load(session)
    report = LoadReport("surveys", card.title, file)
    progress.start("Where somebody has looked", None)
    require_words(surveys, "kind", SurveyKind, file)
    refuse_unknown_themes(session, surveys["theme"], file)
    source_id = save_source(session, card)
    key = ["theme", "layer_key", "area_code", "kind"]
    tidy = keep_first(surveys.sort_values("checked_on", ascending=False), key, file, "Survey", report.problems)
    for layer, code in queries.stage_surveys(session, tidy):
        report.problems.append(
            RowProblem(file, None, "area_code", f"The area “{code}” of “{layer}” is not loaded.", "Load it first.")
        )
    lost = sum(problem.column == "area_code" for problem in report.problems)
    report.add("surveys", len(tidy) - lost, queries.merge_surveys(session, source_id))
    return finish_load(session, report, source_id, versions=["records"], tables=["survey"])
