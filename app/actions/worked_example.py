"""One real sum, small enough to follow by hand: what the method page works out step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.actions.clock import today
from app.actions.gap_answers import AreaGap, GapAnswer
from app.actions.gap_inputs import ThemeSums, load_gap_inputs, load_sums
from app.actions.gap_measure import Measured, measure
from app.actions.gap_scope import find_scope, list_choices
from app.actions.gaps import PER_PEOPLE, answer_gap_question
from app.actions.remembered import Remembered
from app.analysis.gaps import shortfall
from app.analysis.inputs import IntArray, PopulationPoints
from app.analysis.provision import service_shares
from app.queries import Session
from app.queries.versions import get_version
from app.vocabulary import GapState

MOST_SERVICES = 3
MOST_AREAS_TRIED = 40
MIDDLING = (0.2, 0.8)
"""Short enough to be worth a look, and not by so much that there is nothing to add up."""


@dataclass(frozen=True)
class ExampleService:
    """``closeness`` 0 to 1 is how much it counts after the walk; ``gives`` is closeness / shared_by_weighted, per
    10,000 people."""

    service_name: str
    organisation_id: str
    walk_m: float | None  # None: it goes out to everybody in an area
    closeness: float
    shared_by: float
    shared_by_weighted: float
    gives: float


@dataclass(frozen=True)
class WorkedExample:
    """One spot of one area: its people, what reaches them, and how that becomes the row of the table."""

    answer: GapAnswer
    row: AreaGap
    people: float  # at the spot
    need_weight: float
    services: tuple[ExampleService, ...]
    provision: float  # per 10,000, at the spot: what the services give, added up
    shortfall: float  # at the spot
    people_without: float  # at the spot
    spots: int  # with people, in the area


_examples: Remembered[WorkedExample | None] = Remembered(4)


def find_example(session: Session) -> WorkedExample | None:
    """The worst area with a spot where up to three services can be added up by hand; None where there is none.

    It is of the question that the gap page opens with, so that anybody can find its row there.
    """
    return _examples.get((get_version(session), today()), lambda: _find_example(session))


def _find_example(session: Session) -> WorkedExample | None:
    question = list_choices(session).defaults
    if question is None:
        return None
    version = get_version(session)
    answer = answer_gap_question(session, question, draws=0)
    inputs = load_gap_inputs(session, version, find_scope(session, question))
    sums = load_sums(version, inputs)
    measured = measure(inputs, sums, draws=0)
    if measured.benchmark <= 0:
        return None
    points = inputs.people.points
    access = sums.delivered.provision.access[0]
    short = shortfall(access, measured.benchmark)
    reached = np.bincount(sums.delivered.pairs.point, minlength=points.count)
    middling = (short >= MIDDLING[0]) & (short <= MIDDLING[1]) & (points.people >= 1)
    for least in (2, 1):  # with more than one service there is something to add up
        wanted = middling & (reached >= least)
        for row, spots in _rows_to_try(answer, measured, points):
            for spot in spots[wanted[spots]]:
                services = _services_at(int(spot), points, sums)
                if services is not None:
                    return WorkedExample(
                        answer=answer,
                        row=row,
                        people=float(points.people[spot]),
                        need_weight=float(points.need_weight[spot]),
                        services=services,
                        provision=float(access[spot]) * PER_PEOPLE,
                        shortfall=float(short[spot]),
                        people_without=float(points.weighted_people[spot] * short[spot]),
                        spots=int((points.people[spots] > 0).sum()),
                    )
    return None


def _services_at(spot: int, points: PopulationPoints, sums: ThemeSums) -> tuple[ExampleService, ...] | None:
    """What reaches a spot, what gives most first; None when it is too much to add up by hand."""
    counted = sums.delivered
    access = float(counted.provision.access[0][spot])
    shares = service_shares(
        np.array([spot]), points, counted.services, 0, counted.provision, pairs=counted.pairs,
        served=counted.served,
    )  # fmt: skip
    if len(shares.index) > MOST_SERVICES:
        return None
    found = []
    for index, wide, share, walk in zip(
        shares.index, shares.area_wide, shares.share, shares.distance_m, strict=True
    ):
        made = counted.provision
        service = sums.table.iloc[int(counted.served_row[index] if wide else counted.row[index])]
        weighted = float((made.served_shared_by if wide else made.shared_by)[index])
        found.append(
            ExampleService(
                service_name=service["service_name"],
                organisation_id=service["organisation_id"],
                walk_m=None if wide else float(walk),
                closeness=float(share) * access * weighted,
                shared_by=float((made.served_shared_by_people if wide else made.shared_by_people)[index]),
                shared_by_weighted=weighted,
                gives=float(share) * access * PER_PEOPLE,
            )
        )
    return tuple(found)


def _rows_to_try(
    answer: GapAnswer, measured: Measured, points: PopulationPoints
) -> Iterator[tuple[AreaGap, IntArray]]:
    """Scored areas, the worst first, each with its population points, most people first."""
    zone_of = {int(area_id): zone for zone, area_id in enumerate(measured.area_id)}
    scored = [row for row in answer.rows if row.rank and row.state == GapState.SCORE]
    for row in scored[:MOST_AREAS_TRIED]:
        spots = np.flatnonzero(measured.zone == zone_of[row.area.area_id])
        yield row, spots[np.argsort(-points.people[spots], kind="stable")]
