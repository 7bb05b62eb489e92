"""Gap inputs and answers as bytes and back: what a pack or a snapshot keeps, and works everything out again from.

What is kept is cut to the window that can change the answer: the people asked about, everybody within twice the
reach of them (they share services that reach inside), and all the people of areas that a service serves there.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from app.actions.gap_answers import AreaGap, AreaRef, GapAnswer, GapQuestion
from app.actions.gap_inputs import Alike, GapInputs, People, ThemeServices, Zones, reach_of_question
from app.actions.walking import unpack_walking
from app.analysis.inputs import BoolArray, IntArray, PopulationPoints
from app.queries.sources import SourceRow
from app.vocabulary import GapBand, GapState, SureLevel

NAMES = ("service_name", "organisation_name")
"""Not kept: the sums do not need them, and what was public then may be private by now."""
DATES = ("confirmed_on",)

Parts = dict[str, bytes]


def window(inputs: GapInputs) -> GapInputs:
    """The same inputs without the people who cannot change the answer; the sums inside stay what they are.

    Services are all kept: the nearest may stand outside, and resampling draws one number for each.
    """
    if (
        inputs.question.benchmark in ("everywhere", "similar")
        or _compared(inputs).all()
        or not inputs.inside.any()
    ):
        return inputs
    keep = _near_inside(inputs)
    number = np.cumsum(keep) - 1
    points = inputs.people.points
    kept = PopulationPoints(points.x_m[keep], points.y_m[keep], points.people[keep], points.need_weight[keep])
    served = {area: number[member[keep[member]]] for area, member in inputs.services.served_points.items()}
    return replace(
        inputs,
        people=People(kept, inputs.people.point_id[keep]),
        services=ThemeServices(inputs.services.table, served),
        zones=Zones(inputs.zones.area_id, inputs.zones.of_point[keep]),
        inside=inputs.inside[keep],
        compared=None if inputs.compared is None else inputs.compared[keep],
        looked_on=inputs.looked_on[keep],
        walking=inputs.walking.of_some(keep) if inputs.walking else None,
    )


def _near_inside(inputs: GapInputs) -> BoolArray:
    points, inside = inputs.people.points, inputs.inside | _compared(inputs)
    where = np.column_stack([points.x_m, points.y_m])
    reach = reach_of_question(inputs.question)
    reach_m = reach.reach_m if inputs.walking else reach.straight_reach_m  # a path may be straight
    away_m, _ = cKDTree(where[inside]).query(where)
    zones = inputs.zones.of_point
    of_same_area = (zones >= 0) & np.isin(zones, zones[inputs.inside])  # to know how much of each was asked about
    keep: BoolArray = inside | (away_m <= 2 * reach_m + 1) | of_same_area
    for member in inputs.services.served_points.values():
        if inside[member].any():
            keep[member] = True
    return keep


def _compared(inputs: GapInputs) -> BoolArray:
    return inputs.inside if inputs.compared is None else inputs.compared


def pack_inputs(inputs: GapInputs) -> Parts:
    """The parts of inputs, each by itself, so that what stays the same is kept once."""
    points = inputs.people.points
    served = inputs.services.served_points
    table = inputs.services.table.drop(columns=[*NAMES])
    walking = {"walking": inputs.walking.packed} if inputs.walking else {}
    return {
        **walking,
        "people": _arrays(
            x_m=points.x_m, y_m=points.y_m, people=points.people, need_weight=points.need_weight,
            point_id=inputs.people.point_id,
        ),
        "zones": _arrays(area_id=inputs.zones.area_id, of_point=inputs.zones.of_point, inside=inputs.inside,
            compared=_compared(inputs), **_alike_arrays(inputs),
        ),
        "known": _arrays(looked_on=inputs.looked_on),
        "services": _text({column: _plain(table[column]) for column in table.columns}),
        "served": _arrays(**{str(area): member for area, member in sorted(served.items())}),
    }  # fmt: skip


def unpack_inputs(parts: Parts, question: GapQuestion, on: date) -> GapInputs:
    people, zones = read_arrays(parts["people"]), read_arrays(parts["zones"])
    points = PopulationPoints(people["x_m"], people["y_m"], people["people"], people["need_weight"])
    return GapInputs(
        question=question,
        on=on,
        people=People(points, people["point_id"]),
        services=ThemeServices(
            _services(read_text(parts["services"])),
            {int(area): _whole(member) for area, member in read_arrays(parts["served"]).items()},
        ),
        zones=Zones(_whole(zones["area_id"]), _whole(zones["of_point"])),
        inside=zones["inside"],
        compared=zones["compared"],
        looked_on=_whole(read_arrays(parts["known"])["looked_on"]),
        walking=unpack_walking(parts["walking"], points) if "walking" in parts else None,
        alike=Alike(_whole(zones["alike_of_point"]), _whole(zones["alike"])) if "alike" in zones else None,
    )


def _alike_arrays(inputs: GapInputs) -> dict[str, Any]:
    alike = inputs.alike
    return {} if alike is None else {"alike_of_point": alike.of_point, "alike": alike.zones}


def _services(columns: dict[str, list[Any]]) -> pd.DataFrame:
    table = pd.DataFrame({name: pd.Series(values, dtype=_dtype(name)) for name, values in columns.items()})
    for column in DATES:
        table[column] = [None if day is None else date.fromisoformat(day) for day in table[column]]
    for column in NAMES:
        table[column] = ""
    return table


def _dtype(column: str) -> str:
    return "float64" if column in ("x_m", "y_m") else "bool" if column == "is_online" else "object"


def _plain(column: pd.Series[Any]) -> list[Any]:
    """Values that JSON knows; what is missing is null."""
    return [_plain_value(value) for value in column.tolist()]


def _plain_value(value: Any) -> Any:
    if isinstance(value, list | dict):
        return value
    if value is None or pd.isna(value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**31 else value


def _whole(array: Any) -> IntArray:
    return np.asarray(array, dtype=np.intp)


def _arrays(**arrays: Any) -> bytes:
    file = BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def read_arrays(content: bytes) -> dict[str, Any]:
    with np.load(BytesIO(content), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _text(value: Any) -> bytes:
    return zlib.compress(json.dumps(value, default=_word, sort_keys=True, allow_nan=False).encode(), 9)


def read_text(content: bytes) -> Any:
    return json.loads(zlib.decompress(content))


def _word(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value)} cannot be kept")


def pack_answer(answer: GapAnswer) -> bytes:
    return _text(asdict(answer))


def unpack_answer(content: bytes) -> GapAnswer:
    kept = read_text(content)
    return GapAnswer(
        **{
            **_known(GapAnswer, kept),
            "question": read_question(kept["question"]),
            "within": AreaRef(**kept["within"]) if kept["within"] else None,
            "notes": tuple(kept["notes"]),
            "patch": AreaRef(**kept["patch"]) if kept["patch"] else None,
            "whole": _row(kept["whole"]) if kept["whole"] else None,
            "rows": tuple(_row(row) for row in kept["rows"]),
            "sources": tuple(_source(source) for source in kept["sources"]),
            "last_check": _day(kept["last_check"]),
        }
    )


def read_question(kept: dict[str, Any]) -> GapQuestion:
    """A question kept earlier; parts that did not exist then take their default, which is to ask nothing."""
    return GapQuestion(**_known(GapQuestion, kept))


def _known(kind: type[Any], kept: dict[str, Any]) -> dict[str, Any]:
    """The values that ``kind`` still has."""
    return {field.name: kept[field.name] for field in fields(kind) if field.name in kept}


def _row(kept: dict[str, Any]) -> AreaGap:
    return AreaGap(
        **{
            **_known(AreaGap, kept),
            "area": AreaRef(**kept["area"]),
            "state": GapState(kept["state"]),
            "band": GapBand(kept["band"]) if kept["band"] else None,
            "sure": SureLevel(kept["sure"]),
            "checked_on": _day(kept["checked_on"]),
            "disputed_since": _day(kept.get("disputed_since")),
        }
    )


def _source(kept: dict[str, Any]) -> SourceRow:
    loaded = kept["loaded_at_utc"]
    return SourceRow(
        **{
            **_known(SourceRow, kept),
            "published_on": _day(kept["published_on"]),
            "loaded_at_utc": datetime.fromisoformat(loaded) if loaded else None,
        }
    )


def _day(word: str | None) -> date | None:
    return date.fromisoformat(word) if word else None


def pack_shapes(wkb_by_code: dict[str, bytes]) -> bytes:
    return _text({code: wkb.hex() for code, wkb in wkb_by_code.items()})


def unpack_shapes(content: bytes) -> dict[str, bytes]:
    """WKB (WGS84) by area code."""
    return {code: bytes.fromhex(wkb) for code, wkb in read_text(content).items()}
