"""Services that overlap, on the map beside their list: the same numbers, the same names."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, OpenPage, settle

OVERLAP = "/gaps/overlap?theme=food&layer=square&share=30&minutes=40"


def test_every_service_of_a_group_stands_on_the_map_by_the_number_of_its_group(open_page: OpenPage) -> None:
    page = open_page(OVERLAP)
    settle(page)
    listed = page.locator("tr[data-card]")
    expect(listed).not_to_have_count(0)
    expect(page.locator(".folium-map")).to_have_attribute("data-pins", str(listed.count()))
    mark = page.locator(".found-pin").first
    mark.focus()
    expect(page.locator("tr[data-card].lit")).not_to_have_count(0)
    page.keyboard.press("Enter")
    link = page.locator(".leaflet-popup a[href]").first
    expect(link).to_have_attribute("href", re.compile("/organisations/"))


def test_on_a_phone_a_link_leads_to_the_map(open_page: OpenPage) -> None:
    page = open_page(OVERLAP, PHONE)
    page.get_by_role("link", name="See it on the map").click()
    expect(page.locator("#map")).to_be_in_viewport()
