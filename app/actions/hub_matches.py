"""A hub's matches: what is asked for in its patches, what would suit, who was introduced and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.actions.hubs import HubScope, get_own_hub
from app.actions.matches import Ask, list_asks
from app.actions.pages import Page, page_of
from app.actions.pairs import bring_together
from app.actions.plans import Planner
from app.actions.pledges import ANSWER_DAYS, AddressOf
from app.queries import Session, introductions, matches
from app.queries.hubs import HubRow
from app.queries.introductions import OutcomeCounts
from app.queries.matches import PairRow

SHOWN_DAYS = 365
ASKS_PER_PAGE = 20
MOST_PAIRS = 100


@dataclass(frozen=True)
class HubMatches:
    """``asked``: pairs (offer, asker) that were asked already; the asker is an ask, or the group that asks.

    ``asks`` are one page of those that something suits, ``waiting`` all the others.
    """

    hub: HubRow
    asks: tuple[Ask, ...]
    waiting: tuple[Ask, ...]
    page: Page
    asked: frozenset[tuple[UUID, UUID]]
    pairs: tuple[PairRow, ...]
    outcomes: OutcomeCounts
    since: date


def describe_matches(session: Session, hub_id: UUID, planner: Planner, today: date, page: int = 1) -> HubMatches:
    """NotFoundError for a hub that is not hers; BadQuestionError for a page that does not exist."""
    hub = get_own_hub(session, hub_id, planner)
    scope = HubScope((hub_id,))
    since = today - timedelta(days=SHOWN_DAYS)
    asks = list_asks(session, scope)
    suited = [ask for ask in asks if ask.suited]
    shown = page_of(page, len(suited), ASKS_PER_PAGE)
    listed = suited[shown.skip : shown.skip + ASKS_PER_PAGE]
    offer_ids = [one.other.id for ask in listed for one in ask.suited]
    return HubMatches(
        hub=hub,
        asks=tuple(listed),
        waiting=tuple(ask for ask in asks if not ask.suited),
        page=shown,
        asked=frozenset(matches.list_known_pairs(session, offer_ids)),
        pairs=tuple(
            matches.list_pairs(session, scope, within_days=SHOWN_DAYS, over_days=ANSWER_DAYS, limit=MOST_PAIRS)
        ),
        outcomes=introductions.count_outcomes(session, scope, since, today),
        since=since,
    )


def introduce(
    session: Session, hub_id: UUID, ask_id: UUID, offer_id: UUID, planner: Planner, address_of: AddressOf
) -> None:
    """Ask both sides of a match in a hub's patches; raises as ``bring_together`` does."""
    get_own_hub(session, hub_id, planner)
    bring_together(session, ask_id, offer_id, HubScope((hub_id,)), planner.account_id, address_of)
