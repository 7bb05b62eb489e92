"""The question of the gap page answers while it is changed, by hand, by key and without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, address_of, overflow_of, settle
from tests.browser.drawn import drawn_areas

MINUTES = "Minutes, as a slider"
COUNT_ASKED = """() => {
    const fetched = window.fetch;
    Object.assign(window, {most: 0, underWay: 0});
    window.fetch = async (address, options) => {
        window.most = Math.max(window.most, ++window.underWay);
        options.signal.addEventListener("abort", () => --window.underWay);
        const answer = await fetched(address, options);
        const text = await answer.text();
        if (!options.signal.aborted) --window.underWay;
        return new Response(text, {status: answer.status}); }; }"""


def fills(page: Page) -> dict[str, str]:
    return {code: area.fill for code, area in drawn_areas(page).items()}


def words_of_rows(page: Page) -> list[str]:
    return [" ".join(row.split()) for row in page.locator("tr[data-area]").all_inner_texts()]


def test_a_slider_moved_by_key_recolours_map_and_table_and_is_part_of_the_address(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    before = fills(page)
    slider = page.get_by_label(MINUTES)
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator("h1")).to_have_text("Who lacks enough good food, within a 60-minute walk?")
    expect(page.get_by_label("within … minutes")).to_have_value("60")
    settle(page)
    page.wait_for_url("**minutes=60**")
    expect(slider).to_be_focused()
    ordinary = open_page("/gaps?theme=food&minutes=60")
    assert fills(page) == fills(ordinary) != before
    assert words_of_rows(page) == words_of_rows(ordinary)
    assert page.title() == ordinary.title()
    expect(page.locator("[data-map-status]")).to_have_text(page.locator("#answer").inner_text())
    page.go_back()
    expect(page.locator("h1")).to_have_text("Who lacks enough good food, within a 15-minute walk?")
    expect(page.get_by_label(MINUTES)).to_have_value("15")


FOUR_MOVES = """(slider) => {
    for (let moves = 0; moves < 4; moves += 1) {
        slider.stepUp();
        slider.dispatchEvent(new Event("input", {bubbles: true}));
    }
}"""
"""At once: pressed one by one on a slow machine, the hand may seem to rest between two."""


def test_many_moves_are_one_step_back(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    page.get_by_label(MINUTES).evaluate(FOUR_MOVES)
    settle(page)
    page.wait_for_url("**minutes=19**")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("15-minute")


def test_an_answer_that_comes_late_is_never_shown_over_a_newer_one(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/gaps/live\?.*minutes=16\b"), hold)
    page.get_by_label(MINUTES).focus()
    with page.expect_request(re.compile(r"/gaps/live\?.*minutes=16\b")):
        page.keyboard.press("ArrowRight")
    with page.expect_event("requestfailed", lambda request: "minutes=16" in request.url):
        page.keyboard.press("ArrowRight")
    expect(page.locator("h1")).to_contain_text("17-minute")
    settle(page)
    assert len(held) == 1
    expect(page.locator("h1")).to_contain_text("17-minute")
    page.wait_for_url("**minutes=17**")


def test_an_answer_that_takes_long_says_so_and_the_one_before_stays(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/gaps/live\?.*theme=sport"), hold)
    busy = page.get_by_role("status").filter(has_text="Working out the new answer")
    expect(busy).to_have_count(0)
    page.get_by_label("Who lacks").select_option("sport")
    page.get_by_role("button", name="Show the gaps").click()
    expect(busy).to_contain_text("What you see is still the old one")
    expect(page.locator("h1")).to_contain_text("good food")
    expect(page.locator("[data-part=answer]")).to_have_attribute("aria-busy", "true")
    page.set_viewport_size(NARROW["viewport"])
    assert overflow_of(page) == 0
    held[0].continue_()
    settle(page)
    expect(page.locator("h1")).not_to_contain_text("good food")
    expect(busy).to_have_count(0)
    expect(page.locator("[aria-busy]")).to_have_count(0)


def test_at_most_one_answer_is_on_its_way_and_the_newest_is_asked_next(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    page.evaluate(COUNT_ASKED)
    page.get_by_label(MINUTES).focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    expect(page.locator("h1")).to_contain_text("27-minute")
    settle(page)
    assert page.evaluate("[window.most, window.underWay]") == [1, 0]
    assert fills(page) == fills(open_page("/gaps?theme=food&minutes=27"))


def test_bands_and_how_sure_come_when_the_hand_rests(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    with page.expect_request(re.compile("/gaps/live.*quick=1")) as quick:  # the whole one may overtake it
        page.get_by_label(MINUTES).press("ArrowRight")
    assert "data-quick" in page.request.get(quick.value.url).text()
    settle(page)
    expect(page.locator("#answer")).not_to_have_attribute("data-quick", "")
    assert any(re.search(r"\d+\s% to \d+\s%", row) for row in words_of_rows(page))
    expect(page.locator("td.how-sure").first).not_to_contain_text("…")


def test_how_need_counts_moves_the_ranks_and_the_chip_takes_it_off(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    before = words_of_rows(page)
    page.get_by_text("How to count").click()
    page.get_by_label("How much need counts, as a slider").press("Home")
    chip = page.get_by_role("link", name="Take off: everybody counts the same")
    expect(chip).to_be_visible()
    settle(page)
    assert words_of_rows(page) != before
    chip.click()
    page.wait_for_url(lambda url: "weight" not in url)
    expect(page.locator(".chips")).to_have_count(0)
    assert words_of_rows(page) == before


def test_whoever_stands_in_the_table_stays_there_while_it_is_replaced(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    page.locator("tr[data-area='S33'] th a").focus()
    page.evaluate(
        """() => { const slider = document.querySelector("[data-slides='minutes']");
            slider.value = "30"; slider.dispatchEvent(new Event("input", {bubbles: true})); }"""
    )
    expect(page.locator("h1")).to_contain_text("30-minute")
    settle(page)
    expect(page.locator("tr[data-area='S33'] th a")).to_be_focused()


def test_a_slider_stays_under_the_hand(open_page: OpenPage) -> None:
    for screen in (DESKTOP, PHONE, NARROW):
        page = open_page("/gaps?theme=food&audience=older_people&day=weekday", screen, check=False)
        if screen is not DESKTOP:
            page.get_by_text("Change the question").click()
        slider = page.get_by_label(MINUTES)
        slider.focus()
        page.evaluate("document.querySelector(\"[data-slides='minutes']\").isTheSame = true")
        page.evaluate("window.scrollBy(0, 40)")
        before = slider.evaluate("(slider) => slider.getBoundingClientRect().top")
        slider.press("Home")
        expect(page.locator("h1")).to_contain_text("1-minute")
        settle(page)
        assert abs(slider.evaluate("(slider) => slider.getBoundingClientRect().top") - before) < 2
        assert slider.evaluate("(slider) => slider.isTheSame") is True
        page.close()


def test_a_standard_is_asked_once_its_number_is_typed(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    page.get_by_text("How to count").click()
    page.get_by_label("Compared with").select_option("standard")
    number = page.get_by_label("one for every")
    expect(number).to_be_visible()
    number.fill("2000")
    number.press("Tab")
    expect(page.locator(".chips")).to_contain_text("one service for every 2,000 people")
    settle(page)
    page.wait_for_url("**people_per_service=2000**")


def test_what_cannot_be_asked_is_said_and_the_answer_before_stays(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food", later=400)
    rows = words_of_rows(page)
    minutes = page.get_by_label("within … minutes")
    minutes.fill("so")
    minutes.press("Tab")
    expect(page.locator("[data-live-problem]")).to_contain_text("“so” is not a number")
    settle(page)
    assert words_of_rows(page) == rows
    minutes.fill("20")
    minutes.press("Tab")
    expect(page.locator("h1")).to_contain_text("20-minute")
    expect(page.locator("[data-live-problem]")).to_have_text("")
    minutes.fill("so")
    minutes.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("“so” is not a number")
    expect(page.get_by_label("within … minutes")).to_have_value("so")


def test_without_scripts_every_part_is_asked_by_the_button(open_page: OpenPage) -> None:
    page = open_page("/gaps", {**DESKTOP, "java_script_enabled": False})
    expect(page.locator("input[type='range']")).to_have_count(2)
    expect(page.locator("input[type='range']:visible")).to_have_count(0)
    page.get_by_label("for whom").select_option("older_people")
    page.get_by_label("on which day").select_option("weekday")
    page.get_by_label("Step-free").check()
    page.get_by_text("How to count").click()
    page.get_by_label("With distance, a service fades").select_option("linear")
    page.get_by_role("button", name="Show the gaps").click()
    page.wait_for_url("**decay=linear**")
    expect(page.locator("h1")).to_contain_text(
        "for older people, on weekdays, step-free, within a 15-minute walk?"
    )
    page.get_by_role("link", name="Take off: step-free").click()
    expect(page.locator("h1")).to_contain_text("for older people, on weekdays, within a 15-minute walk?")
    page.get_by_text("Questions often asked").click()
    page.get_by_role("link", name="Food help at the weekend").click()
    expect(page.locator("h1")).to_have_text("Who lacks enough good food, at the weekend, within a 15-minute walk?")


def test_with_everything_set_nothing_is_cut_off(open_page: OpenPage) -> None:
    full = (
        "/gaps?theme=food&audience=babies_and_toddlers&day=weekday&part=afternoon&free=1&step_free=1&room=1&fresh=1"
        "&minutes=20&travel=bus&weight=80&decay=linear&list_years=5&benchmark=standard&people_per_service=2000"
    )
    for screen in (NARROW, DESKTOP, {**DESKTOP, "color_scheme": "dark"}):
        page = open_page(full, screen)
        assert overflow_of(page) <= 0
        assert "minutes=20" in address_of(page)
