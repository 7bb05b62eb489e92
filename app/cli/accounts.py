"""scripts/flask accounts …: who may sign in."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_security.utils import hash_password, verify_password

from app.actions import accounts as actions
from app.actions.accounts import DEMO_ROLES, LEAST_PASSWORD_LETTERS
from app.config import ROOT
from app.db import db
from app.errors import WhosDoingWhatError
from app.vocabulary import Role

accounts_group = AppGroup("accounts", help="Who may sign in, and what for.")
DEMO_PASSWORD_FILE = ROOT / "var" / "demo-password"

ask_for_password = click.password_option(
    prompt=f"Password, at least {LEAST_PASSWORD_LETTERS} letters",
    help="Better typed when asked: a shell remembers.",
)


@contextmanager
def one_change() -> Iterator[None]:
    """Keep what was done, or say in plain words why it was not."""
    try:
        yield
    except WhosDoingWhatError as problem:
        raise click.ClickException(str(problem)) from problem
    db.session.commit()


@accounts_group.command("add")
@click.argument("email")
@click.option(
    "--role", "roles", type=click.Choice([role.value for role in Role]), multiple=True, required=True,
    help="What the account is for; may be given more than once.",
)  # fmt: skip
@ask_for_password
def add(email: str, roles: tuple[str, ...], password: str) -> None:
    """Let somebody sign in."""
    with one_change():
        account = actions.add_account(db.session, email, password, [Role(role) for role in roles], hash_password)
    click.echo(f"{account.email} may sign in now.")


@accounts_group.command("change-password")
@click.argument("email")
@ask_for_password
def change_password(email: str, password: str) -> None:
    """Give an account a new password, and end its sessions."""
    with one_change():
        actions.change_password(db.session, email, password, hash_password)
    click.echo("The password is changed; whoever was signed in is signed out.")


@accounts_group.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Let an account sign in no longer, and end its sessions now."""
    with one_change():
        actions.disable_account(db.session, email)
    click.echo("The account may no longer sign in; whoever was signed in is signed out.")


@accounts_group.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Let a disabled account sign in again."""
    with one_change():
        actions.enable_account(db.session, email)
    click.echo("The account may sign in again.")


@accounts_group.command("list")
def list_all() -> None:
    """List every account with its roles."""
    accounts = actions.list_accounts(db.session)
    for account in accounts:
        notes = [note for note, holds in (("disabled", not account.active), ("demo", account.is_demo)) if holds]
        roles = ", ".join(role.name for role in account.roles)
        click.echo(f"{account.email}  {roles}" + (f"  ({', '.join(notes)})" if notes else ""))
    if not accounts:
        click.echo("Nobody may sign in yet. Add the first account: accounts add EMAIL --role admin")


def print_demo_logins(password_file: Path = DEMO_PASSWORD_FILE) -> None:
    """Make sure of the demo log-ins and print them; outside demo mode say that there are none."""
    if not current_app.config["SETTINGS"].demo_mode:
        raise click.ClickException(
            "Demo log-ins exist only in demo mode. Add an account: accounts add EMAIL --role R"
        )
    password = _demo_password(password_file)
    with one_change():
        actions.ensure_demo_accounts(db.session, password, hash_password, verify_password)
    click.echo("Everything is open to read without signing in. To see what others do, sign in at /sign-in as")
    for email, role in DEMO_ROLES.items():
        click.echo(f"  {role.value:<10} {email}")
    click.echo(f"The password of all of them: {password}")


def _demo_password(file: Path) -> str:
    """Made once for this checkout, and kept where only its owner can read it."""
    password = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    if len(password) < LEAST_PASSWORD_LETTERS:
        password = secrets.token_urlsafe(12)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(f"{password}\n")
    return password
