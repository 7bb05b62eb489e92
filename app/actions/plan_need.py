"""The need that a plan is to answer, point by point."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.actions.gap_inputs import GapInputs, ThemeSums, load_gap_inputs, load_sums
from app.actions.gap_measure import measure
from app.actions.gap_scope import find_scope
from app.actions.plan_answers import PlanQuestion
from app.analysis.gaps import equivalent_people
from app.analysis.inputs import BoolArray, FloatArray
from app.queries import Session
from app.queries.versions import get_version


@dataclass(frozen=True, eq=False)
class Need:
    """What a plan is to answer: per population point, what it weighs of all its themes, and who is new to them.

    To reach people who lack it: ``weight`` (n,) is in equivalent people without, 0 where nobody has looked;
    ``newly`` (n,) are those without any service of some theme in reach. To look where nobody has looked:
    ``weight`` is in people, once for each theme that nobody has looked for; ``newly`` are those with such a theme.
    """

    inputs: GapInputs
    weight: FloatArray
    newly: BoolArray
    known: BoolArray  # (n,) where somebody has looked for every theme
    theme_names: tuple[str, ...]
    version: str


def load_need(session: Session, question: PlanQuestion) -> Need:
    """What the themes weigh, added up point by point."""
    version = get_version(session)
    total: FloatArray | None = None
    for theme in question.themes:
        scope = find_scope(session, replace(question.gap, theme=theme))
        inputs = load_gap_inputs(session, version, scope)
        if question.is_to_look:
            weight, new = unseen_of_theme(inputs, is_weighted=question.goal == "look_need")
        else:
            weight, new = need_of_theme(inputs, load_sums(version, inputs))
        if total is None:
            total, newly, known, names = weight, new, inputs.known, [scope.theme.name]
        else:
            total, newly, known = total + weight, newly | new, known & inputs.known
            names.append(scope.theme.name)
    assert total is not None
    return Need(inputs, total, newly, known, tuple(names), version)


def unseen_of_theme(inputs: GapInputs, *, is_weighted: bool) -> tuple[FloatArray, BoolArray]:
    """Of one theme: people, or people weighted for need, where nobody has looked; and where that is."""
    points = inputs.people.points
    unseen = inputs.inside & ~inputs.known
    return (points.weighted_people if is_weighted else points.people) * unseen, unseen


def need_of_theme(inputs: GapInputs, sums: ThemeSums) -> tuple[FloatArray, BoolArray]:
    """Of one theme: equivalent people without, and who has no service within reach, (n,) each."""
    access, benchmark = measure(inputs, sums, draws=0).fair.compare(sums.delivered.provision.access[0])
    people = inputs.people.points.weighted_people * inputs.inside * inputs.known
    nothing: BoolArray = (sums.delivered.provision.services_in_reach[0] <= 0) & inputs.inside
    return equivalent_people(access, people, benchmark), nothing
