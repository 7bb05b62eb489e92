"""Which lists have a group: the council's directory, and a walk-round that was made without it.

By two independent chances a group is on either list, on both, or on neither. Those on neither are on no map, so
they are not made at all; how many they would be is for the two lists to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from geodata.demo.chance import Floats
from geodata.demo.needs import LISTED_THEMES, UNSEEN
from geodata.demo.organisations import Island
from geodata.demo.people import to_degrees
from geodata.demo.small_areas import Ints
from geodata.frames import RecordsFrame

DIRECTORY_NUMBER, SHEET_NUMBER = "ZZ-WENDIR", "ZZ-WENSHEET"
"""What a group is numbered by in the directory, and on the sheets of those who walked."""
BOTH, DIRECTORY, WALKED = 0, 1, 2
IN_DIRECTORY = {"village": 0.45, "farmland": 0.45}
IN_DIRECTORY_ELSEWHERE, IN_LIST_OF_ITS_THEME = 0.75, 0.95
SEEN = {"centre": 0.75, "terrace": 0.75, "estate": 0.7}  # walked twice
SEEN_ELSEWHERE = 0.4


def split_lists(
    records: RecordsFrame, island: Island, rng: np.random.Generator
) -> tuple[RecordsFrame, RecordsFrame]:
    """The directory and the walk-round; of a group on both, the second has only the name and the two numbers."""
    listed = _lists(records, island, rng)
    organisations = records.organisations
    only_walked = set(organisations.loc[listed == WALKED, "source_ref"])
    directory, walked = _of(records, only_walked, is_in=False), _of(records, only_walked, is_in=True)
    return (
        replace(directory, organisations=_numbered(organisations, listed, (DIRECTORY_NUMBER,))[listed != WALKED]),
        replace(
            walked,
            organisations=_numbered(organisations, listed, (DIRECTORY_NUMBER, SHEET_NUMBER))[listed != DIRECTORY],
        ),
    )


def _lists(records: RecordsFrame, island: Island, rng: np.random.Generator) -> Ints:
    """BOTH, DIRECTORY or WALKED for each group: two independent chances, given that it is not on neither."""
    in_directory, seen = _chances(records, island)
    either = 1 - (1 - in_directory) * (1 - seen)
    drawn = rng.random(len(either)) * either
    on_both = in_directory * seen
    found: Ints = np.where(drawn < on_both, BOTH, np.where(drawn < in_directory, DIRECTORY, WALKED)).astype(
        np.intp
    )
    return found


def _chances(records: RecordsFrame, island: Island) -> tuple[Floats, Floats]:
    """How likely the directory and the walk-round are to have each group.

    Nobody walking by sees what has no door, what is only an idea or has closed, or what keeps its address private.
    """
    organisations = records.organisations
    locality = organisations["source_ref"].map(_locality_of_groups(records, island))
    kinds = locality.map(island.localities["kind"])
    theme = records.services.drop_duplicates("organisation_ref").set_index("organisation_ref")["themes"].str[0]
    is_in_own_list = organisations["source_ref"].map(theme).isin(list(LISTED_THEMES))
    in_directory = (
        kinds.map(IN_DIRECTORY).fillna(IN_DIRECTORY_ELSEWHERE).mask(is_in_own_list, IN_LIST_OF_ITS_THEME)
    )
    cannot_be_seen = (
        locality.isna() | organisations["stage"].isin(["idea", "closed"]) | organisations["is_confidential"]
    )
    unwalked = locality.map(island.localities["name"]).isin(UNSEEN)
    seen = kinds.map(SEEN).fillna(SEEN_ELSEWHERE).mask(unwalked | cannot_be_seen, 0.0)
    return np.asarray(in_directory.mask(cannot_be_seen, 1.0), np.float64), np.asarray(seen, np.float64)


def _locality_of_groups(records: RecordsFrame, island: Island) -> dict[str, int]:
    """The number of the locality that a group's first place lies in."""
    spots = map(tuple, to_degrees(island.blocks.middles_m).tolist())
    owner = dict(zip(spots, island.owner.tolist(), strict=True))
    places = records.places.set_index("source_ref")
    at = {ref: owner[lon, lat] for ref, lon, lat in zip(places.index, places["lon"], places["lat"], strict=True)}
    first = records.footprints.dropna(subset="place_ref").drop_duplicates("organisation_ref")
    return {group: at[place] for group, place in zip(first["organisation_ref"], first["place_ref"], strict=True)}


def _numbered(organisations: pd.DataFrame, listed: Ints, schemes: Sequence[str]) -> pd.DataFrame:
    """The groups with the numbers that a list gives them, beside those of registers.

    The walk-round has the directory's numbers too: somebody looked up afterwards what was in it already.
    """
    without = {DIRECTORY_NUMBER: WALKED, SHEET_NUMBER: DIRECTORY}
    found = [
        [*known, *((scheme, str(number)) for scheme in schemes if on != without[scheme])]
        for number, (known, on) in enumerate(zip(organisations["identifiers"], listed.tolist(), strict=True), 1)
    ]
    return organisations.assign(identifiers=pd.Series(found, index=organisations.index, dtype=object))


def _of(records: RecordsFrame, groups: set[str], *, is_in: bool) -> RecordsFrame:
    """Everything of some groups, or of all others; a building that nobody uses is the directory's."""

    def chosen(column: pd.Series[Any]) -> pd.Series[bool]:
        return column.isin(groups) == is_in

    services = records.services[chosen(records.services["organisation_ref"])]
    footprints = records.footprints[chosen(records.footprints["organisation_ref"])]
    used, own = set(records.footprints["place_ref"].dropna()), set(footprints["place_ref"].dropna())
    refs = records.places["source_ref"]
    places = records.places[refs.isin(own) | (~refs.isin(used) & (not is_in))]
    schedules = records.schedules[records.schedules["service_ref"].isin(set(services["source_ref"]))]
    return replace(
        records,
        services=services.reset_index(drop=True),
        footprints=footprints.reset_index(drop=True),
        places=places.reset_index(drop=True),
        schedules=schedules.reset_index(drop=True),
    )
