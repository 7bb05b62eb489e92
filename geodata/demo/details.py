"""What groups of the island add about what they offer: room, ages, ways in; what would help; how to reach them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from geodata.demo.chance import pick, pick_weighted
from geodata.frames import CONTACT_COLUMNS, FOOTPRINT_COLUMNS, RecordsFrame

REFUGE = "Refuge from abuse"
AGES = {
    ("babies_and_toddlers",): (0, 4),
    ("babies_and_toddlers", "families"): (0, 4),
    ("children",): (5, 12),
    ("children", "young_people"): (6, 18),
    ("young_people",): (11, 18),
    ("older_people",): (60, None),
}
ROOM_SMALL = {"open": 5, "waiting_list": 3, "full": 2, "unknown": 2}
ROOM_BIG = {"open": 6, "waiting_list": 1, "unknown": 9}
MONTHLY = ("repair-and-reuse", "bereavement", "carers", "nature")
"""Themes of which many meet once a month."""
IS_MONTHLY, ASKS, IS_REACHED = 0.6, 0.35, 0.4
WEEKS = {1: 3, 2: 2, 3: 2, 4: 1, 5: 2}  # 5 = the last of the month


def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "details.yaml").read_text(encoding="utf-8"))
    return words


def add_details(records: RecordsFrame, borough_code: str, rng: np.random.Generator) -> RecordsFrame:
    """The same records with the columns that most lists leave empty; a refuge is for the whole borough."""
    words = _words()
    rooms = _equipment(records.places, rng)
    met = records.footprints.query("role == 'meets_at'").set_index("service_ref")["place_ref"].to_dict()
    told = [
        _of_service(row, rooms.get(met.get(row["source_ref"], "")), words["joining"], rng)
        for row in records.services.to_dict("records")
    ]
    refuges = set(records.services.loc[records.services["name"] == REFUGE, "organisation_ref"])
    asks = [_asks(row, words["asks"], rng) for row in records.organisations.to_dict("records")]
    organisations = records.organisations.assign(
        is_confidential=records.organisations["source_ref"].isin(refuges),
        asks=pd.Series(asks, dtype=object),
    )
    services = records.services.assign(**pd.DataFrame(told, dtype=object))
    footprints = pd.DataFrame(
        [*records.footprints.to_dict("records"), *_for_all(records, borough_code)],
        columns=list(FOOTPRINT_COLUMNS),
    )
    schedules = _with_weeks(records, rng)
    return replace(
        records, organisations=organisations, services=services, footprints=footprints, schedules=schedules
    )


def _for_all(records: RecordsFrame, borough_code: str) -> list[dict[str, Any]]:
    refuges = records.services[records.services["name"] == REFUGE]
    return [
        {"organisation_ref": row["organisation_ref"], "service_ref": row["source_ref"], "role": "serves",
         "layer_key": "borough-2024", "area_code": borough_code}
        for row in refuges.to_dict("records")
    ]  # fmt: skip


def _equipment(places: pd.DataFrame, rng: np.random.Generator) -> dict[str, tuple[bool | None, bool | None]]:
    """For each public building whether it has a toilet a wheelchair fits in, and a hearing loop."""
    public = places.loc[places["privacy"] == "exact", "source_ref"]
    return {ref: (pick(rng, [True, True, False, None]), pick(rng, [True, False, None])) for ref in public}


def _of_service(
    row: dict[Any, Any],
    equipment: tuple[bool | None, bool | None] | None,
    joining: dict[str, list[str]],
    rng: np.random.Generator,
) -> dict[str, Any]:
    is_small, is_known = pd.notna(row["capacity"]), row["referral"] != "unknown"
    room = pick_weighted(rng, ROOM_SMALL if is_small else ROOM_BIG) if is_known else "unknown"
    ways = joining["full"] if room in ("full", "waiting_list") else joining.get(row["referral"], [""])
    youngest, oldest = AGES.get(tuple(row["audiences"]), (None, None))
    toilet, loop = equipment or (None, None)
    return {
        "room": room,
        "min_age": youngest,
        "max_age": oldest,
        "toilet": False if toilet and row["step_free"] is False else toilet,
        "hearing_loop": loop,
        "how_to_join": pick(rng, ways) if rng.random() < 0.7 else "",
    }


def _asks(row: dict[Any, Any], words: dict[str, list[str]], rng: np.random.Generator) -> list[tuple[str, str]]:
    """Somebody with an idea looks for a room and for help; of others every third wants something."""
    if row["stage"] == "idea":
        return [(kind, pick(rng, words[kind])) for kind in ("space", "equipment", "mentoring")]
    if not row["active"] or row["kind"] in ("public_body", "business") or rng.random() > ASKS:
        return []
    kinds = rng.choice(sorted(words), size=int(rng.integers(1, 3)), replace=False)
    return [(str(kind), pick(rng, words[str(kind)])) for kind in sorted(kinds)]


def _with_weeks(records: RecordsFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Times, of which some are once a month: of services that meet on one day only."""
    schedules = records.schedules
    seldom = {
        row["source_ref"]
        for row in records.services.to_dict("records")
        if row["themes"] and row["themes"][0] in MONTHLY and rng.random() < IS_MONTHLY
    }
    once = ~schedules["service_ref"].duplicated(keep=False)
    weeks = [
        pick_weighted(rng, WEEKS) if is_once and ref in seldom else None
        for ref, is_once in zip(schedules["service_ref"], once, strict=True)
    ]
    return schedules.assign(week_of_month=pd.Series(weeks, index=schedules.index, dtype=object))


def make_contacts(records: RecordsFrame, rng: np.random.Generator) -> pd.DataFrame:
    """CONTACT_COLUMNS: numbers that Ofcom keeps for drama, and addresses at a domain that is nobody's."""
    people = _words()["people"]
    rows: list[tuple[str, str, str | None, str]] = []
    for row in records.organisations.to_dict("records"):
        if (
            not row["active"]
            or row["stage"] == "idea"
            or (rng.random() > IS_REACHED and not row["is_confidential"])
        ):
            continue
        number = len(rows)
        email = f"group-{row['source_ref'].removeprefix('org-')}@demo.example" if rng.random() < 0.5 else None
        phone = f"0808 157 0{number:03d}" if row["is_confidential"] else f"07700 900{number:03d}"
        name = "" if row["is_confidential"] else pick(rng, people)
        rows.append((row["source_ref"], name, email, phone))
    return pd.DataFrame(rows, columns=list(CONTACT_COLUMNS), dtype=object)
