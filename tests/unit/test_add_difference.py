"""What a new group changes: only what holds, the widest claim first, nothing that a wider one says already."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from app.actions.add_difference import Difference, Part, differences, parts_of
from app.actions.group_documents import ServiceDocument, When
from app.queries.add_difference import OfferRow
from app.vocabulary import Cost

TUESDAY_EVENING = When(weekday=2, opens=time(19), closes=time(21))


def service(**facts: object) -> ServiceDocument:
    given = {"name": "x", "themes": ("carers",), "when": (TUESDAY_EVENING,), **facts}
    return ServiceDocument.model_validate(given)


def offer(number: int = 1, **facts: object) -> OfferRow:
    given: dict[str, object] = {
        "organisation_id": UUID(int=number), "themes": ["carers"], "audiences": ["anyone"], "languages": [],
        "cost": "free", "step_free": None, "starts": [[2, 10]],
    }  # fmt: skip
    return OfferRow(**{**given, **facts})  # type: ignore[arg-type]


def test_the_only_one_is_said_once_and_not_again_in_part() -> None:
    assert differences(service(audiences=("men",), cost=Cost.FREE), []) == [Difference("carers")]


def test_the_only_one_in_the_evening() -> None:
    assert differences(service(), [offer()]) == [Difference("carers", Part.EVENING)]


def test_the_only_one_for_somebody() -> None:
    evening = offer(starts=[[3, 18]], audiences=["women"])
    assert differences(service(audiences=("men",)), [evening]) == [Difference("carers", audience="men")]


def test_the_only_evening_one_for_somebody_where_each_alone_has_others() -> None:
    rivals = [offer(1, starts=[[3, 18]], audiences=["women"]), offer(2, audiences=["men"])]
    assert differences(service(audiences=("men",)), rivals) == [Difference("carers", Part.EVENING, "men")]


def test_what_an_offer_does_not_say_might_be_so() -> None:
    silent = offer(starts=[], audiences=[], cost="unknown", step_free=None)
    assert differences(service(audiences=("men",), cost=Cost.FREE, step_free=True), [silent]) == [
        Difference("carers", others=1)
    ]


def test_where_nothing_is_the_only_one_the_others_are_counted_by_group() -> None:
    rivals = [offer(1, starts=[[3, 18]]), offer(1, starts=[[4, 18]]), offer(2, starts=[[5, 18]])]
    assert differences(service(), rivals) == [Difference("carers", others=2)]


def test_a_week_has_three_parts() -> None:
    assert parts_of([(2, 9), (2, 16)]) == {Part.DAYTIME}
    assert parts_of([(5, 17)]) == {Part.EVENING}
    assert parts_of([(6, 19), (7, 9)]) == {Part.WEEKEND}
