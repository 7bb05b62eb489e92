"""Accounts, their roles, and where those hold."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Account, AccountRole
from app.vocabulary import Role


def find_account(session: Session, email: str) -> Account | None:
    return session.scalar(select(Account).where(Account.email == email))


def find_email(session: Session, account_id: UUID) -> str | None:
    return session.scalar(select(Account.email).where(Account.id == account_id))


def find_id_that_may_sign_in(session: Session, email: str, *, is_demo_mode: bool) -> UUID | None:
    """One small question, so that the answer takes as long whether there is an account or not."""
    found = select(Account.id).where(Account.email == email, Account.active)
    return session.scalar(found if is_demo_mode else found.where(~Account.is_demo))


def get_account(session: Session, account_id: UUID) -> Account | None:
    return session.get(Account, account_id)


def list_accounts(session: Session) -> Sequence[Account]:
    return session.scalars(select(Account).order_by(Account.email)).all()


def add_account(
    session: Session, email: str, password_hash: str, roles: Iterable[Role], *, is_demo: bool = False
) -> Account:
    account = Account(
        email=email,
        password=password_hash,
        active=True,
        is_demo=is_demo,
        fs_uniquifier=new_session_name(),
        roles=[AccountRole(role=role) for role in roles],
    )
    session.add(account)
    session.flush()
    return account


def set_password(session: Session, account: Account, password_hash: str) -> None:
    """Set the password and end every session of the account."""
    account.password = password_hash
    account.fs_uniquifier = new_session_name()
    session.flush()


def set_active(session: Session, account: Account, is_active: bool) -> None:
    """Let the account sign in, or no longer; either way every session of it ends."""
    account.active = is_active
    account.fs_uniquifier = new_session_name()
    session.flush()


def new_session_name() -> str:
    return secrets.token_hex(32)
