"""Another place for one of the sites: the rest stay where they are, and everything is counted again."""

from __future__ import annotations

from dataclasses import replace

from app.actions.plan_answers import PlanAnswer, PlanQuestion
from app.actions.plan_placed import write_placed
from app.actions.spots import locate
from app.queries import Session

PLACEHOLDER = "placed"
"""Where a script puts in the point that somebody drags a site to."""


def move_site(question: PlanQuestion, answer: PlanAnswer, number: int, key: str) -> PlanQuestion:
    """Exactly the sites of ``answer``, but the one of this number at another candidate, or at the PLACEHOLDER.

    A price of its own goes with it.
    """
    keys = [site.key for site in answer.sites]
    if key == PLACEHOLDER:
        key = write_placed(0.0, 0.0, own_price(question, answer, number))
    keys[number - 1] = key
    return replace(question, pinned=tuple(dict.fromkeys(keys)), is_only_pinned=True)


def move_to_typed(
    session: Session, question: PlanQuestion, answer: PlanAnswer, number: int, typed: str
) -> PlanQuestion:
    """The same to a postcode, a name or a position. Raises UnknownSpotError."""
    spot = locate(session, typed, field=f"to-{number}")
    return move_site(
        question, answer, number, write_placed(spot.lat, spot.lon, own_price(question, answer, number))
    )


def own_price(question: PlanQuestion, answer: PlanAnswer, number: int) -> int | None:
    """What a site costs, where that is not what every place costs."""
    cost = answer.sites[number - 1].cost
    return None if cost is None or cost == question.price else round(cost)
