"""No text that a person can type runs on any map: each is opened, and what it shows is the text as it was typed.

Rows T01 to T05 of safety: names of groups, services, needs, halls, areas, layers, hubs, themes, plans, places of a
plan's own list, offers, what-if sites and sources. The places map, offers, members and the kept file have such
tests of their own (test_places_map.py, test_offers.py, test_members.py, test_gap_file.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.queries.versions import AREAS, RECORDS, bump_versions
from app.vocabulary import Role
from tests.browser.conftest import DESKTOP, OpenPage, fill, serving, settle
from tests.browser.hostile import PAYLOADS, place_of
from tests.browser.signing_in import sign_in
from tests.databases import migrate_to_head, scratch_database, settings_for
from tests.integration.accounts.people import add_person
from tests.integration.web import web_town

OFFICER = "hostile@example.org"
HOSTILE_SQUARES = [web_town.code_of(square) for square in web_town.SQUARES[: len(PAYLOADS)]]
OpenInside = Callable[[str], Page]


def rename(session: Session) -> None:
    """What the other tests of the browser need as it is."""
    for table, column, where, words in (
        ("area_layer", "name", "key = 'square'", PAYLOADS[0]),
        ("area_layer", "name", "key = 'ward'", PAYLOADS[1]),
        ("hub", "name", "true", PAYLOADS[4]),
        ("hub", "summary", "true", PAYLOADS[8]),
        ("theme", "name", "key = 'food'", PAYLOADS[6]),
        ("theme", "question", "key = 'food'", PAYLOADS[3]),
        ("area", "name", "area_code = 'T1'", PAYLOADS[2]),
        ("area", "name", "area_code = 'W0'", PAYLOADS[5]),
    ):
        session.execute(text(f"UPDATE {table} SET {column} = :words WHERE {where}"), {"words": words})
    bump_versions(session, [AREAS, RECORDS])


@pytest.fixture(scope="module")
def app(worker: str) -> Iterator[Flask]:
    with scratch_database(f"wdw_hostile_{worker}") as url:
        migrate_to_head(url)
        fill(url)
        engine = create_engine(settings_for(url).sqlalchemy_url)
        with Session(engine) as session:
            rename(session)
            add_person(session, Role.OFFICER, OFFICER)
            session.commit()
        engine.dispose()
        with serving(url) as app:
            yield app


@pytest.fixture(scope="module")
def server(app: Flask) -> str:
    """In the place of Web Town: what ``open_page`` opens."""
    return str(app.config["SETTINGS"].base_url)


@pytest.fixture
def open_inside(open_page: OpenPage) -> OpenInside:
    """A page as an officer sees it."""

    def open_inside(path: str) -> Page:
        page = open_page("/sign-in", DESKTOP, check=False)
        sign_in(page, OFFICER)
        page.goto(path)
        settle(page)
        return page

    return open_inside


def expect_quiet(page: Page) -> None:
    assert page.evaluate("window.__pwn") is None
    assert page.evaluate("window.violations") == []


def read_areas(page: Page, name: str, codes: list[str]) -> list[str]:
    """The names that the map shows of some areas when their rows have the focus."""
    shown = []
    for code in codes:
        page.evaluate(
            "(code) => map_gaps.getContainer().dispatchEvent(new CustomEvent('read-area', {detail: code}))",
            code,
        )
        expect(page.locator(".folium-map")).to_have_attribute("data-lit", code)
        shown.append(page.locator(".leaflet-tooltip b").inner_text())
    expect_quiet(page)
    return shown


GAP_MAPS = {
    "gaps": "/gaps?theme=food",
    "embedded gaps": "/embed/gaps?theme=food",
    "kinds": "/gaps/kinds?theme=food",
    "what if": "/what-if?theme=food",
}


@pytest.mark.parametrize("where", GAP_MAPS)
def test_names_of_areas_on_every_gap_map(open_page: OpenPage, where: str) -> None:
    page = open_page(GAP_MAPS[where], check=False)
    assert read_areas(page, "gaps", HOSTILE_SQUARES) == [f"{payload} square" for payload in PAYLOADS]


def cards_of(page: Page, mark: str) -> list[str]:
    """What the card of each mark says, one after the other."""
    said = []
    for number in range(page.locator(mark).count()):
        page.locator(mark).nth(number).press("Enter")
        dialog = page.get_by_role("dialog")
        said += dialog.locator("a[href]:not(.leaflet-popup-close-button)").all_inner_texts()
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    expect_quiet(page)
    return said


def test_names_of_services_in_the_finder(open_page: OpenPage) -> None:
    found: set[str] = set()
    page = open_page("/find?near=north+west&within=10mi&theme=food", check=False)
    while not {f"{payload} service" for payload in PAYLOADS} <= found:
        listed = page.locator(".find-list .found:has(.found-number:not(.none)) h3 a").all_inner_texts()
        shown = cards_of(page, ".found-pin")
        assert sorted(shown) == sorted(listed)
        found |= set(shown)
        if not {f"{payload} service" for payload in PAYLOADS} <= found:
            page.get_by_role("link", name="Next", exact=False).first.click()
            page.wait_for_load_state()
            settle(page)


def test_names_of_services_that_overlap(open_page: OpenPage) -> None:
    page = open_page("/gaps/overlap?theme=food&layer=square&share=30&minutes=40", check=False)
    listed = set(page.locator("tr[data-card] [data-name]").all_inner_texts())
    assert {f"{payload} service" for payload in PAYLOADS} & listed
    assert set(cards_of(page, ".found-pin")) == listed


def test_places_of_a_plan_and_the_name_it_is_kept_by(open_inside: OpenInside) -> None:
    """A list of one's own has lines and commas, so that none of its names can hold those."""
    names = [payload for payload in PAYLOADS if not set(payload) & set(",;")]
    assert len(names) > 6
    lines = [f"{','.join(map(str, lat_lon(number)))}, {name}" for number, name in enumerate(names)]
    asked = {"theme": "food", "candidates": "own", "count": len(names), "others": "share", "own": "\n".join(lines)}
    page = open_inside(f"/plans/new?{urlencode(asked)}")
    stars = [words.partition(". ")[2] for words in cards_of(page, ".plan-star.leaflet-marker-icon")]
    assert stars
    assert set(stars) <= set(names)
    page.get_by_label("Name of the plan").fill(PAYLOADS[1])
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PAYLOADS[1])
    settle(page)
    kept = [words.partition(". ")[2] for words in cards_of(page, ".plan-star.leaflet-marker-icon")]
    assert sorted(kept) == sorted(stars)


def lat_lon(number: int) -> tuple[float, float]:
    """Somewhere in Web Town."""
    column, row = place_of(number)
    return round(53.45 + row * 0.009, 5), round(-2.3 + column * 0.015, 5)


def test_the_map_of_a_hub_and_its_groups(open_inside: OpenInside) -> None:
    page = open_inside("/hubs")
    page.get_by_role("link", name=PAYLOADS[4]).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PAYLOADS[4])
    settle(page)
    page.evaluate("() => { map_hub.setView([53.466, -2.2], 15, {animate: false}); }")
    settle(page)
    pins = page.locator(".leaflet-marker-icon.pin")
    for number in range(min(pins.count(), 6)):
        name = (pins.nth(number).get_attribute("aria-label") or "").rpartition(", ")[0]
        pins.nth(number).press("Enter")
        expect(page.get_by_role("dialog").locator("strong")).to_have_text(name)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    expect_quiet(page)


OTHERS = {
    "needs": "/needs",
    "embedded places": "/embed/map?kind=need",
    "a profile": "/areas/ward/W0",
    "a square": "/areas/square/S20",
    "offers": "/offers",
    "a patch to ask about": "/gaps/patch",
}


@pytest.mark.parametrize("where", OTHERS)
def test_the_other_maps_stay_quiet_and_whole(open_page: OpenPage, where: str) -> None:
    page = open_page(OTHERS[where], check=False)
    expect(page.locator(".folium-map path").first).to_be_attached()
    names = page.locator(".place-name").all_inner_texts()
    assert all("__pwn" not in name or any(payload in name for payload in PAYLOADS) for name in names)
    expect_quiet(page)


def test_a_layer_with_such_a_name_can_be_asked_by(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food&layer=ward", check=False)
    names: list[Any] = read_areas(page, "gaps", ["W0", "W1"])
    assert names == [PAYLOADS[5], f"{PAYLOADS[0]} ward"]
    assert PAYLOADS[1] in page.locator("#field-layer option").all_inner_texts()
