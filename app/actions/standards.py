"""Standards: one service for so many people within so many minutes, for a theme and perhaps for some people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from app.actions.gap_answers import TRAVEL_M_PER_MINUTE, GapQuestion
from app.errors import BadQuestionError, ChangedMeanwhileError, NoStandardError, NotFoundError
from app.queries import Session, standards, themes
from app.queries.standards import StandardRow
from app.queries.themes import ThemeRow
from app.queries.versions import INDICATORS, bump_versions


@dataclass(frozen=True)
class StandardWords:
    """What an officer says: how much is enough, who says so and why. ``version`` is the one they looked at."""

    audience: str
    people_per_service: int
    minutes: int
    travel: str
    set_by: str
    reason: str
    link: str
    version: int = 0
    is_over: bool = False


@dataclass(frozen=True)
class ThemeStandards:
    """The standards of a theme: those that hold, and every version there was, the newest first."""

    theme: ThemeRow
    holding: tuple[StandardRow, ...]
    versions: tuple[StandardRow, ...]


def list_standards(session: Session) -> list[StandardRow]:
    return standards.list_standards(session)


def list_themes(session: Session) -> list[ThemeRow]:
    return themes.list_themes(session)


def get_theme_standards(session: Session, theme: str) -> ThemeStandards:
    """NotFoundError when there is no such theme."""
    row = next((row for row in themes.list_themes(session) if row.key == theme), None)
    if row is None:
        raise NotFoundError("There is no such kind of help.", "Choose one from the list of standards.")
    holding = tuple(one for one in standards.list_standards(session) if one.theme_key == theme)
    return ThemeStandards(row, holding, tuple(standards.list_versions(session, theme)))


def find_newest(session: Session, theme: str, audience: str) -> StandardRow | None:
    return standards.find_newest(session, theme, audience)


def set_standard(session: Session, theme: str, words: StandardWords, account_id: UUID | None) -> None:
    """Add the next version. ChangedMeanwhileError when there is a newer one than the officer looked at,
    BadQuestionError when there is none to end, NotFoundError for an unknown theme."""
    get_theme_standards(session, theme)
    newest = standards.find_newest(session, theme, words.audience)
    if (newest.version if newest else 0) != words.version:
        raise ChangedMeanwhileError(
            "Somebody else has set this standard since you opened the form.",
            "Theirs is shown below. Save again to put yours in its place; both stay in the history.",
        )
    if words.is_over and (newest is None or newest.is_over):
        raise BadQuestionError("There is no standard to end.", "Set one first.", field="is_over")
    standards.add_version(
        session, theme, words.audience, words.version + 1,
        people_per_service=words.people_per_service, minutes=words.minutes, travel=words.travel,
        is_over=words.is_over, set_by=words.set_by, reason=words.reason, link=words.link, account_id=account_id,
    )  # fmt: skip
    bump_versions(session, [INDICATORS])


def find_standard(session: Session, question: GapQuestion) -> StandardRow | None:
    """Our standard for the question's theme: that for its audience where there is one, else that for anyone."""
    holding = {one.audience: one for one in standards.list_standards(session) if one.theme_key == question.theme}
    return holding.get(question.audience) or holding.get("")


def by_our_standard(session: Session, question: GapQuestion) -> GapQuestion:
    """The question with the reach and the people of find_standard; NoStandardError when there is none."""
    found = find_standard(session, question)
    if found is None:
        raise NoStandardError(
            "Nobody has set a standard for this kind of help.",
            "Choose another comparison, or ask whoever looks after this map to set one.",
            field="benchmark",
        )
    return replace(
        question,
        people_per_service=found.people_per_service,
        travel=found.travel,
        reach_m=found.minutes * TRAVEL_M_PER_MINUTE[found.travel],
    )
