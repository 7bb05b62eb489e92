"""Accounts, their roles, and where those hold."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, null, select, text
from sqlalchemy.orm import Session

from app.models import Account, AccountRole, Area, AreaLayer, Hub
from app.vocabulary import AreaLayerKind, Role

NAMED_LAYERS = (AreaLayerKind.COUNCIL, AreaLayerKind.ELECTORAL, AreaLayerKind.DRAWN)


@dataclass(frozen=True)
class Limit:
    """Where a role holds: one area, one hub, or (neither) everywhere."""

    area_id: int | None = None
    hub_id: UUID | None = None


@dataclass(frozen=True)
class LimitChoices:
    """A heading (the name of a layer; empty for hubs) and what is under it."""

    name: str
    choices: tuple[tuple[Limit, str], ...]


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


def list_emails(session: Session, role: Role) -> Sequence[str]:
    """The addresses of those who have a role everywhere."""
    statement = (
        select(Account.email)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(
            AccountRole.role == role, AccountRole.area_id.is_(None), AccountRole.hub_id.is_(None), Account.active
        )
    )
    return session.scalars(statement.order_by(Account.email)).all()


def list_accounts(session: Session) -> Sequence[Account]:
    return session.scalars(select(Account).order_by(Account.email)).all()


def add_account(
    session: Session,
    email: str,
    password_hash: str,
    roles: Iterable[Role],
    *,
    is_demo: bool = False,
    is_invited: bool = False,
) -> Account:
    account = Account(
        email=email,
        password=password_hash,
        active=not is_invited,
        joined_at_utc=null() if is_invited else func.now(),
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
    if is_active and account.joined_at_utc is None:
        account.joined_at_utc = func.now()
    account.fs_uniquifier = new_session_name()
    session.flush()


def new_session_name() -> str:
    return secrets.token_hex(32)


def add_role(session: Session, account: Account, role: Role, limit: Limit) -> None:
    account.roles.append(AccountRole(role=role, area_id=limit.area_id, hub_id=limit.hub_id))
    session.flush()


def remove_role(session: Session, account: Account, role: AccountRole) -> None:
    account.roles.remove(role)
    session.flush()


def is_last_admin(session: Session, account: Account) -> bool:
    """Is this the only person that may sign in and look after everything? Who asks at the same moment waits."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('last admin', 0))"))
    admins = session.scalars(
        select(Account.id)
        .join(AccountRole)
        .where(Account.active, ~Account.is_demo, AccountRole.role == Role.ADMIN)
        .distinct()
    ).all()
    return list(admins) == [account.id]


def has_limit(session: Session, limit: Limit) -> bool:
    if limit.area_id is not None:
        return session.scalar(select(Area.id).where(Area.id == limit.area_id)) is not None
    return limit.hub_id is None or session.scalar(select(Hub.id).where(Hub.id == limit.hub_id)) is not None


def list_limits(session: Session) -> list[LimitChoices]:
    hubs = session.execute(select(Hub.id, Hub.name).order_by(Hub.name, Hub.id))
    found = [LimitChoices("", tuple((Limit(hub_id=hub_id), name) for hub_id, name in hubs))]
    areas = session.execute(
        select(AreaLayer.name, Area.id, Area.name)
        .join(Area, Area.area_layer_id == AreaLayer.id)
        .where(AreaLayer.kind.in_(NAMED_LAYERS))
        .order_by(AreaLayer.sort_order.desc(), AreaLayer.id, Area.name, Area.id)
    ).all()
    for layer_name in dict.fromkeys(row[0] for row in areas):
        choices = tuple((Limit(area_id=area_id), name) for layer, area_id, name in areas if layer == layer_name)
        found.append(LimitChoices(layer_name, choices))
    return [group for group in found if group.choices]


def name_limits(session: Session, roles: Sequence[AccountRole]) -> dict[int, str]:
    """The name of the area or hub of each role that is limited, by the id of the role."""
    areas = [role.area_id for role in roles if role.area_id is not None]
    hubs = [role.hub_id for role in roles if role.hub_id is not None]
    area_rows = session.execute(select(Area.id, Area.name).where(Area.id.in_(areas)))
    hub_rows = session.execute(select(Hub.id, Hub.name).where(Hub.id.in_(hubs)))
    area_names = {area_id: name for area_id, name in area_rows}  # noqa: C416 - rows, not pairs, for the type checker
    hub_names = {hub_id: name for hub_id, name in hub_rows}  # noqa: C416 - as above
    named = {role.id: area_names.get(role.area_id or 0) for role in roles if role.area_id is not None}
    named |= {role.id: hub_names[role.hub_id] for role in roles if role.hub_id is not None}
    return {role_id: name for role_id, name in named.items() if name}
