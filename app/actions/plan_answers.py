"""The shape of a plan's question and of its answer: where to go for which gap, and how good that choice is."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.gap_answers import GapQuestion


@dataclass(frozen=True)
class PlanQuestion:
    """``count`` sites among the ``candidates`` for the gaps of ``themes``, counted as ``gap`` counts.

    ``aim``: most (reach most need), everyone (fewest sites that reach all who can be), twice (reach most again),
    mean (short walks on average), worst (shortest worst walk). ``floor`` percent of the need of every area of
    ``floor_layer`` must be reached. ``pinned`` and ``barred`` are keys of candidates.
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


CANDIDATES = ("venues", "areas", "anywhere")
AIMS = ("most", "everyone", "twice", "mean", "worst")


@dataclass(frozen=True)
class PlanSite:
    """One chosen site; ``key`` names the candidate in an address.

    ``need_reached`` is in equivalent people without; ``adds`` what it adds to those before it; ``people_newly`` a
    head-count of people who have nothing of a theme within reach today and would here.
    """

    key: str
    number: int
    name: str
    area_name: str
    lon: float
    lat: float
    is_pinned: bool
    need_reached: float
    adds: float
    people_in_reach: float
    people_newly: float
    cost_per_person: float | None = None


@dataclass(frozen=True)
class LeftOut:
    """An area with much need that the choice does not reach, and how much."""

    area_code: str
    name: str
    need: float
    why: str


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
    meets_floors: bool
    candidates_total: int
    held_total: int  # candidates left out because another hub holds the area
    left_out: tuple[LeftOut, ...]
    unknown_people: float  # who live where nobody has looked: their need is not in the sum
    data_version: str
