"""From Monday to Friday with a hub (docs/hub.md), a picture at each stop."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import settle
from tests.browser.walk import sign_in

CONVENER, PLAN = "convener@demo.example", "Warm rooms before the frost"


class ConvenerWalk:
    """What a convener sees of her hub, its plans and its people; ``keep`` takes a picture of what is open."""

    def __init__(self, page: Page, keep: Callable[[str], None]) -> None:
        self.page = page
        self.keep = keep

    def go(self, password: str) -> None:
        page = self.page
        sign_in(page, CONVENER, password)
        self.open_hub()
        self.keep("hub-home")
        self.follow("Plan where to go")
        page.get_by_label("Warm places", exact=True).check()
        page.get_by_label("How many places").fill("5")
        page.get_by_role("button", name="Show where to go").click()
        page.wait_for_url("**count=5**")
        self.scroll_to(page.locator("[data-part=answer]"))
        self.keep("hub-plan")
        page.goto("/plans")
        self.follow(PLAN)
        self.keep("hub-moved")
        for name, words in {"hub-meet": "Who should meet whom", "hub-letter": "Write to groups",
                            "hub-report": "Report for funders"}.items():  # fmt: skip
            self.open_hub()
            self.follow(words)
            self.keep(name)
        self.open_hub()
        self.follow("Who is near whom: the peer map")
        self.keep("hub-peers")

    def visit(self, password: str) -> None:
        """At a stop, with a phone."""
        page = self.page
        sign_in(page, CONVENER, password)
        page.goto("/plans")
        self.follow(PLAN)
        page.get_by_role("link", name="Note a visit").first.click()
        page.wait_for_url("**/visit")
        self.keep("hub-visit")
        self.scroll_to(page.locator("#found"))
        self.keep("hub-found")

    def open_hub(self) -> None:
        self.page.goto("/hubs")
        self.follow("Quayside")

    def follow(self, words: str) -> None:
        """Follow the first link that is called so, and wait for the page behind it."""
        link = self.page.get_by_role("link", name=words).first
        address = link.get_attribute("href") or ""
        link.click()
        self.page.wait_for_url(f"**{address.split('?')[0]}**")
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        settle(self.page)

    def scroll_to(self, part: Locator) -> None:
        part.evaluate("(part) => part.scrollIntoView({block: 'start'})")
        settle(self.page)
