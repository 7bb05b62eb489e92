"""What suits whom, from rows to reasons: near, further afield for somebody alone, never one's own."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.matches import NEAR_M, TRAVELS, list_asks, list_suited
from app.vocabulary import AskKind
from geodata.themes import list_kin, list_themes
from tests.integration.needs.asking import rows
from tests.integration.offers.offering import add_offer

HERE, FAR = (3.5, 2.5), (30.0, 2.5)
"""More than 26 kilometres apart: further than people go for advice or a skill."""


@pytest.mark.parametrize(("theme", "kind", "found"), [
    ("sport", "skill", ["Book-keeper"]), ("food", "skill", []), ("sport", "equipment", []), (None, "skill", []),
])  # fmt: skip
def test_only_somebody_with_nobody_of_her_subject_near_gets_what_is_far(
    town: Session, theme: str | None, kind: str, found: list[str]
) -> None:
    """Web Town has kitchens everywhere and no sport."""
    ask = add_offer(town, "Wanted", HERE, direction="ask", kind=kind, theme_key=theme)
    add_offer(town, "Book-keeper", FAR, kind=kind, theme_key=theme)
    assert [suited.other.words for suited in list_suited(town, ask)] == found
    assert all(suited.is_far for suited in list_suited(town, ask))


def test_the_page_says_why(visitor: FlaskClient, town: Session) -> None:
    ask = add_offer(town, "Wanted", HERE, direction="ask", kind="mentoring", theme_key="sport", stage="idea")
    near = add_offer(town, "Near and further along", (4.5, 2.5), kind="mentoring", stage="established")
    add_offer(town, "Far away", FAR, kind="mentoring", theme_key="sport")
    page = visitor.get(f"/offers/{ask}").text
    assert page.index("Near and further along") < page.index("Far away")
    assert "about 0.6 miles apart · about another subject · a step further along" in page
    assert "further away, because nobody near does the same" in page
    assert "Wanted" in visitor.get(f"/offers/{near}").text, "and who could use it"


def test_nothing_is_matched_with_what_the_same_group_offers(town: Session) -> None:
    group = rows(town, "SELECT id FROM organisation ORDER BY name LIMIT 1")[0]["id"]
    ask = add_offer(town, "Wanted", HERE, direction="ask", organisation_id=group)
    add_offer(town, "Our own", HERE, organisation_id=group)
    add_offer(town, "Of others", HERE)
    assert [suited.other.words for suited in list_suited(town, ask)] == ["Of others"]


def test_the_list_of_asks_agrees_with_each_page(town: Session) -> None:
    for number in range(6):
        add_offer(town, f"Hall {number}", (1.0 + number, 2.5), theme_key=["food", "sport", None][number % 3])
        add_offer(town, f"Wanted {number}", (1.5 + number, 3.5), direction="ask")
    asks = list_asks(town, None)
    assert len(asks) == 6
    for ask in asks:
        alone = list_suited(town, ask.wanted.id)
        assert [one.other.id for one in ask.suited] == [one.other.id for one in alone[:3]]


def test_what_is_no_longer_public_suits_nobody(town: Session) -> None:
    ask = add_offer(town, "Wanted", HERE, direction="ask")
    offer = add_offer(town, "Hall", HERE)
    assert [suited.other.id for suited in list_suited(town, ask)] == [offer]
    town.execute(text("UPDATE offer SET withdrawn_at_utc = now() WHERE id = :id"), {"id": offer})
    add_offer(town, "Another kind", HERE, kind="equipment")
    assert list_suited(town, ask) == ()


def test_every_kind_has_a_reach_and_every_theme_of_the_kin_is_one() -> None:
    assert set(NEAR_M) == set(AskKind)
    assert set(AskKind) > TRAVELS
    keys = {theme.key for theme in list_themes()}
    assert all(group <= keys and len(group) > 1 for group in list_kin())
