"""What if: the services of a question are changed, summed and measured again; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from app.actions.clock import today
from app.actions.gap_answers import AreaGap, GapQuestion
from app.actions.gap_inputs import (
    GapInputs,
    ThemeServices,
    find_pairs_to,
    load_gap_inputs,
    load_pairs,
    load_sums,
    placed_rows,
    reach_of_question,
    sum_services,
)
from app.actions.gap_kinds import rows_in_reach
from app.actions.gap_measure import Measured, measure
from app.actions.gap_scope import GapScope, find_scope
from app.actions.gaps import PER_PEOPLE, answer_gap_question, count_fills, make_row
from app.actions.remembered import Remembered
from app.actions.spots import locate
from app.actions.what_if_answers import (
    AreaChange,
    Change,
    ServiceChoice,
    Totals,
    WhatIf,
)
from app.actions.what_if_changes import Edited, edit_services
from app.analysis.catchments import Pairs
from app.analysis.gaps import is_short
from app.analysis.inputs import BoolArray, ServicePoints
from app.analysis.states import State
from app.errors import BadQuestionError
from app.queries import Session, areas, sites
from app.queries.areas import AreaRow
from app.queries.versions import get_version

MOST_SERVICES_OFFERED = 300
MOST_PLACES_OFFERED = 200
_answers: Remembered[WhatIf] = Remembered(64)


def answer_what_if(
    session: Session, question: GapQuestion, changes: tuple[Change, ...], area_code: str = ""
) -> WhatIf:
    """What the changes would do to the gaps of a question; ``area_code`` is an area of its layer to look at.

    Errors: BadQuestionError for a question or an area that makes no sense.
    """
    version = get_version(session)
    key = (version, question, changes, area_code, today())
    return _answers.get(key, lambda: _answer(session, version, question, changes, area_code))


def change_near(session: Session, typed: str) -> Change:
    """One more at a postcode or named place. Errors: UnknownSpotError, which says what might be meant."""
    spot = locate(session, typed, field="near")
    return Change("add", lat=spot.lat, lon=spot.lon)


def _answer(
    session: Session, version: str, question: GapQuestion, changes: tuple[Change, ...], area_code: str
) -> WhatIf:
    scope = find_scope(session, question)
    area = _find_area(session, scope, area_code)
    before_answer = answer_gap_question(session, question, draws=0)
    inputs = load_gap_inputs(session, version, scope)
    pairs, sums = load_pairs(version, inputs), load_sums(version, inputs)
    before = measure(inputs, sums, draws=0)
    edited = edit_services(session, inputs, changes)
    changed = replace(inputs, services=ThemeServices(edited.table, inputs.services.served_points))
    after_sums = sum_services(changed, _edited_pairs(inputs, pairs, edited))
    after = measure(changed, after_sums, draws=0, held=before)
    moving = measure(changed, after_sums, draws=0)
    rows = _rows_after(scope, after_sums, before, after, before_answer.rows)
    counted = inputs.inside & inputs.known
    here = before.zone == np.flatnonzero(before.area_id == area.id)[:1] if area else inputs.inside
    offered = _services_offered(inputs, pairs, here if here.any() else inputs.inside)
    was, now = (is_short(*before.fair.compare(part.delivered.provision.access[0])) for part in (sums, after_sums))
    heads = inputs.people.points.people
    return WhatIf(
        lines=edited.lines,
        before_answer=before_answer,
        after_answer=replace(before_answer, rows=rows, counts=count_fills(rows)),
        areas=_area_changes(before_answer.rows, rows),
        before=_totals(before),
        after=_totals(after),
        moving=_totals(moving),
        fair_before=before.benchmark * PER_PEOPLE,
        fair_moving=moving.benchmark * PER_PEOPLE,
        lifted_people=float(heads[counted & was & ~now].sum()),
        dropped_people=float(heads[counted & ~was & now].sum()),
        services=offered[:MOST_SERVICES_OFFERED],
        services_total=len(offered),
        places=tuple(_places_offered(session, scope, area)),
        pin=_pin(session, inputs, here if here.any() else inputs.inside),
        area_name=area.name if area else "",
        known_people=float(heads[counted].sum()),
    )


def _find_area(session: Session, scope: GapScope, area_code: str) -> AreaRow | None:
    if not area_code:
        return None
    found = areas.find_areas(session, area_code, scope.layer.key)
    if not found:
        raise BadQuestionError(
            f"There is no area with the code “{area_code[:60]}” among {scope.layer.name}.",
            "Leave it out, or come from the page of an area.",
            field="area",
        )
    return found[0]


def _edited_pairs(inputs: GapInputs, pairs: Pairs, edited: Edited) -> Pairs:
    """Those of the services that stay, and those of the added ones, which come last."""
    kept = edited.kept[placed_rows(inputs.services)]
    number = np.cumsum(kept) - 1
    near = kept[pairs.service]
    added = edited.table.iloc[len(edited.table) - edited.added :]
    x_m, y_m = added["x_m"].to_numpy(np.float64), added["y_m"].to_numpy(np.float64)
    services = ServicePoints(x_m, y_m, np.ones(len(added)), np.zeros(len(added), dtype=np.intp))
    more = find_pairs_to(inputs, services, reach_of_question(inputs.question))
    return Pairs(
        np.concatenate([pairs.point[near], more.point]),
        np.concatenate([number[pairs.service[near]], more.service + int(kept.sum())]),
        np.concatenate([pairs.distance_m[near], more.distance_m]),
    )


def _rows_after(
    scope: GapScope, sums: Any, before: Measured, after: Measured, rows: Sequence[AreaGap]
) -> tuple[AreaGap, ...]:
    """The rows of the answer, made again where anything is otherwise."""
    of_area = {int(area_id): row for row, area_id in enumerate(after.area_id)}
    return tuple(
        make_row(scope, sums, after, of_area[row.area.area_id], _as_area(scope, row))
        if _differs(before, after, of_area[row.area.area_id])
        else row
        for row in rows
    )


def _as_area(scope: GapScope, row: AreaGap) -> AreaRow:
    ref = row.area
    return AreaRow(
        ref.area_id, ref.area_code, ref.name, scope.layer.id, ref.layer, ref.layer_name, scope.layer.singular
    )


def _differs(before: Measured, after: Measured, row: int) -> bool:
    numbers = ("access", "equivalent_people", "services_in_reach", "nearest_m")
    pairs = [(getattr(part.delivered, name)[row], getattr(other.delivered, name)[row])
             for part, other in [(before, after)] for name in numbers]  # fmt: skip
    pairs.append((before.at_most.equivalent_people[row], after.at_most.equivalent_people[row]))
    pairs += [(before.state[row], after.state[row]), (before.rank[row], after.rank[row])]
    return any(not (one == other or (one != one and other != other)) for one, other in pairs)  # noqa: PLR0124 - NaN


def _area_changes(before: Sequence[AreaGap], after: Sequence[AreaGap]) -> tuple[AreaChange, ...]:
    changes = [
        AreaChange(was, now, (was.people_without or 0) - (now.people_without or 0))
        for was, now in zip(before, after, strict=True)
    ]
    told = [change for change in changes if abs(change.fewer) >= 0.5 or change.moved]
    return tuple(sorted(told, key=lambda change: (-abs(change.fewer), change.before.area.area_code)))


def _totals(measured: Measured) -> Totals:
    known = measured.state != State.NOT_ENOUGH_DATA
    return Totals(
        people_without=float(np.nansum(measured.delivered.equivalent_people[known])),
        people_without_at_most=float(np.nansum(measured.at_most.equivalent_people[known])),
        far_short_people=measured.far_short_people,
        short_people=float(np.nansum(measured.delivered.short_people[known])),
    )


def _services_offered(inputs: GapInputs, pairs: Pairs, points: BoolArray) -> tuple[ServiceChoice, ...]:
    table = inputs.services.table.iloc[rows_in_reach(inputs, pairs, points)]
    names = {
        row["service_id"]: row["service_name"]
        if row["service_name"] == row["organisation_name"]
        else f"{row['service_name']}, {row['organisation_name']}"
        for row in table.to_dict("records")
    }
    return tuple(
        ServiceChoice(*item) for item in sorted(names.items(), key=lambda item: (item[1].casefold(), item))
    )


def _places_offered(session: Session, scope: GapScope, area: AreaRow | None) -> list[sites.PlaceRow]:
    ground = area or scope.within
    return sites.list_known_places(session, ground.id, MOST_PLACES_OFFERED) if ground else []


def _pin(session: Session, inputs: GapInputs, points: BoolArray) -> tuple[float, float]:
    """The middle of some of the people; (0, 0) where there are none."""
    people = inputs.people.points
    heads = people.people[points]
    if heads.sum() <= 0:
        return 0.0, 0.0
    x, y = (float(np.average(axis[points], weights=heads)) for axis in (people.x_m, people.y_m))
    return sites.to_degrees(session, x, y)
