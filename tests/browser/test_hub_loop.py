"""The whole loop as a convener walks it: the gap, a plan, a visit, a group nobody had listed, and the gap moved.

No step calls anything but pages; the numbers compared are those that the pages show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.models import AccountRole
from app.vocabulary import Role
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, check_page, serving, settle
from tests.browser.signing_in import sign_in
from tests.databases import migrate_to_head, scratch_database, settings_for
from tests.integration.accounts.people import add_person
from tests.integration.add.filling import add_postcode
from tests.integration.test_hubs import add_hub
from tests.integration.web import web_town

EMAIL, HUB = "kim@example.org", "Shore hub"
SOUTH_EAST = "W1"
GAP = "/gaps?theme=food&layer=square"
GROUP = "Soup by the slipway"


@pytest.fixture(scope="module")
def server(worker: str) -> Iterator[str]:
    """Web Town with a hub in its south-east, where somebody looked and found no food; in a database of its own."""
    with scratch_database(f"wdw_loop_{worker}") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url)
        with Session(engine) as session:
            web_town.build(session)
            add_postcode(session)
            hub = add_hub(session, HUB, "ward", [SOUTH_EAST])
            convener = add_person(session, Role.CONVENER, EMAIL)
            convener.roles = [AccountRole(role=Role.CONVENER, hub_id=hub)]
            session.commit()
        engine.dispose()
        with serving(url) as app:
            yield base_url(app)


def base_url(app: Flask) -> str:
    return str(app.config["SETTINGS"].base_url)


def open_as_convener(open_page: OpenPage, screen: dict[str, Any], path: str) -> Page:
    page = open_page(f"/sign-in?next={path}", screen)
    sign_in(page, EMAIL)
    return page


def number(words: str) -> float:
    found = re.search(r"\d[\d,]*", words)
    assert found, words
    return float(found[0].replace(",", ""))


def people_without(page: Page, code: str) -> float:
    """What the gap page's table says of a square."""
    page.goto(GAP)
    settle(page)
    return number(page.locator(f"tr[data-area='{code}'] td[data-label='without']").inner_text())


def gaps_of(page: Page) -> list[tuple[float, float]]:
    """The gap at each stop of a plan, then and now."""
    rows = page.locator(".plan-sites > li > div > .plan-change tbody tr:first-child").all()
    return [
        (number(row.locator("td").first.inner_text()), number(row.locator("td").last.inner_text())) for row in rows
    ]


def keep_plan(page: Page) -> tuple[float, float]:
    """From the hub's page to a plan that is kept; where its first place is (lon, lat)."""
    page.goto("/hubs")
    page.get_by_role("link", name=HUB).click()
    short = page.get_by_role("region", name="High need, few groups")
    expect(short.get_by_role("listitem").first).to_be_visible()
    page.get_by_role("link", name="Plan where to go").first.click()
    expect(page.get_by_label("Where", exact=True).locator("option:checked")).to_have_text(f"areas of {HUB}")
    page.get_by_label("Food", exact=True).check()
    page.get_by_label("How many places").fill("2")
    page.get_by_label("Choose among").select_option("areas")
    page.get_by_role("button", name="Show where to go").click()
    page.wait_for_url("**count=2**")
    settle(page)
    places = page.request.get(page.get_by_role("link", name="Get the map (GeoJSON)").get_attribute("href") or "")
    page.get_by_label("Name of the plan").fill("Thursday")
    expect(page.get_by_label("For", exact=True).locator("option:checked")).to_have_text(HUB)
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}$"))
    lon, lat = places.json()["features"][0]["geometry"]["coordinates"]
    return lon, lat


def add_group(page: Page) -> None:
    """Half a minute at a stop: a group that nobody had listed."""
    page.get_by_label("What is it called?").fill(GROUP)
    page.get_by_label("What do they do?").select_option("food")
    page.get_by_label("Place", exact=True).select_option("phone")
    expect(page.get_by_text("This phone knows where it is.")).to_be_visible()
    page.get_by_role("button", name="Add it").click()


def test_from_the_gap_to_a_plan_a_visit_a_new_group_and_a_gap_that_moved(open_page: OpenPage) -> None:
    desk = open_as_convener(open_page, DESKTOP, "/hubs")
    lon, lat = keep_plan(desk)
    plan, name = desk.url, desk.locator(".plan-name").first.inner_text()
    assert all(then == now for then, now in gaps_of(desk))
    code = "S" + name.removeprefix("Square ").replace("-", "")
    before = people_without(desk, code)

    where = {"geolocation": {"longitude": lon, "latitude": lat}, "permissions": ["geolocation"]}
    phone = open_as_convener(open_page, {**PHONE, **where}, "/plans")
    phone.goto(plan)
    phone.get_by_role("link", name=re.compile("^Note a visit")).first.click()
    check_page(phone)
    add_group(phone)
    expect(phone.locator("#found [data-done]")).to_contain_text("on the map")
    phone.goto("/find?q=slipway")
    expect(phone.get_by_role("link", name=GROUP)).to_be_visible()

    assert people_without(desk, code) < before
    desk.goto(plan)
    then, now = gaps_of(desk)[0]
    assert now < then
    expect(desk.locator(".answer")).to_contain_text("the gap is smaller")
