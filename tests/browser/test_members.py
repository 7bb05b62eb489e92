"""Belonging to a hub, its home and its peer map in a real browser; a patch drawn by pointer and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.actions.links import make_link
from app.vocabulary import LinkPurpose, Role
from tests.browser.conftest import DESKTOP, NARROW, SCREENS, OpenPage, check_page, overflow_of, settle
from tests.browser.hostile import PAYLOADS
from tests.browser.signing_in import sign_in
from tests.browser.test_needs import letter_path
from tests.databases import settings_for
from tests.integration.accounts.people import add_person
from tests.integration.test_hubs import add_hub
from tests.integration.web import web_town

EMAIL = "runner@members.example"
PLAIN = {**DESKTOP, "java_script_enabled": False}
HUB = "Members hub " + PAYLOADS[1] + "W" * 60
PEOPLE = (("Ada", "food", "W0"), ("Bo", "food", "W3"), ("Cy", "sport", None))
OpenHub = Callable[..., Page]


class Hub:
    """A hub with three members on its peer map, whose words are hostile; ``page`` is that of the first."""

    def __init__(self, session: Session) -> None:
        self.id: UUID = add_hub(session, HUB, "ward", ["W1", "W3"])
        session.execute(
            text("UPDATE hub SET summary = :words WHERE id = :id"), {"words": PAYLOADS[0], "id": self.id}
        )
        self.pages = [self.add(session, *person) for person in PEOPLE]
        session.commit()

    def add(self, session: Session, name: str, theme: str, ward: str | None) -> str:
        contact = web_town.insert(
            session, "contact", purpose="member", name=name, email=f"{name.lower()}@members.example",
            sql={"email_confirmed_at_utc": "now()"},
        )  # fmt: skip
        where = f"(SELECT id FROM area WHERE area_code = '{ward}')" if ward else "NULL"
        member = web_town.insert(
            session, "member", hub_id=self.id, contact_id=contact, venture=PAYLOADS[2], words=PAYLOADS[3],
            on_peer_map=True, sql={"peer_consent_at_utc": "now()", "accepted_at_utc": "now()", "area_id": where},
        )  # fmt: skip
        web_town.insert(session, "member_theme", returning="member_id", member_id=member, theme_key=theme)
        return "/members/" + make_link(session, LinkPurpose.MEMBER, record_id=member, contact_id=contact)


@pytest.fixture
def hub(town_url: str) -> Iterator[Hub]:
    """Gone again after the test, with what was drawn."""
    engine = create_engine(settings_for(town_url).sqlalchemy_url)
    with Session(engine) as session:
        made = Hub(session)
        add_person(session, Role.CONVENER, EMAIL)
    yield made
    with Session(engine) as session:
        for statement in (
            "DELETE FROM account WHERE email LIKE '%@members.example'",
            "DELETE FROM contact WHERE email LIKE '%@members.example'",
            "DELETE FROM mail WHERE template LIKE 'member_%'",
            "DELETE FROM hub WHERE source_ref LIKE 'Members hub%'",
            "DELETE FROM area USING area_layer l WHERE l.id = area_layer_id AND l.kind = 'drawn'",
            "DELETE FROM area_layer WHERE kind = 'drawn'",
            "DELETE FROM source WHERE key LIKE 'hub-%'",
        ):
            session.execute(text(statement))
        session.commit()
    engine.dispose()


@pytest.fixture
def open_hub(open_page: OpenPage, hub: Hub) -> OpenHub:
    """Sign in, and open a page of the hub."""

    def open_hub(path: str = "", screen: dict[str, Any] = DESKTOP, *, later: int | str = 0) -> Page:
        page = open_page("/sign-in", screen, later=later)
        sign_in(page, EMAIL)
        page.goto(f"/hubs/{hub.id}{path}")
        return page

    return open_hub


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_is_sound(open_hub: OpenHub, hub: Hub, screen: str) -> None:
    page = open_hub("", SCREENS[screen])
    for path in ("", "/members", "/members/peers", "/patches/draw", "/join", "/join/mailed", "/join/left"):
        page.goto(f"/hubs/{hub.id}{path}")
        settle(page)
        check_page(page)
    for path in ("", "/peers"):
        page.goto(hub.pages[0] + path)
        settle(page)
        check_page(page)


def test_at_320_pixels_nothing_is_cut_off(open_hub: OpenHub, hub: Hub) -> None:
    page = open_hub("", NARROW)
    for path in ("", "/members", "/members/peers", "/patches/draw", "/join"):
        page.goto(f"/hubs/{hub.id}{path}")
        settle(page)
        assert overflow_of(page) <= 0, path
    for path in (hub.pages[0], "/areas/ward/W1"):
        page.goto(path)
        settle(page)
        assert overflow_of(page) <= 0, path


def test_the_home_draws_patches_and_counts_members(open_hub: OpenHub) -> None:
    page = open_hub()
    settle(page)
    expect(page.locator("path.marked.patch")).to_have_count(2)
    expect(page.locator("path.marked.members")).to_have_count(2)
    expect(page.locator(".count-badge.members")).to_have_text(["1", "1"])
    expect(page.get_by_role("heading", name="3 members")).to_be_visible()
    expect(page.locator("#home-list")).to_contain_text("One did not say where.")


def test_the_peer_map_says_who_is_alone_and_how_far_is_near_is_chosen(open_page: OpenPage, hub: Hub) -> None:
    page = open_page(f"{hub.pages[0]}/peers")
    expect(page.locator("path.marked.members")).to_have_count(2)
    alone = page.locator("section", has=page.get_by_role("heading", name="No peer within"))
    expect(alone).to_contain_text("Everybody who said where has somebody near.")
    page.get_by_label("Who has no peer within … miles").fill("1")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**miles=1")
    settle(page)
    expect(page.locator("path.marked.alone")).to_have_count(2)
    expect(alone.get_by_role("listitem")).to_have_count(2)
    expect(alone).to_contain_text("the nearest is")
    check_page(page)


def test_invited_and_gone_again_without_scripts(open_hub: OpenHub, open_page: OpenPage) -> None:
    page = open_hub("/members", PLAIN, later=422)
    page.get_by_label("First name").fill("Di 2")
    page.get_by_label("E-mail address").fill("di@members.example")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("alert")).to_contain_text("Letters only")
    expect(page.get_by_label("E-mail address")).to_have_value("di@members.example")
    page.get_by_label("First name").fill("Di")
    page.get_by_role("button", name="Send the invitation").click()
    page.wait_for_url("**done=invited")
    reader = open_page("/outbox", PLAIN)
    own = letter_path(reader, "members")
    reader.goto(own)
    reader.get_by_role("button", name="Yes, I want to join").click()
    expect(reader.get_by_role("checkbox", name="Yes, show me to the other members")).not_to_be_checked()
    reader.get_by_label("What you do, or want to start").fill("A repair café")
    reader.get_by_label("Roughly where you are").select_option("ward:W1")
    reader.get_by_label("Yes, show me to the other members").check()
    reader.get_by_role("button", name="Save").click()
    expect(reader.get_by_role("status")).to_have_text("Saved.")
    reader.get_by_role("link", name="Who is near whom").click()
    expect(reader.locator("main")).to_contain_text("(1): Di")
    page.goto(page.url.partition("?")[0])
    expect(page.locator("main")).to_contain_text("A repair café")
    reader.goto(own)
    reader.get_by_role("button", name="Leave the hub, and forget me").click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("You have left")
    page.reload()
    expect(page.locator("main")).not_to_contain_text("di@members.example")


def test_a_patch_is_drawn_claimed_and_left(open_hub: OpenHub) -> None:
    page = open_hub("/patches/draw")
    page.get_by_label("What people call it").fill("Harbour estate")
    frame = page.locator(".folium-map")
    settle(page)
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    for number, (x, y) in enumerate(((-60, -50), (60, -50), (60, 50), (-60, 50)), 1):
        frame.click(position={"x": box["width"] / 2 + x, "y": box["height"] / 2 + y})
        expect(page.locator("path.corner")).to_have_count(number)
    expect(page.get_by_label("As I draw it on the map")).to_be_checked()
    check_page(page)
    page.get_by_role("button", name="Keep it, and claim it").click()
    page.wait_for_url("**#patches")
    settle(page)
    expect(page.locator("path.marked.patch")).to_have_count(3)
    patch = page.locator(".hub-patch", has_text="Harbour estate")
    expect(patch).to_contain_text("Until ")
    patch.get_by_role("button", name="Leave it to others").click()
    expect(page.locator(".hub-patch", has_text="Harbour estate")).to_have_count(0)


def test_a_patch_is_drawn_from_the_keyboard(open_hub: OpenHub) -> None:
    page = open_hub("/patches/draw")
    settle(page)
    page.get_by_label("What people call it").fill("Mill fields")
    for number, moves in enumerate((("ArrowLeft",), ("ArrowUp", "ArrowUp"), ("ArrowRight", "ArrowRight")), 1):
        page.locator(".folium-map").focus()
        for move in moves:
            page.keyboard.press(move)
            settle(page)
        page.locator("[data-act=put]").focus()
        page.keyboard.press("Enter")
        expect(page.locator("path.corner")).to_have_count(number)
    page.get_by_role("button", name="Keep it, and claim it").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#patches")
    patch = page.locator(".hub-patch", has_text="Mill fields")
    expect(patch).to_have_count(1)
    patch.get_by_role("button", name="Leave it to others").focus()
    page.keyboard.press("Enter")
    expect(patch).to_have_count(0)
