"""The tidy frames: the only shapes in which readers, the demo and the loaders exchange data.

Every reader returns one of these and nothing else, so a loader never knows which file a row came from.
Coordinates are WGS84 longitude and latitude (EPSG:4326) unless a column name ends in ``_m``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.problems import RowProblem

AREA_COLUMNS = ("area_code", "name", "geom")
INDICATOR_COLUMNS = ("area_code", "indicator_key", "value")
POSTCODE_COLUMNS = ("postcode", "lon", "lat", "terminated_on")
POPULATION_POINT_COLUMNS = ("area_code", "lon", "lat", "share")
ORGANISATION_COLUMNS = (
    "row",  # spreadsheet row number in the file, header = 1
    "source_ref",  # stable within the source: a register number, or a hash of name + postcode
    "name",
    "kind",  # vocabulary.OrganisationKind value
    "stage",  # vocabulary.Stage value
    "summary",
    "website",
    "identifiers",  # list of (scheme, identifier), schemes as org-id.guide: GB-CHC, GB-COH, GB-MPR …
    "active",  # False: the source says it has closed
    "is_confidential",  # True: a refuge; missing = no
    "asks",  # list of (vocabulary.AskKind value, words), or missing
)
SERVICE_COLUMNS = (
    "source_ref",  # unique within the source
    "organisation_ref",  # -> organisations.source_ref
    "name",
    "description",
    "themes",  # list of theme keys; empty = unplaced, kept and listed
    "theme_reasons",  # {theme key: "keyword: foodbank" | "ukcat: FD101" | "profile" …}
    "audiences",  # list of audience keys
    "languages",  # list of BCP 47 codes
    "cost",  # vocabulary.Cost value
    "cost_note",
    "step_free",  # True | False | None = not known
    "is_online",
    "capacity",  # people at one time, or None = not known
    "referral",  # vocabulary.Referral value
    "confirmed_on",  # date the facts were last confirmed, or None
    "room",  # vocabulary.Room value; this and all that follow may be missing = not known
    "min_age",
    "max_age",
    "toilet",  # one that a wheelchair fits in: True | False
    "hearing_loop",  # True | False
    "how_to_join",
)
PLACE_COLUMNS = (
    "source_ref",
    "name",
    "address",
    "postcode",  # as published, tidied ("M33 2AB"); the loader finds the point when lon/lat are missing
    "lon",
    "lat",  # NaN = not given
    "privacy",  # vocabulary.LocationPrivacy value
)
FOOTPRINT_COLUMNS = (
    "organisation_ref",
    "service_ref",  # None: of the organisation as a whole (its registered address)
    "role",  # vocabulary.FootprintRole value
    "place_ref",  # for meets_at and registered_at
    "layer_key",  # for serves: the layer and code of the area served
    "area_code",
)
SCHEDULE_COLUMNS = (
    "service_ref",
    "weekday",  # 1 = Monday
    "opens",  # datetime.time
    "closes",
    "term_time_only",
    "week_of_month",  # 1 to 5 (the last): only then; missing = every week
)
NEED_COLUMNS = (
    "source_ref",
    "theme",
    "statement",
    "audience",
    "lon",
    "lat",
    "privacy",
    "support_count",
    "status",
    "raised_on",
)
HUB_COLUMNS = ("source_ref", "name", "summary", "layer_key", "area_codes")
# theme None = every theme
SURVEY_COLUMNS = ("theme", "layer_key", "area_code", "kind", "checked_on", "completeness", "note")
GRANT_COLUMNS = (
    "row",
    "grant_ref",  # as published
    "title",
    "description",
    "programme",
    "currency",  # three letters
    "amount",  # Decimal, to the penny
    "awarded_on",
    "planned_from",
    "planned_to",
    "funder_name",
    "funder_ref",
    "recipient_name",
    "recipient_ref",
    "recipient_identifiers",  # register numbers as "GB-CHC 1146179", the surest first
    "recipient_postcode",
    "beneficiary_codes",  # area codes of the one place it is for, of different kinds
    "beneficiary_name",
)
CONTACT_COLUMNS = ("organisation_ref", "name", "email", "phone")
WISH_COLUMNS = ("theme", "postcode", "asked_on")


@dataclass
class AreasFrame:
    """Polygons of one layer: ``areas`` has AREA_COLUMNS; ``geom`` is active (valid MultiPolygon, EPSG:4326)."""

    areas: gpd.GeoDataFrame
    problems: list[RowProblem] = field(default_factory=list)


@dataclass
class IndicatorsFrame:
    """Published numbers in long form: ``values`` has INDICATOR_COLUMNS, one row per area and indicator."""

    values: pd.DataFrame
    problems: list[RowProblem] = field(default_factory=list)


@dataclass
class PostcodesFrame:
    """Postcodes in chunks, so that 2.7 million rows never sit in memory at once.

    Each chunk has POSTCODE_COLUMNS; ``postcode`` is normalised ("M332AB"); lon and lat are NaN where the
    source gives no grid reference. ``problems`` fills while the chunks are read.
    """

    chunks: Iterator[pd.DataFrame]
    total_bytes: int
    problems: list[RowProblem] = field(default_factory=list)


@dataclass
class WalkingFrame:
    """Where one may walk: nodes in metres of the British National Grid, stretches between two of them (by number).

    ``lines`` is how many streets and paths they are of, ``missing_nodes`` how many nodes the extract cut off.
    """

    x_m: np.ndarray
    y_m: np.ndarray
    start: np.ndarray
    stop: np.ndarray
    length_m: np.ndarray
    made_on: datetime | None = None
    lines: int = 0
    missing_nodes: int = 0


@dataclass
class RecordsFrame:
    """Organisations with their services, places, footprints and times; each table has its *_COLUMNS above."""

    organisations: pd.DataFrame
    services: pd.DataFrame
    places: pd.DataFrame
    footprints: pd.DataFrame
    schedules: pd.DataFrame
    problems: list[RowProblem] = field(default_factory=list)


@dataclass
class GrantsFrame:
    """Grants to organisations: ``grants`` has GRANT_COLUMNS, ``read`` counts those left out too.

    ``about`` is what the file says of itself: title, publisher, licence, published_on.
    """

    grants: pd.DataFrame
    read: int = 0
    about: dict[str, str] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
