"""The week of a gap question in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.actions.gap_inputs import ThemeSums
from app.actions.gap_words import round_people
from app.vocabulary import FootprintRole

FEW_PEOPLE = 0.5


class Cell(Protocol):
    """What a sentence needs of a part of a day."""

    @property
    def day(self) -> str: ...

    @property
    def part(self) -> str: ...

    @property
    def without_least(self) -> float: ...

    @property
    def without_most(self) -> float: ...


@dataclass(frozen=True)
class WeekFacts:
    theme_name: str
    where: str
    people: float
    people_known: float
    services: int
    untold: int


def week_sentence(facts: WeekFacts, cells: Sequence[Cell]) -> str:
    """The worst part of the week in one sentence, and what nobody has told us in a second."""
    theme, where = f"“{facts.theme_name}”", facts.where
    if facts.people < FEW_PEOPLE:
        return f"Nobody is recorded as living in {where}, so the week cannot be drawn there."
    if facts.people_known < FEW_PEOPLE:
        return (
            f"Nobody has looked for {theme} in {where} lately, so nobody can say when there is nothing. "
            "What is listed is shown all the same."
        )
    if not facts.services:
        return f"Nothing under {theme} is listed within reach of anyone in {where}, at any time."
    if facts.untold == facts.services:
        return (
            f"Nobody has told us when {_services(facts.untold)} under {theme} in reach of {where} "
            f"{'is' if facts.untold == 1 else 'are'} open, so the week cannot be drawn yet. "
            "That is not the same as being closed."
        )
    return _worst(facts, cells) + _untold(facts)


def _worst(facts: WeekFacts, cells: Sequence[Cell]) -> str:
    worst = max(cells, key=lambda cell: (cell.without_most, cell.without_least))
    if worst.without_most < FEW_PEOPLE:
        whom = (
            "everyone" if facts.people - facts.people_known < 1 else "everyone who lives where somebody has looked"
        )
        theme, where = facts.theme_name, facts.where
        return f"In every part of the week something under “{theme}” is open within reach of {whom} in {where}."
    when = f"{worst.day.capitalize()} {worst.part}"
    known = round_people(facts.people_known)
    least, most = round_people(worst.without_least), round_people(worst.without_most)
    if least == most:
        many = f"{most} of {known} people"
    elif worst.without_least < FEW_PEOPLE:
        many = f"up to {most} of {known} people"
    else:
        many = f"at least {least} and at most {most} of {known} people"
    return f"On {when} nothing under “{facts.theme_name}” is open within reach of {many} in {facts.where}."


def _untold(facts: WeekFacts) -> str:
    if not facts.untold:
        return ""
    return f" For {_services(facts.untold)} nobody has told us when."


def _services(count: int) -> str:
    return "1 service" if count == 1 else f"{count:,} services"


def week_notes(facts: WeekFacts, sums: ThemeSums, some_are_monthly: bool) -> tuple[str, ...]:
    """What was counted and what was left out, a sentence each."""
    said = []
    if facts.untold:
        said.append(
            f"{_services(facts.untold)} may be open at any time, because nobody has told us when: a range counts "
            "them as closed at one end and as open at the other."
        )
    if some_are_monthly:
        said.append("What is on only in some weeks of a month counts at the upper end of a range.")
    if facts.people - facts.people_known >= 1:
        said.append(
            f"About {round_people(facts.people - facts.people_known)} people live where nobody has looked lately. "
            "They are not in the numbers of people with nothing open."
        )
    listed = sums.listed_only
    wide = int((listed["is_online"] | (listed["role"] == FootprintRole.NATIONAL)).sum())
    if wide:
        said.append(f"{wide} online or national are not counted: nobody is nearer to them than others.")
    said.append("Services over the border count for the people who can reach them.")
    said.append("What goes on after midnight stays with the day it began on; hour by hour it goes by the clock.")
    return tuple(said)
