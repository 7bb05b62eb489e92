"""Two whole ways through a running demo.

Of a group: added, its address confirmed, read, approved, on paper. Of an officer's question: asked, counted again,
opened, doubted, disputed, tried otherwise, taken along as a pack.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import settle

NEAR = "Sennick"
MODERATOR = "moderator@demo.example"
OFFICER = "officer@demo.example"
OPEN_FOR_MS = 3_500
"""A form that comes back sooner is held up as a robot's."""


class Walk:
    """``keep`` takes a picture of what is open under the name it is given."""

    def __init__(self, page: Page, group: str, words: str, keep: Callable[[str], None]) -> None:
        self.page = page
        self.group = group
        self.words = words
        self.mail = f"{group.split(maxsplit=1)[0].lower()}@demo.example"
        self.keep = keep

    def go(self, password: str) -> None:
        self.add()
        self.confirm()
        self.approve(password)
        self.find()

    def see(self, path: str, name: str) -> None:
        self.page.goto(path)
        settle(self.page)
        self.keep(name)

    def go_on(self, leads_to: str, button: str = "Save and continue") -> None:
        self.page.get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_url(f"**{leads_to}")

    def add(self) -> None:
        page = self.page
        self.see("/add", "add")
        page.get_by_label("Name of the group").fill(self.group)
        page.get_by_label("Postcode or place where it meets").fill(NEAR)
        self.go_on("/add/{place,similar}")
        if page.url.endswith("similar"):
            self.go_on("/add/place", "No, ours is another group")
        page.get_by_label("Building or hall").fill("Old Boat House")
        self.go_on("/add/what")
        page.get_by_label("Arts and culture", exact=False).first.check()
        page.get_by_label("In your own words").fill(self.words)
        self.go_on("/add/when")
        page.get_by_label("Thursday").first.check(force=True)
        page.get_by_label("From").first.fill("18:30")
        page.get_by_label("To", exact=True).first.fill("20:30")
        self.keep("times")
        self.go_on("/add/who")
        page.get_by_label("Families").check()
        page.get_by_label("Free", exact=True).check()
        self.go_on("/add/getting-in")
        page.get_by_label("Just turn up").check()
        self.go_on("/add/people-from")
        self.go_on("/add/privacy", "Skip")
        self.go_on("/add/room")
        page.get_by_label("Yes, new people are welcome").check()
        self.go_on("/add/contact")
        page.get_by_label("E-mail address").fill(self.mail)
        self.go_on("/add/check")
        self.keep("check")
        self.go_on("/add/sent*", "Send in your group")
        self.keep("sent")

    def confirm(self) -> None:
        page = self.page
        self.see("/outbox", "outbox")
        page.locator("article.letter", has_text=self.mail).locator("a[href*='/add/confirm/']").first.click()
        page.wait_for_url("**/add/confirm/**")
        page.get_by_role("button", name="Yes, it is mine").click()
        expect(page.get_by_role("heading", name="Thank you: your address is confirmed")).to_be_visible()

    def approve(self, password: str) -> None:
        page = self.page
        sign_in(page, MODERATOR, password)
        page.goto("/moderation")
        self.keep("queue")
        page.locator("table.queue").get_by_role("link", name=self.group).first.click()
        page.wait_for_url("**/moderation/**")
        self.keep("message")
        page.get_by_role("button", name="Approve: put it on the map").click()
        expect(page.get_by_role("button", name="Take this decision back")).to_be_visible()

    def find(self) -> None:
        page = self.page
        page.goto(f"/map?q={self.group}#list")
        settle(page)
        expect(page.locator("main").get_by_role("link", name=self.group).first).to_be_visible()
        page.goto(f"/find?near={NEAR}&q={self.group}")
        page.locator("main ol").get_by_role("link", name=self.group).first.click()
        page.wait_for_url("**/services/**")
        page.get_by_role("link", name="Print a poster").click()
        page.wait_for_url("**/poster*")
        expect(page.get_by_role("heading", level=1)).to_have_text(self.group)


class OfficerWalk:
    """The morning before the committee (docs/council.md); ``keep`` takes a picture of what is open."""

    def __init__(self, page: Page, keep: Callable[[str], None]) -> None:
        self.page = page
        self.keep = keep

    def go(self, password: str) -> None:
        sign_in(self.page, OFFICER, password)
        self.ask()
        area = self.open_area()
        self.dispute()
        self.try_otherwise(area)
        self.take_along()

    def see(self, path: str, name: str) -> None:
        self.page.goto(path)
        settle(self.page)
        self.keep(name)

    def ask(self) -> None:
        page = self.page
        self.see("/gaps?theme=food", "officer-ask")
        slider = page.locator("[data-slides='minutes']")
        slider.focus()
        for minutes in range(16, 21):
            slider.press("ArrowRight")
            expect(page.locator("#field-minutes")).to_have_value(str(minutes))
        page.wait_for_url("**minutes=20**")
        settle(page)
        self.keep("officer-drag")
        self.see("/gaps/sure?theme=food&minutes=20", "officer-sure")
        self.see("/gaps/week?theme=food&minutes=20", "officer-week")

    def open_area(self) -> str:
        """The layer and code of the first area that has a number."""
        page = self.page
        page.goto("/gaps?theme=food&minutes=20")
        settle(page)
        row = page.locator("tr[data-area]:has(.span)").first
        code = row.get_attribute("data-area") or ""
        row.locator("th a").click()
        page.wait_for_url(f"**/{code}**")
        settle(page)
        page.get_by_text("What would fix it").first.scroll_into_view_if_needed()
        self.keep("officer-why")
        return code

    def dispute(self) -> None:
        page = self.page
        page.locator("details[open].theme-gap").get_by_role("link", name="Something here?").last.click()
        page.wait_for_url("**/gaps/challenge?**")
        page.get_by_label("What is it called?").fill("Thursday soup")
        page.get_by_label("Where is it?").fill("Methodist chapel, Mill Street")
        page.get_by_label("When is it on?").fill("Thursdays from 12 to 2")
        page.get_by_label("I have been there").check(force=True)
        page.wait_for_function(f"() => performance.now() > {OPEN_FOR_MS}")
        self.keep("officer-something")
        page.get_by_role("button", name="Send it").click()
        page.wait_for_url("**/gaps/challenge/thanks?**")
        page.goto("/gaps?theme=food&minutes=20")
        settle(page)
        page.locator("tr", has_text="disputed").first.scroll_into_view_if_needed()
        self.keep("officer-disputed")

    def try_otherwise(self, area: str) -> None:
        page = self.page
        layer = page.locator("#field-layer").input_value()
        page.goto(f"/what-if?theme=food&minutes=20&layer={layer}&area={area}")
        page.get_by_label("Near a postcode or place").fill(NEAR)
        page.get_by_role("button", name="Add it there").first.click()
        page.wait_for_url("**change=**")
        settle(page)
        self.keep("officer-what-if")

    def take_along(self) -> None:
        page = self.page
        page.goto("/gaps?theme=food&minutes=20")
        settle(page)
        page.get_by_role("button", name="Make an evidence pack").click()
        page.wait_for_url("**/evidence/*")
        expect(page.get_by_role("link", name="evidence.pdf")).to_be_visible(timeout=120_000)
        self.keep("officer-pack")


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").first.fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "sign-in" not in url)
