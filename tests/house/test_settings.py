"""Every setting and command is written down, and an unsafe setting refuses to start."""

from __future__ import annotations

import click
import pytest
from flask import Flask

from app.config import DEMO_SECRET, Settings, UnsafeSettingError
from tests.house.repository import ROOT


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "operator.md").read_text()
    names = [
        str(field.validation_alias) if field.validation_alias else f"WDW_{name.upper()}"
        for name, field in Settings.model_fields.items()
    ]
    assert not [name for name in names if f"`{name}`" not in text]


def test_every_command_is_documented(app: Flask) -> None:
    text = "\n".join(path.read_text() for path in (ROOT / "docs").glob("*.md")) + (ROOT / "README.md").read_text()
    commands = [
        f"{group_name} {name}"
        for group_name, group in app.cli.commands.items()
        if isinstance(group, click.Group)
        for name in group.list_commands(click.Context(group))
    ]
    assert commands
    assert not [name for name in commands if name not in text]


@pytest.mark.parametrize("secret", ["", "short", DEMO_SECRET, "changeme"])
def test_outside_demo_mode_a_missing_short_or_known_secret_refuses_to_start(secret: str) -> None:
    with pytest.raises(UnsafeSettingError, match="WDW_SECRET_KEY"):
        Settings(DATABASE_URL="postgresql:///x", demo_mode=False, secret_key=secret)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://example.org", "//evil.example", "/", "https://x/?a=b"]
)
def test_a_quick_exit_that_is_no_plain_page_refuses_to_start(address: str) -> None:
    with pytest.raises(UnsafeSettingError, match="WDW_QUICK_EXIT_URL"):
        Settings(DATABASE_URL="postgresql:///x", demo_mode=True, quick_exit_url=address)  # type: ignore[call-arg]


def test_a_wildcard_host_refuses_to_start() -> None:
    with pytest.raises(UnsafeSettingError, match="WDW_ALLOWED_HOSTS"):
        Settings(DATABASE_URL="postgresql:///x", demo_mode=True, allowed_hosts=["*"])  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "address",
    ["", "http://map.example.org", "https://map.example.org/path", "map.example.org", "https://a@b.example",
     "javascript:alert(1)", "https://", "http://127.0.0.1.evil.example"],
)  # fmt: skip
def test_outside_demo_mode_an_address_that_letters_may_not_lead_to_refuses_to_start(address: str) -> None:
    with pytest.raises(UnsafeSettingError, match="WDW_BASE_URL"):
        real_site(address)


@pytest.mark.parametrize(
    "address",
    ["https://map.example.org", "https://map.example.org/", "http://127.0.0.1:8107", "http://[::1]:8000"],
)
def test_over_https_or_on_this_machine_it_starts(address: str) -> None:
    assert real_site(address).address == address.rstrip("/")


def real_site(address: str) -> Settings:
    return Settings(  # type: ignore[call-arg]
        DATABASE_URL="postgresql:///x", demo_mode=False, secret_key="s" * 40, base_url=address
    )
