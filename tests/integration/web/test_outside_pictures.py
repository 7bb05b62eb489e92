"""Map pictures of another site: allowed by the policy only when the setting says so, and said on the page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.config import Settings, UnsafeSettingError

ADDRESS = "https://tiles.example.org/{z}/{x}/{y}.png"


def settings(address: str, attribution: str = "© Example") -> Settings:
    return Settings(
        DATABASE_URL="postgresql:///x", demo_mode=True, tile_server=address, tile_attribution=attribution
    )  # type: ignore[call-arg]


def test_no_page_names_another_site_unless_it_is_set(town_client: FlaskClient) -> None:
    answer = town_client.get("/map")
    assert "data-pictures" not in answer.text
    assert "img-src 'self' data:;" in answer.headers["Content-Security-Policy"]


def test_the_host_of_the_setting_is_what_the_policy_allows_and_the_page_says(
    town_client: FlaskClient, town: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings(ADDRESS).tile_host == "https://tiles.example.org"
    monkeypatch.setitem(town_client.application.config, "SETTINGS", settings(ADDRESS, "© <b>Them</b>"))
    page = town_client.get("/map").text
    assert "Map pictures come from tiles.example.org" in page
    assert "© &lt;b&gt;Them&lt;/b&gt;" in page
    assert f'L.outsideTiles("{ADDRESS}")' in page


@pytest.mark.parametrize(
    "address",
    ["tiles.example.org", "http://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org/{z}/{x}.png",
     "https://*/{z}/{x}/{y}", "https://a.example; script-src */{z}/{x}/{y}", "https://{s}.example.org/{z}/{x}/{y}.png",
     "https://tiles.example.org/{z}/{x}/{y}/{x}.png"],
)  # fmt: skip
def test_an_address_that_is_none_refuses_to_start(address: str) -> None:
    with pytest.raises(UnsafeSettingError, match="WDW_TILE_SERVER"):
        settings(address)


def test_pictures_without_an_owner_refuse_to_start() -> None:
    with pytest.raises(UnsafeSettingError, match="WDW_TILE_ATTRIBUTION"):
        settings(ADDRESS, " ")
