"""At a stop with a phone: one press, a group in five answers, with a connection, without one, and signed out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time
from typing import Any

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.models import AccountRole
from app.vocabulary import Role
from tests.browser.conftest import DESKTOP, NARROW, PHONE, SCREENS, OpenPage, check_page, overflow_of, serving
from tests.browser.signing_in import sign_in
from tests.databases import migrate_to_head, scratch_database, settings_for
from tests.integration.accounts.people import add_person
from tests.integration.web import web_town

EMAIL = "kim@example.org"
ASKED = "/plans/new?theme=food&candidates=venues&count=3&others=share"
OFFLINE = "ERR_INTERNET_DISCONNECTED"
PLAIN = {**PHONE, "java_script_enabled": False}
LONG = "Nordost" * 15
OpenStop = Callable[..., Page]


@pytest.fixture(scope="module")
def town(worker: str) -> Iterator[str]:
    """Web Town of our own: visits change what everybody sees."""
    with scratch_database(f"wdw_visits_{worker}") as url:
        migrate_to_head(url)
        with session_of(url) as session:
            web_town.build(session)
            hub = web_town.insert(session, "hub", name="River hub", summary="", source_ref="river",
                                  source_id=web_town.source_id(session))  # fmt: skip
            session.execute(
                text(
                    "INSERT INTO patch (hub_id, area_id) SELECT :hub, a.id FROM area a "
                    "JOIN area_layer l ON l.id = a.area_layer_id WHERE l.key = 'ward'"
                ),
                {"hub": hub},
            )
            for at in web_town.FOOD_AT:
                web_town.add_service(session, f"{LONG} {at[0]}", at)
            person = add_person(session, Role.CONVENER, EMAIL)
            person.roles = [AccountRole(role=Role.CONVENER, hub_id=hub)]
            session.commit()
        yield url


@contextmanager
def session_of(url: str) -> Iterator[Session]:
    engine = create_engine(settings_for(url).sqlalchemy_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture(scope="module")
def server(town: str) -> Iterator[str]:
    with serving(town) as app:
        yield app.config["SETTINGS"].base_url


@pytest.fixture
def open_stop(open_page: OpenPage) -> OpenStop:
    """Sign in, keep a plan, and open its first stop; ``later`` as of open_page."""

    def open_stop(screen: dict[str, Any] = PHONE, *, later: int | str = 0) -> Page:
        has_scripts = screen.get("java_script_enabled", True)
        page = open_page("/sign-in", screen, later=later, check=has_scripts)
        sign_in(page, EMAIL)
        page.goto(ASKED)
        page.get_by_label("Name of the plan").fill("On foot")
        page.locator("select[name=hub]").select_option(label="River hub")
        page.get_by_role("button", name="Keep it").click()
        page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}$"))
        page.goto(f"{page.url}/stops/1/visit")
        if has_scripts:
            expect(page.locator("[data-visit]")).to_have_attribute("data-is-kept", "true")
        return page

    return open_stop


def press(page: Page, words: str, at: int = 0) -> str:
    """Press a button beside a listing; its name."""
    card = page.locator(".visit-groups li").nth(at)
    name = card.get_by_role("link").inner_text()
    card.get_by_role("button", name=re.compile(f"^{words}")).click()
    return name


def add_group(page: Page, name: str) -> None:
    page.get_by_label("What is it called?").fill(name)
    page.get_by_label("Day", exact=True).first.select_option("Tuesday")
    page.get_by_label("Time of day").select_option("evening")
    page.get_by_label("Who is it for?").select_option("Families")
    page.get_by_role("button", name="Add it").click()


def unsent(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('visit:')).length"))


def said(page: Page, words: str) -> Any:
    return page.get_by_role("status").filter(has_text=words)


@pytest.mark.parametrize("screen", SCREENS)
def test_the_page_and_the_sheets_are_sound(open_stop: OpenStop, screen: str) -> None:
    page = open_stop(SCREENS[screen])
    check_page(page)
    page.goto(page.url.partition("/stops")[0] + "/sheets")
    check_page(page)


def test_at_320_pixels_long_names_are_not_cut_off(open_stop: OpenStop) -> None:
    page = open_stop(NARROW)
    expect(page.get_by_role("link", name=LONG).first).to_be_visible()
    assert overflow_of(page) <= 0
    page.goto(page.url.partition("/stops")[0] + "/sheets")
    assert overflow_of(page) <= 0


def test_one_press_confirms_and_five_answers_add_a_group(open_stop: OpenStop, open_page: OpenPage) -> None:
    page = open_stop()
    press(page, "Still right")
    expect(said(page, "Confirmed as still right.")).to_be_visible()
    expect(page.locator(".visit-groups li").first.get_by_role("button").first).to_be_disabled()
    add_group(page, "Soup at the lock")
    expect(said(page, "It is on the map.")).to_be_visible()
    expect(page.get_by_label("What is it called?")).to_have_value("")
    assert unsent(page) == 0
    page.reload()
    noted = page.locator("#noted")
    expect(noted.get_by_text("Soup at the lock")).to_have_count(1)
    noted.get_by_role("listitem").filter(has_text="Soup at the lock").get_by_role("button").click()
    expect(page.locator("#noted li").filter(has_text="Soup at the lock")).to_have_count(0)


def test_opened_before_the_page_opens_without_a_connection_and_what_is_noted_is_kept_once(
    open_stop: OpenStop,
) -> None:
    page = open_stop(later=OFFLINE)
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(said(page, "There is no connection")).to_be_visible()
    name = press(page, "Still right", at=1)
    expect(page.locator("[data-waiting] li")).to_have_count(1)
    add_group(page, "Tunnel choir")
    expect(page.locator("[data-waiting] li")).to_have_count(2)
    page.reload()
    expect(page.locator("[data-waiting] li")).to_have_count(2)
    check_page(page)
    page.context.set_offline(False)
    expect(said(page, "has been sent")).to_be_visible()
    assert unsent(page) == 0
    page.reload()
    noted = page.locator("#noted li")
    expect(noted.filter(has_text=name)).to_have_count(1)
    expect(noted.filter(has_text="Tunnel choir")).to_have_count(1)


def test_an_answer_that_was_lost_on_the_way_back_is_no_second_group(open_stop: OpenStop) -> None:
    page = open_stop(later="ERR_FAILED")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.context.route("**/visit/group", lose, times=1)
    add_group(page, "Cellar band")
    expect(said(page, "There is no connection")).to_be_visible()
    assert unsent(page) == 1
    page.get_by_role("button", name="Send now").click()
    expect(said(page, "arrived before")).to_be_visible()
    page.reload()
    expect(page.locator("#noted li").filter(has_text="Cellar band")).to_have_count(1)


def test_signed_out_meanwhile_nothing_is_lost_and_signing_in_sends_it(open_stop: OpenStop) -> None:
    page = open_stop(later=OFFLINE)
    page.context.set_offline(True)
    name = press(page, "Call back", at=2)
    expect(said(page, "There is no connection")).to_be_visible()
    page.context.clear_cookies()
    page.context.set_offline(False)
    expect(said(page, "You are no longer signed in")).to_be_visible()
    assert unsent(page) == 1
    page.get_by_role("link", name="Sign in to send it").click()
    sign_in(page, EMAIL)
    page.wait_for_url(re.compile("/stops/1/visit$"))
    expect(said(page, "has been sent")).to_be_visible()
    page.reload()
    expect(page.locator("#noted li").filter(has_text=name)).to_have_count(1)


def test_what_changed_meanwhile_is_said(open_stop: OpenStop, town: str) -> None:
    page = open_stop(later=404)
    name = page.locator(".visit-groups li").first.get_by_role("link").inner_text()
    review(town, name, "hidden")
    press(page, "Still right")
    expect(said(page, "no longer on the map here")).to_be_visible()
    review(town, name, "approved")
    with session_of(town) as session:
        session.execute(text("DELETE FROM plan"))
        session.commit()
    press(page, "Nobody there", at=1)
    expect(said(page, "There is no such plan")).to_be_visible()
    waiting = page.locator("[data-waiting] li")
    expect(waiting.filter(has_text="The site would not take this.")).to_have_count(1)
    waiting.get_by_role("button", name="Delete").click()
    expect(waiting).to_have_count(0)


def review(town: str, name: str, status: str) -> None:
    with session_of(town) as session:
        session.execute(
            text("UPDATE organisation SET review_status = :status WHERE name = :name"),
            {"status": status, "name": name},
        )
        session.commit()


def test_what_the_site_refuses_is_back_in_the_form_with_the_reason(open_stop: OpenStop) -> None:
    page = open_stop(later=400)
    page.get_by_label("What is it called?").fill("Somewhere")
    page.get_by_label("Place", exact=True).select_option("words")
    page.get_by_role("button", name="Add it").click()
    expect(said(page, "does not say where")).to_be_visible()
    expect(page.get_by_label("What is it called?")).to_have_value("Somewhere")
    assert unsent(page) == 0


def test_signing_out_asks_about_what_is_unsent_and_leaves_nothing_on_the_phone(open_stop: OpenStop) -> None:
    page = open_stop()
    page.evaluate("localStorage.setItem('visit:1', JSON.stringify({id: 1, who: 'another', said: 'Bread'}))")
    page.reload()
    expect(page.locator("[data-waiting] li")).to_contain_text("Noted by somebody else")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("alert")).to_contain_text("not sent yet: 1")
    assert unsent(page) == 1
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert unsent(page) == 0
    page.wait_for_function("async () => (await caches.keys()).length === 0")
    page.wait_for_function("async () => (await navigator.serviceWorker.getRegistrations()).length === 0")


def test_a_group_is_put_where_the_phone_is_only_when_that_is_chosen(open_stop: OpenStop, town: str) -> None:
    with session_of(town) as session:
        lon, lat = session.execute(text("SELECT ST_X(geom), ST_Y(geom) FROM place ORDER BY id LIMIT 1")).one()
    spot = {"longitude": lon + 0.001, "latitude": lat}
    page = open_stop({**PHONE, "geolocation": spot, "permissions": ["geolocation"]})
    page.get_by_label("Place", exact=True).select_option("phone")
    expect(said(page, "knows where it is")).to_be_visible()
    add_group(page, "Bench choir")
    expect(said(page, "It is on the map.")).to_be_visible()
    expect(page.locator("input[name=position]")).to_have_value("")
    with session_of(town) as session:
        found = session.execute(
            text(
                "SELECT ST_X(f.geom), ST_Y(f.geom) FROM public_footprint f JOIN public_organisation o "
                "ON o.id = f.organisation_id WHERE o.name = 'Bench choir'"
            )
        ).one()
    assert tuple(found) == pytest.approx((lon + 0.001, lat), abs=1e-4)


def test_all_places_of_a_plan_are_taken_along(open_stop: OpenStop) -> None:
    page = open_stop(later=OFFLINE)
    page.get_by_role("button", name="Take all 3 places").click()
    expect(said(page, "open without a connection now")).to_be_visible()
    page.context.set_offline(True)
    page.locator("[data-stop]").last.click()
    page.wait_for_url("**/stops/3/visit")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(said(page, "There is no connection")).to_be_visible()
    page.context.set_offline(False)


@pytest.mark.parametrize(("days", "opens"), [(13, True), (15, False)])
def test_a_page_is_kept_for_two_weeks_and_no_longer(open_stop: OpenStop, days: int, opens: bool) -> None:
    page = open_stop(later=OFFLINE)
    page.evaluate(
        """async (days) => {
            const kept = await caches.open("visits-1");
            const page = await (await kept.match(location.pathname)).text();
            const then = new Date(Date.now() - days * 86_400_000).toUTCString();
            const headers = { "Content-Type": "text/html; charset=utf-8", Date: then };
            await kept.put(location.pathname, new Response(page, { headers }));
        }""",
        days,
    )
    page.context.set_offline(True)
    other = page.context.new_page()
    if opens:
        other.goto(page.url)
        expect(other.get_by_role("heading", level=1)).to_be_visible()
    else:
        with pytest.raises(Error, match="ERR_FAILED"):
            other.goto(page.url)
        assert page.evaluate("async () => !(await (await caches.open('visits-1')).match(location.pathname))")
    other.close()
    page.context.set_offline(False)


def test_one_button_deletes_what_the_phone_keeps(open_stop: OpenStop) -> None:
    page = open_stop(later=OFFLINE)
    page.get_by_role("button", name="Delete everything of visits").click()
    expect(said(page, "Nothing of these pages")).to_be_visible()
    assert page.evaluate("async () => (await caches.keys()).length") == 0
    page.context.set_offline(True)
    other = page.context.new_page()
    with pytest.raises(Error, match=OFFLINE):
        other.goto(page.url)
    other.close()


def test_without_scripts_every_form_works(open_stop: OpenStop) -> None:
    page = open_stop(PLAIN)
    press(page, "Nobody there")
    expect(said(page, "Kept.")).to_be_visible()
    add_group(page, "Plain singers")
    expect(said(page, "It is on the map.")).to_be_visible()
    page.get_by_role("button", name="Yes, we looked at everything").click()
    expect(said(page, "Kept as looked at")).to_be_visible()
    expect(page.locator("#noted li")).to_have_count(3)


def test_a_keyboard_reaches_and_presses(open_stop: OpenStop) -> None:
    page = open_stop(DESKTOP)
    page.get_by_role("button", name=re.compile("^Call back")).first.focus()
    page.keyboard.press("Enter")
    expect(said(page, "Kept.")).to_be_visible()


def fill_times(page: Page, **hours: str) -> Locator:
    """Tick Tuesday and Thursday in the first line of exact times; the line."""
    page.get_by_text("Exact times, if somebody says them").click()
    times = page.locator(".visit-times .time-line").first
    for day in ("Tuesday", "Thursday"):
        times.get_by_role("checkbox", name=day).check()
    for name, hour in hours.items():
        times.get_by_label(name, exact=True).fill(hour)
    return times


def test_exact_times_are_kept_without_a_connection(open_stop: OpenStop, town: str) -> None:
    page = open_stop(later=OFFLINE)
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    times = fill_times(page, From="18:30", To="20:00")
    check_page(page)
    add_group(page, "Lock singers")
    expect(page.locator("[data-waiting] li")).to_have_count(1)
    expect(times.get_by_role("checkbox", name="Tuesday")).not_to_be_checked()
    page.context.set_offline(False)
    expect(page.locator("[data-waiting] li")).to_have_count(0)
    asked = text("SELECT c.weekday, c.opens, c.closes FROM schedule c JOIN service s ON s.id = c.service_id "
                 "WHERE s.name = 'Lock singers' ORDER BY c.weekday")  # fmt: skip
    with session_of(town) as session:
        kept = [tuple(row) for row in session.execute(asked)]
    assert kept == [(2, time(18, 30), time(20)), (4, time(18, 30), time(20))]


def test_exact_times_that_are_refused_go_back_into_the_form(open_stop: OpenStop) -> None:
    page = open_stop(later=400)
    times = fill_times(page, From="18:30")
    add_group(page, "Weir singers")
    expect(page.locator("#found")).to_contain_text("When does it end?")
    for day, is_ticked in (("Tuesday", True), ("Wednesday", False), ("Thursday", True)):
        expect(times.get_by_role("checkbox", name=day)).to_be_checked(checked=is_ticked)
    expect(times.get_by_label("From", exact=True)).to_have_value("18:30")
    times.get_by_label("To", exact=True).fill("20:00")
    page.get_by_role("button", name="Add it").click()
    expect(said(page, "It is on the map.")).to_be_visible()
