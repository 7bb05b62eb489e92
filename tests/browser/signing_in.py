"""Signing in as a person does."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.integration.accounts.people import PASSWORD


def sign_in(page: Page, email: str) -> None:
    """On the page that asks for it; over when the page that it leads to is there."""
    page.get_by_label("E-mail address").first.fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
