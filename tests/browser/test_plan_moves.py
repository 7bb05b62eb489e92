"""A place of a plan is moved by keys, by dragging, by buttons, without scripts; the proof comes by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from app import create_app
from app.analysis.siting import Siting
from app.db import db
from app.jobs.runs import prove_plan
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, check_page, let_go, overflow_of, settle
from tests.browser.planners import EMAIL
from tests.browser.signing_in import sign_in
from tests.databases import settings_for

ASKED = "/plans/new?theme=food&candidates=areas&count=3&others=share&price=200"
PLAIN = {**DESKTOP, "java_script_enabled": False}
CHOSEN = "You chose these places."
OpenPlan = Callable[..., Page]


@pytest.fixture
def open_plan(open_page: OpenPage) -> OpenPlan:
    """Sign in as somebody who plans, and open a page."""

    def open_plan(path: str, screen: dict[str, Any] = DESKTOP) -> Page:
        page = open_page("/sign-in", screen)
        sign_in(page, EMAIL)
        page.goto(path)
        if screen is not PLAIN:
            settle(page)
        return page

    return open_plan


def places(page: Page) -> list[str]:
    return page.locator(".plan-sites h3").all_inner_texts()


def test_a_star_is_moved_by_keys_counted_again_and_put_back_by_the_back_button(open_plan: OpenPlan) -> None:
    page = open_plan(ASKED)
    sentence, before = page.locator("[data-sentence]"), places(page)
    star = page.locator("[data-star='1']")
    star.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(sentence).to_contain_text(CHOSEN)
    settle(page)
    expect(page.locator("[data-star='1']")).to_be_focused()
    expect(page.locator("#site-1")).to_contain_text("put on the map by hand")
    expect(page.locator("[data-plan-said]")).to_contain_text(CHOSEN)
    assert "only=pinned" in page.url
    assert re.search(r"pinned=at(:|%3A)\d", page.url)
    check_page(page)
    page.go_back()
    expect(sentence).not_to_contain_text(CHOSEN)
    assert places(page) == before
    expect(page.locator(".folium-map")).to_have_attribute("data-pins", str(len(before)))


def test_a_star_is_dragged_and_the_plan_that_is_kept_has_it_there(open_plan: OpenPlan) -> None:
    page = open_plan(ASKED)
    page.locator(".folium-map").scroll_into_view_if_needed()
    box = page.locator("[data-star='2']").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 15, steps=5)
    page.mouse.up()
    expect(page.locator("[data-sentence]")).to_contain_text(CHOSEN)
    settle(page)
    expect(page.locator("#site-2")).to_contain_text("put on the map by hand")
    page.get_by_label("Name of the plan").fill("Dragged")
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}$"))
    settle(page)
    expect(page.locator(".folium-map")).to_have_attribute("data-pins", "3")
    check_page(page)


@pytest.mark.parametrize("screen", [PHONE, NARROW])
def test_a_place_goes_to_the_middle_of_the_map_at_a_press(open_plan: OpenPlan, screen: dict[str, Any]) -> None:
    page = open_plan(ASKED, screen)
    page.locator("#site-1 .plan-move summary").click()
    page.get_by_role("button", name=re.compile("^To the middle of the map")).first.click()
    expect(page.locator("[data-sentence]")).to_contain_text(CHOSEN)
    settle(page)
    assert overflow_of(page) <= 0
    check_page(page)


def test_without_scripts_a_place_moves_to_one_near_it_or_to_what_is_typed(open_plan: OpenPlan) -> None:
    page = open_plan(ASKED, PLAIN)
    page.locator("#site-1 .plan-move summary").click()
    page.locator("#site-1 .plan-move ul a").first.click()
    page.wait_for_url("**only=pinned**")
    expect(page.locator("[data-sentence]")).to_contain_text(CHOSEN)
    page.locator("#site-2 .plan-move summary").click()
    page.locator("#site-2").get_by_label(re.compile("^To a postcode or place")).fill("Square 5-1")
    page.locator("#site-2").get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#site-2")).to_contain_text("put on the map by hand")
    page.get_by_role("link", name="Let us choose all places again").click()
    expect(page.locator("[data-sentence]")).not_to_contain_text(CHOSEN)


@pytest.fixture
def unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer at once is poor, as on too hard a problem."""
    poor = Siting(np.array([0]), 1.0, 1e6, is_proven=False)
    monkeypatch.setattr("app.actions.plan_siting.most_covered", lambda _: poor)


@pytest.mark.usefixtures("unsure")
def test_the_proof_comes_without_loading_the_page_again(open_plan: OpenPlan, town_url: str) -> None:
    page = open_plan("/plans/new?theme=food&candidates=areas&count=4&others=share")
    page.evaluate("() => { window.isTheSamePage = true; }")
    expect(page.get_by_text("It waits its turn.")).to_be_visible()
    check_page(page)
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(do_runs, town_url).result()
    expect(page.get_by_text("No other choice does better: that is proven.").first).to_be_visible(timeout=30_000)
    assert page.evaluate("() => window.isTheSamePage") is True
    expect(page.locator(".folium-map")).to_have_attribute("data-pins", str(len(places(page))))


def do_runs(town_url: str) -> None:
    """What the worker does."""
    app = create_app(settings_for(town_url))
    with app.app_context():
        for run_id in db.session.scalars(text("SELECT id FROM plan_run WHERE state = 'waiting'")).all():
            prove_plan(str(run_id))
    let_go(app)
