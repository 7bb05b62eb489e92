"""About 250 organisations of the invented island: what they do, when, where and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from geodata.demo.chance import Floats, pick
from geodata.demo.people import Homes, to_degrees
from geodata.demo.small_areas import Blocks, Ints
from geodata.frames import (
    FOOTPRINT_COLUMNS,
    ORGANISATION_COLUMNS,
    PLACE_COLUMNS,
    SCHEDULE_COLUMNS,
    SERVICE_COLUMNS,
    RecordsFrame,
)
from geodata.postcodes import format_postcode

WEEKDAYS = {"Mon": 1, "Tue": 2, "Wed": 3, "Thu": 4, "Fri": 5, "Sat": 6, "Sun": 7}
FAR_FROM_HOME = 0.12  # how much less an offer favours a kind of locality it is not for
AGAIN_HERE = 0.15  # how much less a second group of a kind settles in the same locality
SECOND_SESSION = 0.16
FURTHER_SERVICE = 0.6


@dataclass
class Island:
    """What organisations need to know of the land: localities, blocks, homes, ward codes, borough code."""

    localities: pd.DataFrame
    blocks: Blocks
    owner: Ints
    homes: Homes
    postcodes: pd.DataFrame
    ward_codes: dict[str, str]
    borough_code: str


@dataclass
class _Register:
    """The rows so far, and every name that is taken (a group may be called what its hall is called)."""

    island: Island
    rng: np.random.Generator
    today: date
    words: dict[str, Any]
    organisations: list[dict[str, Any]] = field(default_factory=list)
    services: list[dict[str, Any]] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)
    footprints: list[dict[str, Any]] = field(default_factory=list)
    schedules: list[dict[str, Any]] = field(default_factory=list)
    venues: dict[int, list[dict[str, Any]]] = field(default_factory=dict)  # rows of ``places``, by area
    names: set[str] = field(default_factory=set)
    venue_names: set[str] = field(default_factory=set)


def make_records(island: Island, today: date, rng: np.random.Generator) -> RecordsFrame:
    """Every organisation with its services, places, footprints and weekly times."""
    words = yaml.safe_load((Path(__file__).parent / "offers.yaml").read_text(encoding="utf-8"))
    register = _Register(island, rng, today, words)
    for area in range(len(island.localities)):
        _add_venues(register, area)
    for offer in words["offers"]:
        favoured = _likelihood(island.localities, offer)
        for _ in range(offer["count"]):
            area = int(rng.choice(len(favoured), p=favoured / favoured.sum()))
            favoured[area] *= AGAIN_HERE
            _add_organisation(register, offer, area)
    return RecordsFrame(
        pd.DataFrame(register.organisations, columns=list(ORGANISATION_COLUMNS)),
        pd.DataFrame(register.services, columns=list(SERVICE_COLUMNS)),
        pd.DataFrame(register.places, columns=list(PLACE_COLUMNS)),
        pd.DataFrame(register.footprints, columns=list(FOOTPRINT_COLUMNS)),
        pd.DataFrame(register.schedules, columns=list(SCHEDULE_COLUMNS)),
    )


def _likelihood(localities: pd.DataFrame, offer: dict[str, Any]) -> Floats:
    kinds = offer.get("only") or offer.get("near") or list(localities["kind"])
    suits = localities["kind"].isin(kinds)
    chance: Floats = localities["activity"].to_numpy(float) * np.where(
        suits, 1.0, 0.0 if "only" in offer else FAR_FROM_HOME
    )
    return chance


def _fill(register: _Register, templates: list[str], area: int, taken: set[str], venue: str = "") -> str:
    """A name not yet ``taken``; the last tries add the locality, then a number, which always is new enough."""
    place = register.island.localities.iloc[area]
    name = ""
    for attempt in range(40):
        name = pick(register.rng, templates).format(
            place=place["name"],
            town=place["town"],
            saint=pick(register.rng, register.words["saints"]),
            word=pick(register.rng, register.words["words"]),
            venue=venue,
        )
        name = name if attempt < 20 else f"{name} at {place['name']}"
        if name not in taken:
            break
    else:
        name = f"{name} {len(taken)}"
    taken.add(name)
    return name


def _add_venues(register: _Register, area: int) -> None:
    kind = register.island.localities["kind"].iloc[area]
    register.venues[area] = []
    for template in register.words["venues"][kind]:
        _add_building(register, [template], area)


def _add_building(register: _Register, templates: list[str], area: int) -> dict[str, Any]:
    name = _fill(register, templates, area, register.venue_names)
    register.venues[area].append(_add_place(register, area, name, "exact"))
    return register.venues[area][-1]


def _venue_for(register: _Register, offer: dict[str, Any], area: int) -> dict[str, Any]:
    """A building of the area that suits the offer, or a new one of the kind it puts up."""
    words = offer.get("at", [""])
    suits = [venue for venue in register.venues[area] if any(word in venue["name"] for word in words)]
    return pick(register.rng, suits) if suits else _add_building(register, offer["building"], area)


def _add_place(register: _Register, area: int, name: str, privacy: str) -> dict[str, Any]:
    """Add a place among the homes of an area, nearer its middle than its edge; returns its row."""
    island, rng = register.island, register.rng
    inside = np.flatnonzero((island.owner == area) & (island.blocks.people > 0))
    middle = island.localities[["x_m", "y_m"]].to_numpy()[area]
    away = np.hypot(*(island.blocks.middles_m[inside] - middle).T)
    chance = island.blocks.people[inside] * np.exp(-((away / (np.median(away) + 1)) ** 2))
    block = int(rng.choice(inside, p=chance / chance.sum()))
    spot = to_degrees(island.blocks.middles_m[[block]])[0]
    nearest = int(np.argmin(np.hypot(*(island.homes.middles_m - island.blocks.middles_m[block]).T)))
    locality = island.localities.iloc[area]
    street = f"{rng.integers(1, 90)} {pick(rng, register.words['streets'])}"
    row = {
        "source_ref": f"place-{len(register.places) + 1:03d}",
        "name": name,
        "address": ", ".join(dict.fromkeys([street, locality["name"], locality["town"]])),
        "postcode": format_postcode(island.postcodes["postcode"].iloc[nearest]),
        "lon": spot[0],
        "lat": spot[1],
        "privacy": privacy,
    }
    register.places.append(row)
    return row


def _add_organisation(register: _Register, offer: dict[str, Any], area: int) -> None:
    rng = register.rng
    number = len(register.organisations) + 1
    reference = f"org-{number:03d}"
    place = _place_for(register, offer, area)
    name = _fill(register, offer["names"], area, register.names, venue=place["name"] if place else "")
    is_registered = offer["kind"] == "charity"
    about = _one_of(rng, offer["about"])
    stage = offer.get("stage") or pick(rng, ["starting", "established", "established", "sustained"])
    register.organisations.append(
        {
            "row": number + 1,
            "source_ref": reference,
            "name": name,
            "kind": offer["kind"],
            "stage": stage,
            "summary": about,
            "website": None,
            "identifiers": [("ZZ-WEN", f"W{1000 + number}")] if is_registered else [],
            "active": stage != "closed",
        }
    )
    _add_service(register, offer | {"about": about}, area, reference, place)
    for extra in offer.get("also", []):
        if rng.random() < FURTHER_SERVICE:
            _add_service(register, offer | extra, area, reference, place)
    if offer.get("times") and not {"serves", "building"} & set(offer) and rng.random() < SECOND_SESSION:
        other = _nearby(register, area)
        again = f"{offer['service']} in {register.island.localities['name'].iloc[other]}"
        _add_service(register, offer | {"service": again}, other, reference, _place_for(register, offer, other))


def _one_of(rng: np.random.Generator, text: str | list[str]) -> str:
    return text if isinstance(text, str) else pick(rng, text)


def _place_for(register: _Register, offer: dict[str, Any], area: int) -> dict[str, Any] | None:
    """Where the offer happens or is registered: somebody's own door, a building, or nowhere in particular."""
    if offer.get("online") or offer.get("serves"):
        return None
    if "privacy" in offer or offer.get("role") == "registered_at":
        return _add_place(register, area, "", offer.get("privacy", "rough"))
    return _venue_for(register, offer, area)


def _nearby(register: _Register, area: int) -> int:
    wards = register.island.localities["ward"]
    return pick(register.rng, [int(i) for i in np.flatnonzero(wards == wards.iloc[area])])


def _add_service(
    register: _Register, offer: dict[str, Any], area: int, organisation: str, place: dict[str, Any] | None
) -> None:
    rng = register.rng
    reference = f"service-{len(register.services) + 1:03d}"
    register.services.append(
        {
            "source_ref": reference,
            "organisation_ref": organisation,
            "name": offer["service"],
            "description": _one_of(rng, offer["about"]),
            "themes": list(offer["themes"]),
            "theme_reasons": dict.fromkeys(offer["themes"], "said by the group"),
            "audiences": list(offer.get("for", ["anyone"])),
            "languages": list(offer.get("languages", ["en"])),
            "cost": offer["cost"],
            "cost_note": {"paid": "£2 to £5", "donation": "Pay what you can"}.get(offer["cost"], ""),
            "step_free": offer.get("step_free", pick(rng, [True, True, False, None])),
            "is_online": bool(offer.get("online")),
            "capacity": pick(rng, offer["capacity"]) if "capacity" in offer else None,
            "referral": offer.get("referral", "not_needed" if offer.get("times") else "unknown"),
            "confirmed_on": _confirmed_on(register, offer),
        }
    )
    _add_footprint(register, offer, area, (organisation, reference), place)
    if offer.get("times"):
        register.schedules += _weekly_times(pick(rng, offer["times"]), reference)


def _confirmed_on(register: _Register, offer: dict[str, Any]) -> date | None:
    """Most within ten months, some within two years, some long ago, a few never."""
    chance = register.rng.random()
    if chance < 0.04 or offer.get("role") == "registered_at":
        return None
    youngest, oldest = (10, 300) if chance < 0.74 else (300, 700) if chance < 0.88 else (760, 1460)
    return register.today - timedelta(days=int(register.rng.integers(youngest, oldest)))


def _add_footprint(
    register: _Register,
    offer: dict[str, Any],
    area: int,
    refs: tuple[str, str],
    place: dict[str, Any] | None,
) -> None:
    """One footprint; ``refs`` are of the organisation and the service."""
    island = register.island
    row: dict[str, Any] = dict.fromkeys(FOOTPRINT_COLUMNS)
    row |= {"organisation_ref": refs[0], "service_ref": refs[1]}
    if place is not None:
        row |= {"role": offer.get("role", "meets_at"), "place_ref": place["source_ref"]}
    elif offer.get("online"):
        row |= {"role": "national"}
    elif offer.get("serves") == "borough":
        row |= {"role": "serves", "layer_key": "borough-2024", "area_code": island.borough_code}
    else:
        ward = island.localities["ward"].iloc[area]
        row |= {"role": "serves", "layer_key": "ward-2024", "area_code": island.ward_codes[ward]}
    register.footprints.append(row)


def _weekly_times(line: str, service: str) -> list[dict[str, Any]]:
    """Rows of SCHEDULE_COLUMNS from "Tue 10:00-12:00 term, Fri 13:00-15:00"."""
    rows = []
    for part in line.split(", "):
        day, hours, *term = part.split(" ")
        opens, closes = (time.fromisoformat(hour) for hour in hours.split("-"))
        rows.append(
            {
                "service_ref": service,
                "weekday": WEEKDAYS[day],
                "opens": opens,
                "closes": closes,
                "term_time_only": bool(term),
            }
        )
    return rows
