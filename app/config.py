"""Settings from the environment; an unsafe one refuses to start."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, Self

import click
from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

DEMO_SECRET = "demo mode only: not a secret"  # noqa: S105 - refused outside demo mode, which binds to loopback
KNOWN_SECRETS = {DEMO_SECRET, "secret", "changeme", "change-me", "dev", "development", "your-secret-key"}
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")
MAIL_FROM = re.compile(r"[^<>@\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+")
PLAIN_PAGE = re.compile(r"about:blank|https://[a-z0-9.-]+(/[a-zA-Z0-9._~/-]*)?")
TILE_SERVER = re.compile(r"(https://[a-z0-9.-]+(?::\d{1,5})?|http://127\.0\.0\.1:\d{1,5})/[^\s'\"<>\\]*")
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
DEMO_ADDRESS = "http://127.0.0.1:8000"
SAFE_ADDRESS = re.compile(
    r"https://[a-z0-9.-]+(:\d{1,5})?|http://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE
)
"""What links in letters may begin with: over HTTPS, or this machine itself."""


class UnsafeSettingError(click.ClickException):
    """The app will not start like this; the message says which setting and what to do, on the command line too."""


class Settings(BaseSettings):
    """Every setting, its default, and what it means (docs/operator.md lists the same)."""

    model_config = SettingsConfigDict(env_prefix="WDW_", extra="ignore")

    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    demo_mode: bool = False
    secret_key: str = ""
    base_url: str = ""
    allowed_hosts: list[str] = LOOPBACK_HOSTS
    behind_proxy: bool = False
    statement_timeout_ms: int = 5_000
    lock_timeout_ms: int = 4_000
    pool_size: int = 5
    max_upload_mb: int = 25
    embed_hosts: list[str] = []
    quick_exit_url: str = "https://www.bbc.co.uk/weather"
    tile_server: str = ""
    tile_attribution: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    mail_from: str = ""
    most_letter_groups: int = Field(default=200, ge=1, le=1_000)

    @property
    def sqlalchemy_url(self) -> str:
        """The database address in the form SQLAlchemy wants, whichever common form was given."""
        scheme, _, rest = self.database_url.partition("://")
        if scheme.split("+")[0] not in ("postgresql", "postgres"):
            raise UnsafeSettingError(
                "DATABASE_URL must be the address of a PostgreSQL server with PostGIS, such as "
                "postgresql://user:password@host/name. Without one, start the app with scripts/run: "
                "it looks after a database of its own."
            )
        return f"postgresql+psycopg://{rest}"

    @property
    def secret(self) -> str:
        return self.secret_key or DEMO_SECRET

    @property
    def has_post(self) -> bool:
        """Do letters go anywhere? In demo mode to the outbox page, else to a mail server."""
        return self.demo_mode or bool(self.smtp_host)

    @property
    def address(self) -> str:
        """What every link in a letter begins with, without a slash at the end."""
        return self.base_url.rstrip("/") or DEMO_ADDRESS

    @model_validator(mode="after")
    def refuse_unsafe_exit(self) -> Self:
        if not PLAIN_PAGE.fullmatch(self.quick_exit_url):
            raise UnsafeSettingError(
                "WDW_QUICK_EXIT_URL must be a page that gives nothing away, such as "
                "https://www.bbc.co.uk/weather, or about:blank."
            )
        return self

    @model_validator(mode="after")
    def refuse_unsafe(self) -> Self:
        if not self.demo_mode and (self.secret_key in KNOWN_SECRETS or len(self.secret_key) < 32):
            raise UnsafeSettingError(
                "WDW_SECRET_KEY must be set to a secret of 32 characters or more outside demo mode. "
                "scripts/run makes one and keeps it in var/; or make your own with: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        if not SAFE_ADDRESS.fullmatch(self.address) or not (self.base_url or self.demo_mode):
            raise UnsafeSettingError(
                "WDW_BASE_URL must be the address people reach this site at, such as https://map.example.org, "
                "without a path: links in letters begin with it. Plain http is taken only for this machine itself."
            )
        if self.smtp_host and not MAIL_FROM.fullmatch(self.mail_from):
            raise UnsafeSettingError(
                "WDW_MAIL_FROM must say whom letters come from, such as map@example.org or "
                "Who's Doing What <map@example.org>, because WDW_SMTP_HOST names a mail server."
            )
        if self.smtp_tls == "none" and self.smtp_host not in ("", "localhost", "127.0.0.1", "::1"):
            raise UnsafeSettingError(
                "WDW_SMTP_TLS may be “none” only for a mail server on this machine: letters hold links that open "
                "doors. Use starttls (port 587) or tls (port 465)."
            )
        wrong = [host for host in self.embed_hosts if not ORIGIN.fullmatch(host)]
        if wrong:
            raise UnsafeSettingError(
                f"“{wrong[0]}” in WDW_EMBED_HOSTS is not a site. Write https://www.example.org, without a path."
            )
        if self.tile_server:
            self._refuse_wrong_tile_server()
        if "*" in self.allowed_hosts:
            raise UnsafeSettingError("WDW_ALLOWED_HOSTS must name the hosts this site answers to, never “*”.")
        return self

    @property
    def tile_host(self) -> str:
        """Scheme and host of the outside map pictures; empty where there are none."""
        found = TILE_SERVER.fullmatch(self.tile_server)
        return found[1] if found else ""

    def _refuse_wrong_tile_server(self) -> None:
        in_braces = sorted(re.findall(r"\{(.*?)\}", self.tile_server))
        if not self.tile_host or in_braces != ["x", "y", "z"]:
            raise UnsafeSettingError(
                f"“{self.tile_server}” in WDW_TILE_SERVER is not the address of map pictures. Write "
                "https://tiles.example.org/{z}/{x}/{y}.png, with {z}, {x} and {y} once each."
            )
        if not self.tile_attribution.strip():
            raise UnsafeSettingError(
                "WDW_TILE_ATTRIBUTION must say whose map pictures WDW_TILE_SERVER shows, such as: © Example Maps."
            )
