"""Who may sign in: adding accounts, ending them, and holding up those who guess passwords.

How a password is hashed is the caller's business (the library that signs people in does it), so an action takes
``make_hash``: the text a password becomes.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Collection, Sequence

from email_validator import EmailNotValidError, validate_email

from app.actions import throttle
from app.actions.visitors import visitor_key
from app.errors import BadQuestionError, NotFoundError, TooOftenError
from app.models import Account
from app.queries import Session
from app.queries import accounts as queries
from app.queries.links import revoke_links
from app.vocabulary import LinkPurpose, Role

MakeHash = Callable[[str], str]

LEAST_PASSWORD_LETTERS = 12
MOST_PASSWORD_LETTERS = 200
MOST_EMAIL_LETTERS = 254
TRIES_WINDOW_S = 15 * 60
MOST_TRIES_PER_ACCOUNT = 10
MOST_TRIES_PER_ADDRESS = 100
"""A network address may be a whole office, so it may try more often than one account allows."""

DEMO_ROLES = {f"{role.value}@demo.example": role for role in Role}
"""The ready log-ins of demo mode; nobody can receive mail at demo.example."""


def tidy_email(typed: str) -> str:
    """The address in the one form we keep: trimmed, in small letters. Raises BadQuestionError when it is none."""
    shown = typed.strip()[:60]
    try:
        found = validate_email(typed.strip()[: MOST_EMAIL_LETTERS + 1], check_deliverability=False).normalized
    except EmailNotValidError as problem:
        raise BadQuestionError(
            f"“{shown}” is not an e-mail address.", "Give one like name@example.org.", field="email"
        ) from problem
    return found.lower()


def tidy_password(password: str) -> str:
    """The password as it is hashed (Unicode NFKD, as at sign-in). Raises BadQuestionError when it is too short."""
    if not LEAST_PASSWORD_LETTERS <= len(password) <= MOST_PASSWORD_LETTERS or "\0" in password:
        raise BadQuestionError(
            f"A password has {LEAST_PASSWORD_LETTERS} to {MOST_PASSWORD_LETTERS} letters; this one has "
            f"{len(password)}.",
            "Four random words make a good one.",
            field="password",
        )
    if len(set(password)) < 5:
        raise BadQuestionError(
            "This password repeats the same few letters.", "Four random words make a good one.", field="password"
        )
    return unicodedata.normalize("NFKD", password)


def add_account(
    session: Session, email: str, password: str, roles: Collection[Role], make_hash: MakeHash
) -> Account:
    """Add somebody who may sign in. Raises BadQuestionError for an address that is taken and a weak password."""
    address = tidy_email(email)
    refuse_demo_address(address)
    if queries.find_account(session, address) is not None:
        raise BadQuestionError(
            f"There is an account for “{address}” already.", "Change its password, or use another address.",
            field="email",
        )  # fmt: skip
    return queries.add_account(session, address, make_hash(tidy_password(password)), sorted(set(roles)))


def refuse_demo_address(email: str) -> None:
    if email in DEMO_ROLES:
        raise BadQuestionError(f"“{email}” is a demo log-in.", "Use an address of your own.", field="email")


def new_password() -> str:
    """A password nobody knows, for who signs in by letter."""
    return secrets.token_urlsafe(48)


def change_password(session: Session, email: str, password: str, make_hash: MakeHash) -> None:
    """Set a new password; whoever is signed in with the old one is signed out."""
    account = get_account(session, email)
    queries.set_password(session, account, make_hash(tidy_password(password)))


def disable_account(session: Session, email: str) -> None:
    """No more signing in, and every session and link of the account ends now."""
    account = get_account(session, email)
    queries.set_active(session, account, False)
    for purpose in (LinkPurpose.SIGN_IN, LinkPurpose.INVITATION):
        revoke_links(session, purpose, account_id=account.id)


def enable_account(session: Session, email: str) -> None:
    queries.set_active(session, get_account(session, email), True)


def list_accounts(session: Session) -> Sequence[Account]:
    return queries.list_accounts(session)


def get_account(session: Session, email: str) -> Account:
    """Raises NotFoundError that says how to list those there are."""
    account = queries.find_account(session, tidy_email(email))
    if account is None:
        raise NotFoundError(f"There is no account for “{email.strip()[:60]}”.", "List them: accounts list")
    return account


def ensure_demo_accounts(
    session: Session, password: str, make_hash: MakeHash, is_password: Callable[[str, str], bool]
) -> None:
    """The demo log-ins, made where they are missing, all with ``password``; safe to repeat.

    They share one hash, so that a start of the demo has one password to check and not four.
    """
    found = {email: queries.find_account(session, email) for email in DEMO_ROLES}
    hashes = {account.password if account else "" for account in found.values()}
    if len(hashes) == 1 and "" not in hashes and is_password(password, *hashes):
        return
    shared = make_hash(password)
    for email, account in found.items():
        if account is None:
            queries.add_account(session, email, shared, [DEMO_ROLES[email]], is_demo=True)
        else:
            queries.set_password(session, account, shared)


def list_demo_log_ins(session: Session) -> list[str]:
    """The e-mail addresses of the demo log-ins there are; an instance for one's own data has none."""
    return [account.email for account in queries.list_accounts(session) if account.is_demo and account.active]


def note_sign_in_try(session: Session, email: str, address: str, secret: str) -> None:
    """Count one try to sign in before the password is looked at; the caller commits at once.

    Raises TooOftenError after MOST_TRIES_PER_ACCOUNT for this account from this network address in TRIES_WINDOW_S,
    so that whoever guesses from elsewhere does not lock the right person out; and after MOST_TRIES_PER_ADDRESS.
    """
    try:
        for what, key, most in _limits(email, address, secret):
            throttle.note_try(session, what, key, most=most, within_s=TRIES_WINDOW_S)
    except TooOftenError as often:
        words = "There were too many tries to sign in from here."
        raise TooOftenError(words, often.fix, wait_s=often.wait_s) from often


def forgive_sign_in_tries(session: Session, email: str, address: str, secret: str) -> None:
    """After a sign-in: what went wrong before no longer counts for this account, and the right try never did."""
    account, anyone = _limits(email, address, secret)
    throttle.forget_tries(session, account[0], account[1])
    throttle.take_back_try(session, anyone[0], anyone[1])


def _limits(email: str, address: str, secret: str) -> tuple[tuple[str, str, int], tuple[str, str, int]]:
    """What is counted, under which key, and the most of it; keys are keyed, so that nobody is stored."""
    visitor = visitor_key(secret, address)
    try:
        account = tidy_email(email)
    except BadQuestionError:
        account = email.strip().lower()
    return (
        ("sign-in to account", f"{visitor} {account}", MOST_TRIES_PER_ACCOUNT),
        ("sign-in", visitor, MOST_TRIES_PER_ADDRESS),
    )
