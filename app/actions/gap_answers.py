"""The shape of a gap question and of its answer; pages, files and maps read these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.queries.sources import SourceRow
from app.vocabulary import FootprintRole, GapBand, GapState, SureLevel

TRAVEL_M_PER_MINUTE = {"foot": 80, "bus": 250, "car": 500}
"""From door to door with waiting and parking: a walk of 4.8 km/h, a bus of 15, a car of 30 in a town."""


PATCH = "patch"
"""Stands where the layer of an area does; no layer may have this key."""


@dataclass(frozen=True)
class GapQuestion:
    """What is asked: who lacks ``theme`` of a certain sort, by ``layer``, ``within`` an area, within reach.

    ``benchmark`` is ``within`` (the average resident of the area asked about), ``everywhere`` (of all that is
    loaded), ``standard`` with ``people_per_service`` (one service per that many people within reach), or ``ours``:
    the same from the standard that officers set for the theme, with its reach. From
    ``audience`` on, each part limits which services count; left empty it asks nothing (app.actions.gap_fit).
    """

    theme: str
    layer: str
    within: str  # area code, or layer:code where two layers share a code; "" = everything loaded
    reach_m: int = 1200  # on the way, not as the crow flies
    benchmark: str = "within"
    people_per_service: int | None = None
    need_strength: float = 0.5
    list_years: int = 2  # lists and walk-rounds older than this count as "nobody has looked"
    travel: str = "foot"  # of TRAVEL_M_PER_MINUTE
    decay: str = "dai"  # how a service fades with distance, of app.analysis.inputs.DECAYS
    audience: str = ""
    day: str = ""  # a weekday, "weekday" or "weekend"
    part: str = ""  # of the day: morning, afternoon, evening
    is_free: bool = False
    is_step_free: bool = False
    language: str = ""
    has_room: bool = False
    is_fresh: bool = False  # only what somebody confirmed in the last FRESH_MONTHS counts for certain
    patch: str = ""  # ground asked about (app.actions.patches); ``within`` is then only compared with
    distance: str = "paths"  # along them where a network is loaded and people walk; "line": always 1.3 x straight

    @property
    def is_standard(self) -> bool:
        """Is it compared with a number of people for each service, typed in or set by officers?"""
        return self.benchmark in ("standard", "ours")

    @property
    def minutes(self) -> int:
        """The reach as a time on the way."""
        return max(1, round(self.reach_m / TRAVEL_M_PER_MINUTE[self.travel]))


@dataclass(frozen=True)
class AreaRef:
    """An area as a person knows it and as a link needs it."""

    layer: str
    area_code: str
    name: str
    layer_name: str = ""
    area_id: int = 0  # ours, for queries; never shown


@dataclass(frozen=True)
class AreaGap:
    """One row of the answer."""

    area: AreaRef
    rank: int  # 1 = most people without; areas that cannot be scored come last, unranked (0)
    people: float
    provision: float  # services per 10,000 people, shared and faded by distance
    services_in_reach: float  # mean over the people here
    nearest_m: float | None  # walking metres from the middle person to the nearest service; None = none anywhere
    shortfall: float | None  # 0..1 below the benchmark; None when the state has no score
    shortfall_low: float | None  # 90 % band from 200 resamples of the services
    shortfall_high: float | None
    people_without: float | None  # equivalent people without (people x need weight x shortfall)
    short_people: float | None  # people below the benchmark
    state: GapState
    band: GapBand | None
    sure: SureLevel
    why_sure: str  # a plain sentence
    checked_on: date | None  # the last time somebody looked
    sentence: str  # what a screen reader and a hover say
    known_of: str = ""  # "Here we know of 12 of about 15 (two lists compared)."
    inside_share: float = 1.0  # of the area's people who live in what was asked about; only they count here
    disputed: int = 0  # messages that say there is something here and wait to be checked (app.actions.disputes)
    disputed_since: date | None = None
    edge: str = (
        ""  # "map": most people here live near land of which nothing is loaded; "border": ... nobody looked
    )


@dataclass(frozen=True)
class GapAnswer:
    question: GapQuestion
    theme_name: str
    theme_question: str
    layer_name: str
    within: AreaRef | None
    benchmark_name: str
    benchmark_provision: float  # services per 10,000 people
    sentence: str
    notes: tuple[str, ...]  # border, address-only, online and national services, how people were placed
    rows: tuple[AreaGap, ...]
    people: float
    people_without: float
    services_counted: int
    services_over_border: int
    sources: tuple[SourceRow, ...]
    data_version: str  # ETag
    last_check: date | None = None  # the newest list or walk-round for the theme there, however old
    counts: dict[str, int] = field(default_factory=dict)  # rows by legend entry: band or state -> how many
    distance_words: str = ""  # how far is measured: by the paths, or from the straight line
    patch: AreaRef | None = None  # asked about instead of ``within``
    whole: AreaGap | None = None  # the whole patch as one row, when a patch was asked about
    drawn: dict[str, Any] | None = None  # its outline, GeoJSON in WGS84

    @property
    def asked_about(self) -> AreaRef | None:
        """The ground whose people the rows count; None is everything."""
        return self.patch or self.within


@dataclass(frozen=True)
class NamedService:
    """A service that reaches an area, with its share of what reaches it."""

    service_id: str
    organisation_id: str
    service_name: str
    organisation_name: str
    role: FootprintRole
    walk_m: float | None  # None for a service that covers the whole area
    share: float | None  # of the provision that reaches here, 0..1; None = listed, not counted
    shared_by_people: float | None
    outside: bool  # over the border of the area asked about
    confirmed_on: date | None
    place_id: str = ""


@dataclass(frozen=True)
class WhyFactor:
    """One of the three reasons; the product of the three ratios is provision here over the benchmark."""

    key: str  # few | far | crowded
    here: float
    benchmark: float
    ratio: float  # under 1 makes the gap worse
    sentence: str


@dataclass(frozen=True)
class ThemeGap:
    """One theme in an area's profile."""

    theme: str
    theme_name: str
    gap: AreaGap
    factors: tuple[WhyFactor, ...]
    reached_by: tuple[NamedService, ...]
    why: Why | None = None  # of the theme that is open only


@dataclass(frozen=True)
class IndicatorLine:
    name: str
    value: float
    unit: str
    rank: int | None  # 1 = greatest need among the areas of its layer within the site's main area
    of: int
    measured_on: date | None
    source: SourceRow
    about: str  # which area the number describes, when the profile's own area has none: "its 7 LSOAs, summed"


@dataclass(frozen=True)
class PublicRecord:
    """One organisation, service or need as a list row."""

    kind: str  # organisation | need
    id: str
    name: str
    summary: str
    themes: tuple[str, ...]
    place: str
    confirmed_on: date | None
    lon: float | None
    lat: float | None
    source: str


@dataclass(frozen=True)
class AreaProfile:
    area: AreaRef
    layer_name: str
    people: float
    size_km2: float
    part_of: tuple[AreaRef, ...]  # bigger areas it counts towards
    neighbours: tuple[AreaRef, ...]
    based_here: tuple[PublicRecord, ...]
    based_here_total: int
    needs_here: tuple[PublicRecord, ...]
    themes: tuple[ThemeGap, ...]  # worst first
    indicators: tuple[IndicatorLine, ...]
    sources: tuple[SourceRow, ...]
    question: GapQuestion  # how it counts: its reach, and which services fit
    distance_words: str = ""  # how far is measured: by the paths, or from the straight line
    other_themes: tuple[tuple[str, str], ...] = ()  # key and name of those to ask about one at a time


@dataclass(frozen=True)
class Kinds:
    """A gap in its kinds (app.actions.gap_kinds); equivalent people each, and together the whole gap."""

    nothing: float
    service: float
    people: float
    unsaid: float

    @property
    def total(self) -> float:
        return self.nothing + self.service + self.people + self.unsaid


@dataclass(frozen=True)
class FacetCount:
    """How many of the services in reach one part of the question rules out, and of how many nobody has said."""

    facet: str  # of app.actions.gap_kinds.FACETS
    ruled_out: int
    not_said: int


@dataclass(frozen=True)
class Doubt:
    """A service that perhaps counts, and what nobody has said of it: facets of the question, or "address"."""

    service: NamedService
    not_said: tuple[str, ...]


@dataclass(frozen=True)
class OverBorder:
    """A service that reaches the area from outside, and the area it stands in, when it is one of the map's."""

    service: NamedService
    area: AreaRef | None


@dataclass(frozen=True)
class Site:
    """A spot where one more would help, and how much, with the fair share held where it is."""

    name: str  # of a known place; of a spot the nearest postcode, or nothing
    place_id: str  # "" for a spot
    lon: float
    lat: float
    lifted_people: float  # who would come up to their fair share, here and elsewhere in the area compared
    lifted_here: float  # those of them who live in the area itself
    people_fewer: float  # equivalent people without fewer


@dataclass(frozen=True)
class Why:
    """Why one theme is short in one area, and what would help."""

    kinds: Kinds | None  # None when nobody has looked
    facets: tuple[FacetCount, ...]
    in_reach: int  # services of the theme, of whatever sort, that reach anybody here
    doubts: tuple[Doubt, ...]
    doubts_total: int
    over_border: tuple[OverBorder, ...]
    nearest: NamedService | None  # to the middle of the people here, however far, of those that surely fit
    sites: tuple[Site, ...]  # the best known place, then the best spot
    are_sites_straight: bool = False  # tried by 1.3 x the straight line, though the question's walks follow paths
