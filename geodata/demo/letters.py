"""What islanders sent in that waits for somebody to look at it, and what they looked for in vain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from geodata.demo.organisations import Island
from geodata.frames import WISH_COLUMNS, RecordsFrame
from geodata.postcodes import format_postcode

YOUNGEST, OLDEST = 2, 200  # days since somebody looked in vain


@dataclass(frozen=True)
class Letter:
    """One message; ``name`` is empty when the sender left no address.

    ``organisation_ref`` and ``service_ref`` say what it is about, ``change`` what should be different of that
    service. ``document`` is a new group or need, in the fields of the forms.
    """

    ref: str
    kind: str  # vocabulary.SubmissionKind value
    name: str
    email: str
    note: str
    organisation_ref: str | None = None
    service_ref: str | None = None
    change: dict[str, Any] | None = None
    document: dict[str, Any] | None = None


def _said() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "letters.yaml").read_text(encoding="utf-8"))
    return said


def make_letters(island: Island, records: RecordsFrame, rng: np.random.Generator) -> list[Letter]:
    """Every letter, in the order they came."""
    return [_letter(number, said, island, records, rng) for number, said in enumerate(_said()["letters"], 1)]


def _letter(
    number: int, said: dict[str, Any], island: Island, records: RecordsFrame, rng: np.random.Generator
) -> Letter:
    name = said["from"]
    email = f"{name.split()[0].lower()}@demo.example" if name else ""
    about: dict[str, Any] = {}
    if "of" in said:
        service = _first(records, said["of"])
        about = {"organisation_ref": service["organisation_ref"], "change": said.get("change")}
        about |= {"service_ref": service["source_ref"]}
    elif "twin_of" in said:
        about = {"document": _twin(records, said["twin_of"])}
    elif "need" in said:
        about = {"document": said["need"] | _at(island, said["locality"], rng)[1]}
    else:
        postcode, spot = _at(island, said["locality"], rng)
        place = said["place"] | spot | {"postcode": postcode}
        about = {"document": said["group"] | {"places": [place], "services": [said["service"]]}}
    return Letter(f"letter-{number}", said["kind"], name, email, said.get("note", ""), **about)


def _first(records: RecordsFrame, service: str) -> dict[Any, Any]:
    return dict(records.services[records.services["name"] == service].iloc[0])


def _at(island: Island, locality: str, rng: np.random.Generator) -> tuple[str, dict[str, float]]:
    """The postcode of a home in a locality, and the point where it is."""
    area = list(island.localities["name"]).index(locality)
    row = island.postcodes.iloc[int(rng.choice(np.flatnonzero(island.homes.area == area)))]
    return format_postcode(row["postcode"]), {"lon": float(row["lon"]), "lat": float(row["lat"])}


def _twin(records: RecordsFrame, service_name: str) -> dict[str, Any]:
    """A group that is there already, as somebody would write it who did not know."""
    service = _first(records, service_name)
    group = records.organisations.set_index("source_ref").loc[service["organisation_ref"]]
    footprint = records.footprints.set_index("service_ref").loc[service["source_ref"]]
    place = records.places.set_index("source_ref").loc[footprint["place_ref"]]
    facts = place[["name", "address", "postcode", "lon", "lat"]].to_dict()
    return {
        "name": group["name"].replace("Saint ", "St ").replace("Warm Space at ", "Warm Space "),
        "kind": group["kind"],
        "summary": "Tea and a warm seat.",
        "places": [facts],
        "services": [{"name": "Warm afternoon", "themes": service["themes"], "audiences": service["audiences"]}],
    }


def make_wishes(island: Island, today: date, rng: np.random.Generator) -> pd.DataFrame:
    """WISH_COLUMNS: more of them where life is harder."""
    hardship = island.localities["hardship"].to_numpy(float)[island.homes.area]
    chance = island.homes.people * hardship / (island.homes.people * hardship).sum()
    rows = [
        (theme, island.postcodes["postcode"].iloc[int(rng.choice(len(chance), p=chance))],
         today - timedelta(days=int(rng.integers(YOUNGEST, OLDEST))))
        for theme, count in _said()["looked_for"].items()
        for _ in range(count)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(WISH_COLUMNS))
