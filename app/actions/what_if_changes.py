"""The services table with changes made to it: some gone, some otherwise, some new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from app.actions.find_times import DAY_MIN, DAYS, PARTS_OF_DAY
from app.actions.gap_fit import GROUPS_OF_DAYS, NO, fits
from app.actions.gap_inputs import GapInputs, reach_of_question
from app.actions.what_if_answers import Change, ChangeLine
from app.analysis.inputs import BoolArray, Service
from app.analysis.provision import reach_of
from app.errors import BadQuestionError
from app.queries import Session, sites
from app.vocabulary import Cost, FootprintRole, Room
from geodata.postcodes import format_postcode

Row = dict[Any, Any]
SAID: dict[str, dict[str, Any]] = {
    "free": {"cost": Cost.FREE.value},
    "step_free": {"step_free": True},
    "room": {"room": Room.OPEN.value},
}
KINGDOM = ((-9.0, 49.0), (2.5, 61.5))
"""Degrees: the south-west and north-east of where the grid of the sums is any good."""


@dataclass(frozen=True, eq=False)
class Edited:
    """``table``: the rows ``kept`` (m,) of the services table, some of them changed, then ``added`` new ones."""

    table: pd.DataFrame
    kept: BoolArray
    added: int
    lines: tuple[ChangeLine, ...]


def edit_services(session: Session, inputs: GapInputs, changes: tuple[Change, ...]) -> Edited:
    """The changes made one after the other. Errors: BadQuestionError for a spot outside the country."""
    table = inputs.services.table
    rows: list[Row] = table.to_dict("records") if changes else []
    rows_of: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        rows_of.setdefault(row["service_id"], []).append(number)
    kept = np.ones(len(table), dtype=bool)
    new: list[Row] = []
    lines = []
    for change in changes:
        if change.kind == "add":
            line, added = _add(session, inputs, change, len(new))
            new += added
        else:
            line = _adjust(inputs, change, rows, rows_of.get(change.service_id, []), kept)
        lines.append(line)
    if changes:
        stay = [row for row, stays in zip(rows, kept, strict=True) if stays]
        table = pd.DataFrame([*stay, *new], columns=inputs.services.table.columns)
    return Edited(table, kept, len(new), tuple(lines))


def _adjust(inputs: GapInputs, change: Change, rows: list[Row], numbers: list[int], kept: BoolArray) -> ChangeLine:
    there = [number for number in numbers if kept[number]]
    if not numbers:
        return ChangeLine(change, "", "gone")
    name = rows[numbers[0]]["service_name"]
    if not there:
        return ChangeLine(change, name, "same")
    before = _fit(inputs, rows, there)
    if change.kind == "close":
        kept[there] = False
        return ChangeLine(change, name, "" if max(before) > NO else "same")
    said = {"times": [*rows[there[0]]["times"], *_times(change)]} if change.kind == "open" else SAID[change.kind]
    for number in there:
        rows[number] = {**rows[number], **said}
    return ChangeLine(change, name, "" if _fit(inputs, rows, there) != before else "same")


def _fit(inputs: GapInputs, rows: list[Row], numbers: list[int]) -> list[int]:
    fit = fits(pd.DataFrame([rows[number] for number in numbers]), inputs.question, inputs.on)
    return [int(value) for value in fit]


def _times(change: Change) -> list[list[int]]:
    days = GROUPS_OF_DAYS.get(change.day, (change.day,))
    begins, ends = PARTS_OF_DAY.get(change.part, (0, DAY_MIN))
    return [[DAYS.index(day) + 1, begins, ends, 0] for day in days]


def _add(session: Session, inputs: GapInputs, change: Change, number: int) -> tuple[ChangeLine, list[Row]]:
    """One more that fits whatever is asked, at a known place or a spot."""
    if change.place_id:
        place = sites.find_known_place(session, change.place_id)
        if place is None:
            return ChangeLine(change, "", "gone"), []
        x_m, y_m, lon, lat, name = place.x_m, place.y_m, place.lon, place.lat, place.name
    else:
        lon, lat = _in_the_kingdom(change)
        x_m, y_m = sites.to_metres(session, lon, lat)
        postcode = sites.nearest_postcodes(session, [x_m], [y_m])[0]
        name = format_postcode(postcode) if postcode else f"{lat:.4f}, {lon:.4f}"
    near, _ = reach_of(inputs.people.points, Service(x_m, y_m, 1.0, 0), reach_of_question(inputs.question))
    reached = inputs.people.points.people[near][inputs.inside[near]].sum()
    row = {**_fits_all(inputs), "service_id": f"new-{number}", "x_m": x_m, "y_m": y_m}
    return ChangeLine(change, name, "" if reached > 0 else "nobody", (lon, lat)), [row]


def _in_the_kingdom(change: Change) -> tuple[float, float]:
    lon, lat = change.lon or 0.0, change.lat or 0.0
    (west, south), (east, north) = KINGDOM
    if not (west <= lon <= east and south <= lat <= north):
        raise BadQuestionError(
            f"{lat:g}, {lon:g} is outside the country.",
            "Choose a spot on the map or type a postcode.",
            field="near",
        )
    return lon, lat


def _fits_all(inputs: GapInputs) -> Row:
    return {
        "organisation_id": "",
        "service_name": "",
        "organisation_name": "",
        "role": FootprintRole.MEETS_AT.value,
        "place_id": None,
        "area_id": None,
        "is_online": False,
        "confirmed_on": inputs.on,
        "audiences": ["anyone"],
        "languages": [inputs.question.language] if inputs.question.language else [],
        "cost": Cost.FREE.value,
        "room": Room.OPEN.value,
        "step_free": True,
        "capacity": None,
        "times": [[weekday, 0, DAY_MIN, 0] for weekday in range(1, 8)],
    }
