"""The shape of a plan's question and of its answer: where to go for which gap, and how good that choice is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.actions.gap_answers import GapQuestion


@dataclass(frozen=True)
class OwnPlace:
    """A line of a pasted list: a postcode, a position or a name; perhaps what to call it, and a price (pounds)."""

    where: str
    name: str = ""
    price: int | None = None

    @property
    def key(self) -> str:
        return f"own:{self.where}"


@dataclass(frozen=True)
class PlanQuestion:
    """``count`` sites among the ``candidates`` for the gaps of ``themes``, counted as ``gap`` counts.

    ``goal`` is what is weighed: lack (people who lack it, as far as it is known), look (people who live where
    nobody has looked, which claims no gap), or look_need (the same, weighted for need).
    ``aim``: most (reach most need), everyone (fewest sites that reach all who can be), twice (reach most again),
    mean (short walks on average), worst (shortest worst walk). With a ``budget`` (pounds) it limits the sites, not
    ``count``; each costs ``price``, or what its line of ``own`` says. ``floor`` percent of the need of every area
    of ``floor_layer`` must be reached. ``pinned`` and ``barred`` are keys of candidates; a pinned key may also be
    a point that somebody put on the map (app.actions.plan_placed).
    """

    themes: tuple[str, ...]
    gap: GapQuestion
    candidates: str = "venues"  # of CANDIDATES
    aim: str = "most"  # of AIMS
    count: int = 5
    floor: int = 0
    floor_layer: str = ""
    spares_others: bool = True  # leave out areas that another hub holds
    pinned: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    budget: int | None = None
    price: int | None = None
    own: tuple[OwnPlace, ...] = ()
    is_only_pinned: bool = False  # take exactly the pinned places, and choose none
    hub: str = ""  # id of the hub in whose areas the places must be; empty: anywhere
    hub_areas: tuple[int, ...] = ()  # what that hub looks after on the day, as answer_plan finds it
    goal: str = "lack"  # of GOALS

    @property
    def is_to_look(self) -> bool:
        return self.goal != "lack"

    @property
    def free(self) -> PlanQuestion:
        """The same with nothing chosen by hand."""
        return replace(self, pinned=(), is_only_pinned=False)


CANDIDATES = ("venues", "community", "spaces", "areas", "anywhere", "own")
GOALS = ("lack", "look", "look_need")
AIMS = ("most", "everyone", "twice", "mean", "worst")
AIMS_BY_COST = ("most", "everyone", "twice")
"""What can be asked for within a budget."""


@dataclass(frozen=True)
class NearSite:
    """Another candidate near a site, that it could move to; ``need_reached`` is what it would reach there."""

    key: str
    name: str
    away_m: float
    need_reached: float


@dataclass(frozen=True)
class PlanSite:
    """One chosen site; ``key`` names the candidate in an address.

    ``need_reached`` is in equivalent people without, or in what a plan to look weighs; ``adds`` what it adds to
    those before it; ``people_newly`` a head-count of people who have nothing of a theme within reach today and
    would here, or for whom nobody has looked and whom none before it reaches. ``cost`` is in pounds, None when
    nobody has said.
    """

    key: str
    number: int
    name: str
    area_name: str
    lon: float
    lat: float
    is_pinned: bool
    is_placed: bool  # put on the map by hand
    need_reached: float
    adds: float
    people_in_reach: float
    people_newly: float
    cost: float | None
    near: tuple[NearSite, ...]

    @property
    def cost_per_person(self) -> float | None:
        """Pounds for each person newly within reach; None without a price, or where that is nobody."""
        return per_person(self.cost, self.people_newly)


@dataclass(frozen=True)
class LeftOut:
    """An area with much need that the choice does not reach, how much, and why.

    ``why``: others (other places reach more), nowhere (no candidate reaches it), held (only candidates do that are
    where ``hub_name`` is at work, until ``held_until`` or without an end), barred (only some that were ruled out).
    """

    area_code: str
    name: str
    need: float
    why: str
    hub_name: str = ""
    held_until: date | None = None


@dataclass(frozen=True)
class FloorShare:
    """How much of the need of an area is reached, against the floor asked for."""

    name: str
    need: float
    share: float
    is_met: bool


@dataclass(frozen=True)
class PlanAnswer:
    """The chosen sites with what is proven of them. ``at_least`` is the share of the best possible, 0..1."""

    question: PlanQuestion
    theme_names: tuple[str, ...]
    sites: tuple[PlanSite, ...]
    need_total: float
    need_reached: float
    need_reachable: float
    people_newly: float
    value: float
    bound: float
    at_least: float
    is_proven: bool
    is_all_chosen: bool  # every place was chosen by hand: nothing was left for us to choose
    meets_floors: bool
    candidates_total: int
    held_total: int  # candidates left out because another hub holds the area
    left_out: tuple[LeftOut, ...]
    floors: tuple[FloorShare, ...]  # the areas that get least first
    unknown_people: float  # who live where nobody has looked: their need is not in the sum
    data_version: str
    free_reached: float | None = None  # need reached by our own choice, when some places were chosen by hand
    is_from_run: bool = False  # worked out in the background

    @property
    def cost(self) -> float | None:
        """Pounds of all sites together; None when one has no price."""
        costs = [site.cost for site in self.sites]
        return None if None in costs or not costs else float(sum(cost or 0 for cost in costs))

    @property
    def cost_per_person(self) -> float | None:
        return per_person(self.cost, self.people_newly)


def per_person(cost: float | None, people: float) -> float | None:
    return cost / people if cost is not None and people >= 1 else None
