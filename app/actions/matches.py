"""What suits whom: asks and the offers for them, ranked by app.analysis.matching, with the reason for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import numpy as np

from app.actions.remembered import Remembered
from app.analysis.inputs import BoolArray
from app.analysis.matching import LEVEL, Matches, Rules, ThemeFit, Things, rank_matches
from app.queries import Session
from app.queries import matches as queries
from app.queries.matches import ThingRow
from app.queries.offers import OfferRow, list_of_ids
from app.queries.scopes import Scope
from app.queries.versions import AREAS, RECORDS, get_version
from app.vocabulary import AskKind, OfferDirection, Stage
from geodata.themes import list_kin

MILE_M = 1_609.344
NEAR_M = {
    AskKind.SPACE: 3 * MILE_M,
    AskKind.VOLUNTEERS: 3 * MILE_M,
    AskKind.TRANSPORT: 5 * MILE_M,
    AskKind.EQUIPMENT: 10 * MILE_M,
    AskKind.SKILL: 10 * MILE_M,
    AskKind.MENTORING: 15 * MILE_M,
    AskKind.FUNDING: 50 * MILE_M,
}
"""What people go for a thing: nobody crosses a county for a room each week, for money they write a letter."""

TRAVELS = {AskKind.SKILL, AskKind.MENTORING, AskKind.FUNDING}
"""What can be given by phone, by letter or on one long day: from further away to somebody who is alone."""

ALONE = queries.Alone(tuple(sorted(TRAVELS)), 10 * MILE_M)
STAGES = (Stage.IDEA, Stage.STARTING, Stage.ESTABLISHED, Stage.SUSTAINED)
MOST_SUITED, MOST_PER_ASK = 5, 3
MOST_ROWS = 500

KINDS = tuple(AskKind)


@dataclass(frozen=True)
class Suited:
    """Something that suits, and why; ``distance_m`` is None where nobody said where it is."""

    other: OfferRow
    distance_m: float | None
    fit: ThemeFit
    is_far: bool
    is_ahead: bool


@dataclass(frozen=True)
class Ask:
    """Something asked for, and the best that is offered."""

    wanted: OfferRow
    suited: tuple[Suited, ...]


_suited: Remembered[tuple[Suited, ...]] = Remembered(256)


def list_suited(session: Session, public_id: UUID) -> tuple[Suited, ...]:
    """What on the list suits one offer or ask, the best first; remembered until records or areas change."""
    key = (get_version(session, [AREAS, RECORDS]), public_id)
    return _suited.get(key, lambda: _find_suited(session, public_id))


def list_asks(session: Session, scope: Scope | None) -> list[Ask]:
    """The asks in a scope, the newest first, with the best offers for each, wherever those are."""
    asks = queries.list_asks(session, scope, ALONE, MOST_ROWS)
    offers = _list_other_side(session, OfferDirection.OFFER, [row.kind for row in asks])
    ranked = _rank(asks, offers, MOST_PER_ASK)
    shown = _rows_by_id(session, [*(row.id for row in asks), *(offers[number].id for number in set(ranked.offer))])
    suited: dict[UUID, list[Suited]] = {row.id: [] for row in asks}
    for number, (ask, offer) in enumerate(zip(ranked.ask, ranked.offer, strict=True)):
        if other := shown.get(offers[offer].id):
            suited[asks[ask].id].append(_suited_of(other, ranked, number))
    return [Ask(shown[row.id], tuple(suited[row.id])) for row in asks if row.id in shown]


def _find_suited(session: Session, public_id: UUID) -> tuple[Suited, ...]:
    one = queries.find_thing(session, public_id, ALONE)
    if one is None:
        return ()
    is_ask = one.direction == OfferDirection.ASK
    others = _list_other_side(session, OfferDirection.OFFER if is_ask else OfferDirection.ASK, [one.kind])
    ranked = _rank([one], others, MOST_SUITED) if is_ask else _rank(others, [one], 1)
    order = range(len(ranked.ask)) if is_ask else _best_first(ranked)
    numbers = [(number, others[(ranked.offer if is_ask else ranked.ask)[number]].id) for number in order]
    shown = _rows_by_id(session, [other for _number, other in numbers[:MOST_SUITED]])
    return tuple(
        _suited_of(shown[other], ranked, number) for number, other in numbers[:MOST_SUITED] if other in shown
    )


def _best_first(ranked: Matches) -> list[int]:
    """The pairs of one offer with many asks, in the order in which the offers of one ask would be."""
    distance = np.nan_to_num(ranked.distance_m, nan=np.inf)
    keys = (ranked.ask, distance, ~ranked.is_ahead, LEVEL[ranked.fit], ranked.is_far)
    return [int(number) for number in np.lexsort(keys)]


def _rank(asks: Sequence[ThingRow], offers: Sequence[ThingRow], most: int) -> Matches:
    themes = sorted({key for row in (*asks, *offers) for key in row.theme_keys})
    rules = Rules(
        reach_m=np.array([NEAR_M[kind] for kind in KINDS]),
        travels=np.array([kind in TRAVELS for kind in KINDS]),
        wants_ahead=np.array([kind == AskKind.MENTORING for kind in KINDS]),
        related=_related(tuple(themes)),
    )
    groups = [row.organisation_id for row in offers]
    barred = np.array(
        [[row.organisation_id is not None and row.organisation_id == group for group in groups] for row in asks],
        dtype=bool,
    ).reshape(len(asks), len(offers))
    alone = np.array([row.is_alone for row in asks], dtype=bool)
    return rank_matches(
        _things(asks, themes), _things(offers, themes), rules, isolated=alone, barred=barred, most=most
    )


def _things(rows: Sequence[ThingRow], themes: Sequence[str]) -> Things:
    return Things(
        kind=np.array([KINDS.index(row.kind) for row in rows], dtype=np.intp),
        themes=np.array([[key in row.theme_keys for key in themes] for row in rows], dtype=bool).reshape(
            len(rows), len(themes)
        ),
        x_m=np.array([np.nan if row.x_m is None else row.x_m for row in rows], dtype=float),
        y_m=np.array([np.nan if row.y_m is None else row.y_m for row in rows], dtype=float),
        stage=np.array([STAGES.index(row.stage) if row.stage in STAGES else -1 for row in rows], dtype=np.intp),
    )


@lru_cache(64)
def _related(themes: tuple[str, ...]) -> BoolArray:
    """Which of these themes are akin, by the catalogue, (t, t)."""
    kin = list_kin()
    pairs = [[any(one in group and other in group for group in kin) for other in themes] for one in themes]
    return np.array(pairs, dtype=bool).reshape(len(themes), len(themes))


def _list_other_side(session: Session, direction: OfferDirection, kinds: Sequence[AskKind]) -> list[ThingRow]:
    wanted = sorted(set(kinds))
    return queries.list_other_side(session, direction, wanted, ALONE, MOST_ROWS) if wanted else []


def _rows_by_id(session: Session, ids: Sequence[UUID]) -> dict[UUID, OfferRow]:
    return {row.id: row for row in list_of_ids(session, list(dict.fromkeys(ids)))}


def _suited_of(other: OfferRow, ranked: Matches, number: int) -> Suited:
    distance_m = float(ranked.distance_m[number])
    return Suited(
        other, None if np.isnan(distance_m) else distance_m, ThemeFit(int(ranked.fit[number])),
        bool(ranked.is_far[number]), bool(ranked.is_ahead[number]),
    )  # fmt: skip
