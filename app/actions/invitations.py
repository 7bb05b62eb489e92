"""People who look after the map: invited by an administrator, each role everywhere or in one area or hub."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.actions.accounts import MakeHash, new_password, refuse_demo_address, tidy_email
from app.actions.links import make_link, use_link
from app.actions.mail import queue_mail
from app.errors import BadQuestionError, LinkOverError, NotAllowedError, NotFoundError
from app.models import Account
from app.queries import Session
from app.queries import accounts as queries
from app.queries.accounts import Limit, LimitChoices
from app.queries.links import revoke_links
from app.vocabulary import LinkPurpose, Role

AddressOfToken = Callable[[str], str]


@dataclass(frozen=True)
class Person:
    """Somebody who may sign in, or was invited to; ``roles``: (id of the row, role, where in words or empty)."""

    id: UUID
    email: str
    state: str
    is_demo: bool
    roles: tuple[tuple[int, Role, str], ...]


def list_people(session: Session) -> list[Person]:
    accounts = queries.list_accounts(session)
    names = queries.name_limits(session, [role for account in accounts for role in account.roles])
    return [_person(account, names) for account in accounts]


def get_person(session: Session, account_id: UUID) -> Person:
    account = _get(session, account_id)
    return _person(account, queries.name_limits(session, account.roles))


def list_limits(session: Session) -> Sequence[LimitChoices]:
    """What a role may be limited to: hubs, then areas of each layer that people know by name."""
    return queries.list_limits(session)


def invite(
    session: Session, email: str, role: Role, limit: Limit, make_hash: MakeHash, address_of_token: AddressOfToken
) -> Account:
    """Give somebody a role; who is new gets a letter with a link to accept it. Raises BadQuestionError."""
    email = tidy_email(email)
    refuse_demo_address(email)
    account = queries.find_account(session, email)
    if account is None:
        account = queries.add_account(session, email, make_hash(new_password()), [], is_invited=True)
    add_role(session, account.id, role, limit)
    if account.joined_at_utc is None:
        send_invitation(session, account.id, address_of_token)
    return account


def send_invitation(session: Session, account_id: UUID, address_of_token: AddressOfToken) -> None:
    """A new letter; the link of the one before is over. Raises NotAllowedError for who has joined."""
    account = _get(session, account_id)
    if account.joined_at_utc is not None:
        raise NotAllowedError("This person has accepted already.", "They can sign in with a link by e-mail.")
    revoke_links(session, LinkPurpose.INVITATION, account_id=account.id)
    token = make_link(session, LinkPurpose.INVITATION, account_id=account.id)
    queue_mail(session, account.email, "invitation", address=address_of_token(token))


def accept_invitation(session: Session, token: str) -> Account:
    """The account a link invites to; it may sign in from now on. Raises NotFoundError and LinkOverError."""
    link = use_link(session, LinkPurpose.INVITATION, token)
    account = queries.get_account(session, link.account_id) if link.account_id else None
    if account is None or account.joined_at_utc is not None:
        raise LinkOverError("This invitation is over.", "Ask whoever sent it for a new one, or sign in.")
    queries.set_active(session, account, True)
    return account


def add_role(session: Session, account_id: UUID, role: Role, limit: Limit) -> None:
    """Raises BadQuestionError for a role the person has, no such place, an administrator of one place."""
    account = _get(session, account_id)
    _refuse_demo(account)
    if role is Role.ADMIN and limit != Limit():
        raise BadQuestionError(
            "An administrator looks after everything.", "Choose “everywhere”, or another role.", field="limit"
        )
    if not queries.has_limit(session, limit):
        raise BadQuestionError("There is no such area or hub.", "Choose one from the list.", field="limit")
    if any((has.role, has.area_id, has.hub_id) == (role, limit.area_id, limit.hub_id) for has in account.roles):
        raise BadQuestionError(f"{account.email} has this role already.", "Choose another one.", field="role")
    queries.add_role(session, account, role, limit)


def take_role(session: Session, account_id: UUID, role_id: int) -> None:
    """Raises NotAllowedError when nobody could look after the site any more."""
    account = _get(session, account_id)
    _refuse_demo(account)
    role = next((has for has in account.roles if has.id == role_id), None)
    if role is None:
        raise NotFoundError("This person does not have that role.", "Perhaps it was taken away meanwhile.")
    if role.role is Role.ADMIN:
        _refuse_last_admin(session, account)
    queries.remove_role(session, account, role)


def stop_person(session: Session, account_id: UUID, by: UUID) -> None:
    """No more signing in; sessions and links end now. Raises NotAllowedError: oneself, the last administrator."""
    account = _get(session, account_id)
    _refuse_demo(account)
    if account.id == by:
        raise NotAllowedError("You cannot stop yourself from signing in.", "Ask another administrator to.")
    _refuse_last_admin(session, account)
    queries.set_active(session, account, False)
    for purpose in (LinkPurpose.SIGN_IN, LinkPurpose.INVITATION):
        revoke_links(session, purpose, account_id=account.id)


def let_person(session: Session, account_id: UUID) -> None:
    """Somebody who was stopped may sign in again."""
    queries.set_active(session, _get(session, account_id), True)


def end_sessions(session: Session, account_id: UUID) -> None:
    """Whoever is signed in as this person is signed out, on every device."""
    account = _get(session, account_id)
    queries.set_active(session, account, account.active)
    revoke_links(session, LinkPurpose.SIGN_IN, account_id=account.id)


def _get(session: Session, account_id: UUID) -> Account:
    account = queries.get_account(session, account_id)
    if account is None:
        raise NotFoundError("There is no such person here.", "Look in the list of people.")
    return account


def _person(account: Account, names: dict[int, str]) -> Person:
    stopped = "invited" if account.joined_at_utc is None else "stopped"
    roles = tuple((role.id, role.role, names.get(role.id, "")) for role in account.roles)
    return Person(account.id, account.email, "active" if account.active else stopped, account.is_demo, roles)


def _refuse_demo(account: Account) -> None:
    if account.is_demo:
        raise NotAllowedError(
            "This is a log-in of the demo: it stays as it is.", "Invite somebody, and change them."
        )


def _refuse_last_admin(session: Session, account: Account) -> None:
    if queries.is_last_admin(session, account):
        raise NotAllowedError(
            "Nobody else could look after this site.", "Give another person the role of administrator first."
        )
