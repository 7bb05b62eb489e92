"""What a gap is in words: plain sentences made from the numbers, and nothing the numbers do not say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.actions.clock import today
from app.actions.gap_answers import PATCH, TRAVEL_M_PER_MINUTE, AreaGap, AreaRef, GapQuestion
from app.actions.gap_fit import YES, is_limited
from app.actions.gap_inputs import ThemeSums
from app.actions.gap_scope import LIST_YEARS
from app.actions.walking import Walking
from app.analysis.gaps import Reasons
from app.analysis.walking import MOST_SNAP_M
from app.vocabulary import BAND_BREAKS, FootprintRole, GapState

WHOLLY = 1 - 1e-9


@dataclass(frozen=True)
class Summary:
    """What the first sentence needs to know besides the rows."""

    theme_name: str
    layer_name: str
    within: AreaRef | None
    benchmark_provision: float
    far_short_people: float
    list_years: int
    last_check: date | None
    is_limited: bool = False  # to services of a certain sort
    newest_look: date | None = None  # of the lists and walk-rounds that count

    @property
    def help(self) -> str:
        return help_asked(self.theme_name, self.is_limited)


def help_asked(theme_name: str, is_limited: bool) -> str:
    """What people may be short of: the theme, or only some of it."""
    return f"“{theme_name}” of the sort asked for" if is_limited else f"“{theme_name}”"


def round_people(people: float) -> str:
    """A number of people as one would say it: 9,400, 640, 12."""
    step = 100 if people >= 1000 else 10 if people >= 100 else 1
    return f"{round(people / step) * step:,}"


def walk(metres: float) -> str:
    return f"{max(1, round(metres / TRAVEL_M_PER_MINUTE['foot']))}-minute walk"


def way(question: GapQuestion, metres: float | None = None) -> str:
    """The reach, or another distance, as the question travels: "a 15-minute walk", "20 minutes by bus"."""
    distance = question.reach_m if metres is None else metres
    if question.travel == "foot":
        return f"a {walk(distance)}"
    minutes = max(1, round(distance / TRAVEL_M_PER_MINUTE[question.travel]))
    return f"{minutes} minute{'s' if minutes > 1 else ''} by {question.travel}"


def percent(share: float) -> str:
    return f"{round(share * 100)}\u00a0%"


def month(day: date) -> str:
    return f"{day:%B} {day.year}"


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def answer_sentence(summary: Summary, rows: Sequence[AreaGap]) -> str:
    """The answer in one sentence (and a second when part of the map is not known)."""
    theme = summary.theme_name
    where = summary.within.name if summary.within else "the whole map"
    ranked = [row for row in rows if row.rank]
    if not rows:
        return f"Nobody is recorded as living in {where}, so no gap can be worked out there."
    if not ranked:
        return f"No gap can be drawn for “{theme}” in {where}: {_not_looked(summary)}"
    if summary.benchmark_provision == 0 and summary.is_limited:
        return (
            f"Nothing listed under “{theme}” is surely of the sort asked for and within reach of "
            f"anyone in {where}, though somebody has looked."
        )
    if summary.benchmark_provision == 0:
        return f"Nothing under “{theme}” is listed within reach of anyone in {where}, though somebody has looked."
    unknown = _unknown_sentence(rows, summary.list_years)
    return _gap_sentence(summary, ranked, where) + unknown + _old_sentence(summary)


def years(number: int) -> str:
    return {2: "two", 5: "five", 10: "ten", 20: "twenty"}.get(number, str(number)) + " years"


def _not_looked(summary: Summary) -> str:
    if summary.last_check is None:
        return "nobody has looked. That is not the same as having none."
    return (
        f"the newest list or walk-round there is from {month(summary.last_check)}, more than "
        f"{years(summary.list_years)} ago. That is not the same as having none."
    )


def _gap_sentence(summary: Summary, ranked: Sequence[AreaGap], where: str) -> str:
    short = [row for row in ranked if (row.people_without or 0) > 0]
    if not short:
        return f"Every area of {where} that has been checked gets its fair share of {summary.help}."
    worst = listed([row.area.name for row in short[:3]])
    gap = "gap is" if len(short) == 1 else "biggest gaps are"
    who, verb = ("Nobody", "gets")
    if summary.far_short_people >= 1:
        who, verb = (f"About {round_people(summary.far_short_people)} people", "get")
    share = f"less than half the fair share of {summary.help}"
    return f"{who} in {where} {verb} {share}; the {gap} in {worst}."


def _unknown_sentence(rows: Sequence[AreaGap], list_years: int) -> str:
    unknown = sum(row.state == GapState.NOT_ENOUGH_DATA for row in rows)
    if not unknown:
        return ""
    return (
        f" In {unknown} of {len(rows)} areas nobody has looked in the last {years(list_years)}, so no gap is "
        "drawn there."
    )


def _old_sentence(summary: Summary) -> str:
    """That the answer is one of older lists, when only those could give it."""
    if summary.newest_look is None or (today() - summary.newest_look).days <= LIST_YEARS[0] * 366:
        return ""
    return (
        f" This is as it was in {month(summary.newest_look)}, when the newest list or walk-round was made: much "
        "may have opened or closed since."
    )


def doubt(sums: ThemeSums) -> str:
    """What the difference between the two counts rests on: "groups also meet at their registered address"."""
    said = []
    if sums.only_addresses:
        said.append("groups also meet at their registered address")
    if sums.only_perhaps:
        said.append("services that we have not been told enough about fit too")
    return " and ".join(said)


def with_sentence(row: AreaGap, theme_name: str, question: GapQuestion, doubt: str) -> AreaGap:
    name, theme, reach = row.area.name, help_asked(theme_name, is_limited(question)), way(question)
    if row.state == GapState.NOT_ENOUGH_DATA:
        said = f"{name}: not enough data on {theme}. Nobody has looked in the last {years(question.list_years)}."
    elif row.state == GapState.UNCLEAR:
        said = f"{name}: unclear. It depends on whether {doubt}."
    elif row.state == GapState.CHECKED_NONE:
        nearest = f" The nearest is {way(question, row.nearest_m)} away." if row.nearest_m else ""
        said = f"{name}: somebody has looked and there is no {theme} within {reach}.{nearest}"
    elif (row.shortfall or 0) < BAND_BREAKS[0]:
        said = f"{name}: {round_people(row.people)} people get their fair share of {theme} or more."
    else:
        weighted = "Weighted for need, that" if question.need_strength else "That"
        said = (
            f"{name}: people are short of {theme} by {percent(row.shortfall or 0)} on average. {weighted} is the "
            f"same as {round_people(row.people_without or 0)} people having none."
        )
    return replace(row, sentence=said)


def benchmark_name(question: GapQuestion, within: AreaRef | None) -> str:
    if question.benchmark == "similar":
        return "the average person in the areas most like each one"
    if question.benchmark == "ours":
        return f"our standard: one service for every {question.people_per_service:,} people within {way(question)}"
    if question.benchmark == "standard":
        return f"one service for every {question.people_per_service:,} people"
    if question.benchmark == "everywhere" or within is None:
        return "the average person on this map"
    return f"the average person in {within.name}"


def notes(
    question: GapQuestion,
    within: AreaRef | None,
    sums: ThemeSums,
    services_over_border: int,
    people_near_unknown: float,
) -> tuple[str, ...]:
    """What was counted and what was left out, a sentence each."""
    said = _border_notes(within, services_over_border, people_near_unknown) if within else []
    said += _counting_notes(sums)
    if question.list_years > LIST_YEARS[0]:
        said.append(
            f"Lists and walk-rounds up to {years(question.list_years)} old count, because you asked for them."
        )
    if question.need_strength:
        most, least = 1 + question.need_strength, 1 - question.need_strength
        said.append(
            f"People in more deprived areas count for more ({most:g} at most), in less deprived ones for less "
            f"({least:g})."
        )
    return tuple(said)


def _border_notes(within: AreaRef, services_over_border: int, people_near_unknown: float) -> list[str]:
    said = [
        f"Services over the border count: {services_over_border} outside {within.name} reach people inside, "
        "and the neighbours who share services are counted too."
        if services_over_border
        else f"No service listed outside {within.name} is near enough to reach people inside."
    ]
    if people_near_unknown >= 1:
        said.append(
            f"About {round_people(people_near_unknown)} people in {within.name} live within reach of places "
            "outside where nobody has looked. There the gap may look bigger than it is."
        )
    return said


def twin_notes(extra: int) -> tuple[str, ...]:
    """That some services may be counted a second time, and where the answer without them is told."""
    if not extra:
        return ()
    who = "1 of the services" if extra == 1 else f"{extra:,} of the services"
    return (
        f"{who} may be counted a second time: another list seems to bring the same, and nobody has looked yet. "
        "“How sure?” names them, and says what the answer is with each counted once.",
    )


def end_of_map_notes(people_near_edge: float, knows_land: bool) -> tuple[str, ...]:
    if people_near_edge < 1:
        return ()
    beyond = "People" if knows_land else "Unless it is the sea, which this map does not know from land, people"
    return (
        f"About {round_people(people_near_edge)} people live within reach of the edge of everything that is "
        f"loaded. {beyond} and services beyond it are not counted: there the gap may look bigger or smaller than "
        "it is.",
    )


def edge_notes(
    layer_name: str, asked_about: AreaRef | None, rows: Sequence[AreaGap], in_no_area: float
) -> tuple[str, ...]:
    """What the border of what was asked about cuts through, and whom no row counts."""
    where = asked_about.name if asked_about else "the whole map"
    said = []
    cut = [row for row in rows if row.inside_share < WHOLLY]
    if len(cut) == 1:
        said.append(f"{cut[0].area.name} lies only partly in {where}: only the people inside are counted.")
    elif cut:
        said.append(
            f"{len(cut)} of the {len(rows)} areas lie only partly in {where}: only the people inside are counted."
        )
    unranked = sum(not row.rank for row in rows)
    if asked_about and asked_about.layer == PATCH and 0 < unranked < len(rows):
        said.append(
            f"The row for all of {where} also counts the people of {unranked} areas without a rank: there it is "
            "unclear, or nobody has looked."
        )
    if in_no_area >= 1:
        said.append(
            f"About {round_people(in_no_area)} people in {where} live in none of the areas shown ({layer_name}), "
            "so no row counts them."
        )
    return tuple(said)


def distance_words(walking: Walking | None) -> str:
    """How far is measured."""
    if walking is None:
        return "Distances are 1.3 times the straight line."
    made = f", as they were in {month(walking.made_at_utc.date())}" if walking.made_at_utc else ""
    return f"Distances follow streets and paths{made}."


def off_path_note(people: float, services: int) -> tuple[str, ...]:
    who = [f"about {round_people(people)} people"] if people >= 1 else []
    who += [f"{services} service{'s' if services > 1 else ''}"] if services else []
    if not who:
        return ()
    said = f"{listed(who)} more than {MOST_SNAP_M:.0f} m from any street or path"
    return (f"{said[0].upper()}{said[1:]}: for them distance is 1.3 times the straight line.",)


def _counting_notes(sums: ThemeSums) -> list[str]:
    said = []
    listed_only = sums.listed_only
    wide = int(listed_only["is_online"].sum() + (listed_only["role"] == FootprintRole.NATIONAL).sum())
    nowhere = len(listed_only) - int((listed_only["is_online"] | (listed_only["role"] == "national")).sum())
    if wide:
        said.append(
            "Online and national services are listed but not counted: nobody is nearer to them than others."
        )
    if nowhere:
        said.append(
            "1 more is listed without a place the public may see, so it is not counted."
            if nowhere == 1
            else f"{nowhere} more are listed without a place the public may see, so they are not counted."
        )
    perhaps = sums.only_perhaps
    if perhaps:
        said.append(
            f"{len(set(sums.table['service_id'].iloc[sums.fit == YES]))} services surely fit what was asked; "
            f"{perhaps} more perhaps do: nobody has told us, or they are only on now and then. The sum is done "
            "with and without them; where the answer changes, the area is hatched as unclear."
        )
    addresses = sums.only_addresses
    if addresses:
        said.append(
            ("1 service is" if addresses == 1 else f"{addresses} services are")
            + " known only by a registered address. The sum is done with and without; where the answer changes, "
            "the area is hatched as unclear."
        )
    return said


def few_sentence(why: Reasons) -> str:
    here = float(why.services[0])
    return f"{here:.1f} services within reach of a person here; the average is {why.fair_services:.1f}."


def far_sentence(ratio: float) -> str:
    if abs(ratio - 1) < 0.05:
        return "They are about as close as for the average person."
    where, less = ("further away", "less") if ratio < 1 else ("closer", "more")
    return f"They are {where}: closeness counts {percent(abs(1 - ratio))} {less}."


def crowded_sentence(why: Reasons) -> str:
    here, fair = round_people(float(why.sharing[0])), round_people(why.fair_sharing)
    return f"Each is shared by about {here} people; the average is {fair}."
