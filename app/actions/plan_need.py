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
    """What a plan is to answer: per population point, the need of all its themes together, and who has nothing.

    ``weight`` (n,) in equivalent people without, 0 where nobody has looked; ``has_nothing`` (n,) people without
    any service of some theme in reach.
    """

    inputs: GapInputs
    weight: FloatArray
    has_nothing: BoolArray
    theme_names: tuple[str, ...]
    version: str


def load_need(session: Session, question: PlanQuestion) -> Need:
    """The gaps of the themes added up, point by point, where somebody has looked."""
    version = get_version(session)
    total: FloatArray | None = None
    for theme in question.themes:
        scope = find_scope(session, replace(question.gap, theme=theme))
        inputs = load_gap_inputs(session, version, scope)
        without, nothing = need_of_theme(inputs, load_sums(version, inputs))
        if total is None:
            total, has_nothing, names = without, nothing, [scope.theme.name]
        else:
            total, has_nothing = total + without, has_nothing | nothing
            names.append(scope.theme.name)
    assert total is not None
    return Need(inputs, total, has_nothing, tuple(names), version)


def need_of_theme(inputs: GapInputs, sums: ThemeSums) -> tuple[FloatArray, BoolArray]:
    """Of one theme: equivalent people without, and who has no service within reach, (n,) each."""
    access, benchmark = measure(inputs, sums, draws=0).fair.compare(sums.delivered.provision.access[0])
    people = inputs.people.points.weighted_people * inputs.inside * inputs.known
    nothing: BoolArray = (sums.delivered.provision.services_in_reach[0] <= 0) & inputs.inside
    return equivalent_people(access, people, benchmark), nothing
