"""Belonging to a hub: asked for or invited, confirmed by e-mail, accepted by a convener, left at a word."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.actions.accounts import tidy_email
from app.actions.contacts import add_contact, confirm_email, delete_contact
from app.actions.hubs import get_own_hub
from app.actions.links import find_link, make_link, use_link
from app.actions.mail import queue_mail
from app.actions.plans import Planner
from app.actions.pledges import NAME
from app.actions.throttle import note_try
from app.errors import BadQuestionError, NotFoundError
from app.models import Contact, Link
from app.queries import Session, areas, audit, contacts, organisations
from app.queries import members as queries
from app.queries.areas import AreaRow
from app.queries.members import MemberRow, PublicHubRow
from app.vocabulary import AreaLayerKind, ContactPurpose, LinkPurpose, RecordKind, Stage

CONSENT_WORDS = (
    "Those who run this hub may see my name and e-mail address, and write to me. "
    "Administrators of this site may see them too, to take somebody off the list; that is written down each time."
)
MOST_FROM_ONE_ADDRESS, MOST_INVITED, WITHIN_S = 10, 40, 3600
MOST_THEMES = 3
UNCONFIRMED_DAYS, UNACCEPTED_DAYS = 14, 90
STILL_HERE_DAYS, ANSWER_DAYS = 365, 60
MOST_ASKED = 200
MOST_AREAS = 400
"""In one list; where there are more, bigger areas are offered."""
GROUP_PAGE = re.compile(r"/organisations/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")

AddressOf = Callable[[str], str]
"""The absolute address of a page, by the token in it."""


@dataclass(frozen=True)
class NewMember:
    name: str
    email: str


@dataclass(frozen=True)
class Details:
    """What a member says of herself; ``area`` is layer:code, ``group`` a name or the address of a page."""

    name: str
    venture: str
    stage: Stage
    themes: tuple[str, ...]
    area: str
    group: str
    words: str
    on_peer_map: bool


def get_public_hub(session: Session, hub_id: UUID) -> PublicHubRow:
    """Raises NotFoundError."""
    hub = queries.find_public_hub(session, hub_id)
    if hub is None:
        raise NotFoundError("There is no such hub.", "Ask whoever gave you the address.")
    return hub


def list_public_hubs_of(session: Session, area_id: int) -> list[tuple[UUID, str]]:
    """Hubs (id, name) that bring people together in an area; anybody may ask to join them."""
    return queries.list_public_hubs_of(session, area_id)


def ask_to_join(session: Session, hub_id: UUID, new: NewMember, sender_key: str, address_of: AddressOf) -> None:
    """Mail a link that confirms the address; the same answer whether or not somebody belongs already.

    Raises NotFoundError, BadQuestionError (fields name, email), TooOftenError.
    """
    hub = get_public_hub(session, hub_id)
    name, email = _check(new)
    note_try(session, "join_hub", sender_key, most=MOST_FROM_ONE_ADDRESS, within_s=WITHIN_S)
    queries.lock_address(session, hub_id, email)
    member = queries.find_member_by_email(session, hub_id, email)
    if member is None:
        contact = add_contact(
            session, ContactPurpose.MEMBER, email=email, name=name, consent_words=CONSENT_WORDS, source="hub page"
        )
        member = _get(session, queries.add_member(session, hub_id, contact.id, is_accepted=False))
    _write(session, member, "member_join", address_of, hub=hub.name)


def invite(session: Session, hub_id: UUID, new: NewMember, planner: Planner, address_of: AddressOf) -> None:
    """Mail somebody a link to say yes; whoever asked to join and waits is accepted.

    Raises NotFoundError for a hub that is not the planner's, BadQuestionError (fields name, email), TooOftenError.
    """
    hub = get_own_hub(session, hub_id, planner)
    name, email = _check(new)
    note_try(session, "invite_member", str(planner.account_id), most=MOST_INVITED, within_s=WITHIN_S)
    queries.lock_address(session, hub_id, email)
    member = queries.find_member_by_email(session, hub_id, email)
    if member is not None and member.is_member:
        raise BadQuestionError(f"{member.name} belongs to the hub already.", "Look at the list.", field="email")
    if member is None:
        contact = add_contact(session, ContactPurpose.MEMBER, email=email, name=name, source="invited by a hub")
        member = _get(session, queries.add_member(session, hub_id, contact.id, is_accepted=True))
    queries.set_accepted(session, member.id)
    _write(session, member, "member_invited", address_of, hub=hub.name)


def accept(session: Session, hub_id: UUID, member_id: UUID, planner: Planner, address_of: AddressOf) -> None:
    """Say yes to somebody who asked; a second time changes nothing. Raises NotFoundError."""
    member = get_member_of(session, hub_id, member_id, planner)
    if queries.set_accepted(session, member.id) and member.is_confirmed:
        _write(session, member, "member_accepted", address_of, hub=member.hub_name)


def remove(session: Session, hub_id: UUID, member_id: UUID, planner: Planner) -> None:
    """No longer, or not at all; they are told, and forgotten; by whom is kept. Raises NotFoundError."""
    member = get_member_of(session, hub_id, member_id, planner)
    _note(session, "member_removed", planner, member.hub_name)
    if member.is_confirmed:
        queue_mail(session, member.email, "member_over", hub=member.hub_name)
    _forget(session, member.contact_id)


def may_be_seen_by_administrators(member: MemberRow) -> bool:
    """Did they agree to that? Those who joined before they were asked stay without a name to administrators."""
    return member.consent_words == CONSENT_WORDS


def look_at_members(session: Session, hub_id: UUID, planner: Planner) -> list[MemberRow]:
    """As ``list_members``, for somebody who does not run the hub; it is written down that she looked."""
    _note(session, "members_seen", planner, get_own_hub(session, hub_id, planner).name)
    return list_members(session, hub_id, planner)


def _note(session: Session, verb: str, planner: Planner, hub_name: str) -> None:
    """In the history of the site, with no word about the member."""
    audit.add_entry(session, verb, RecordKind.ORGANISATION, None, account_id=planner.account_id, note=hub_name)


def get_member_of(session: Session, hub_id: UUID, member_id: UUID, planner: Planner) -> MemberRow:
    """Raises NotFoundError, also for a member of a hub that is not the planner's."""
    get_own_hub(session, hub_id, planner)
    member = queries.find_member(session, member_id)
    if member is None or member.hub_id != hub_id:
        raise NotFoundError("They do not belong to this hub any more.", "Look at the list as it stands now.")
    return member


def list_members(session: Session, hub_id: UUID, planner: Planner) -> list[MemberRow]:
    """Raises NotFoundError for a hub that is not the planner's."""
    get_own_hub(session, hub_id, planner)
    return queries.list_members(session, hub_id)


def describe_member(session: Session, token: str) -> MemberRow:
    """Whose a mailed link is. Raises NotFoundError, LinkOverError."""
    return _member_of(session, find_link(session, LinkPurpose.MEMBER, token))


def confirm(session: Session, token: str, waiting_page: str) -> None:
    """The address is theirs, and they want to belong; conveners are told of whoever waits for their yes."""
    member = _member_of(session, use_link(session, LinkPurpose.MEMBER, token))
    contact = contacts.find_contact(session, member.contact_id)
    if contact is None or member.is_confirmed:
        return
    confirm_email(session, contact)
    queries.set_consent(session, contact, CONSENT_WORDS)
    if not member.is_accepted:
        for email in queries.list_conveners(session, member.hub_id):
            queue_mail(session, email, "member_waits", hub=member.hub_name, page=waiting_page)


def save(session: Session, token: str, details: Details) -> None:
    """Raises BadQuestionError with its field."""
    member = _member_of(session, use_link(session, LinkPurpose.MEMBER, token))
    if not member.is_confirmed:
        raise BadQuestionError("You have not said yes yet.", "Press the button that says so first.")
    _check_name(details.name)
    if len(details.themes) > MOST_THEMES:
        raise BadQuestionError(
            f"You chose {len(details.themes)} themes.", f"Choose {MOST_THEMES} at most.", field="themes"
        )
    contact = contacts.find_contact(session, member.contact_id)
    if contact is not None:
        contact.name = details.name
    queries.set_details(
        session, member.id, organisation_id=_group(session, details.group, member), venture=details.venture,
        stage=details.stage, words=details.words, area_id=_area(session, details.area, member),
        themes=details.themes, on_peer_map=details.on_peer_map,
    )  # fmt: skip


def say_still_here(session: Session, token: str) -> None:
    member = _member_of(session, use_link(session, LinkPurpose.MEMBER, token))
    queries.set_still_here(session, member.id)


def leave(session: Session, token: str) -> None:
    """Leave at once, and be forgotten."""
    member = _member_of(session, use_link(session, LinkPurpose.MEMBER, token))
    _forget(session, member.contact_id)


def list_places(session: Session) -> list[AreaRow]:
    """Areas to say roughly where one is: the wards or whatever else is coarse enough, by name."""
    layers = areas.list_layers(session)  # finest first
    named = [layer for layer in layers if layer.kind in (AreaLayerKind.ELECTORAL, AreaLayerKind.COUNCIL)]
    counted = [layer for layer in reversed(layers) if layer.kind == AreaLayerKind.STATISTICAL]
    for layer in (*named, *counted):
        if layer.area_count > 1:
            rows = areas.list_layer_areas_within_site(session, layer.id)
            if 1 < len(rows) <= MOST_AREAS:
                return rows
    return []


def ask_still_here(session: Session, address_of: AddressOf) -> int:
    """Ask members who said nothing for a year whether they still belong; how many."""
    found = queries.list_to_ask(session, STILL_HERE_DAYS, MOST_ASKED)
    for member in found:
        queries.set_asked(session, member.id)
        _write(session, member, "member_still_here", address_of, hub=member.hub_name, days=ANSWER_DAYS)
    return len(found)


def forget_old_members(session: Session) -> int:
    """Forget who never confirmed, whom nobody accepted, and who did not answer; how many."""
    found = queries.list_over(
        session, unconfirmed_days=UNCONFIRMED_DAYS, unaccepted_days=UNACCEPTED_DAYS, answer_days=ANSWER_DAYS
    )
    for contact in found:
        _forget_contact(session, contact)
    return len(found)


def _check(new: NewMember) -> tuple[str, str]:
    _check_name(new.name)
    return new.name, tidy_email(new.email)


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise BadQuestionError("This is not a name we can pass on.", "Letters only: a first name.", field="name")


def _write(session: Session, member: MemberRow, template: str, address_of: AddressOf, **values: Any) -> None:
    address = address_of(make_link(session, LinkPurpose.MEMBER, record_id=member.id, contact_id=member.contact_id))
    queue_mail(
        session, member.email, template, unsubscribe_address=address, address=address, name=member.name, **values
    )


def _get(session: Session, member_id: UUID) -> MemberRow:
    member = queries.find_member(session, member_id)
    assert member is not None
    return member


def _member_of(session: Session, link: Link) -> MemberRow:
    member = queries.find_member(session, link.record_id) if link.record_id else None
    if member is None or member.contact_id != link.contact_id:
        raise NotFoundError(
            "You do not belong to this hub any more, and we have forgotten your address.",
            "You can ask to join it again on its page.",
        )
    return member


def _forget(session: Session, contact_id: UUID) -> None:
    contact = contacts.find_contact(session, contact_id)
    if contact is not None:
        _forget_contact(session, contact)


def _forget_contact(session: Session, contact: Contact) -> None:
    queries.remove_members_of(session, contact.id)
    delete_contact(session, contact)


def _area(session: Session, chosen: str, member: MemberRow) -> int | None:
    """The id of a chosen area: one of those offered, or the one they had."""
    if chosen in ("", member.area):
        return member.area_id if chosen else None
    for row in list_places(session):
        if chosen == f"{row.layer_key}:{row.area_code}":
            return row.id
    raise BadQuestionError("That area is not in the list.", "Choose one of the list, or none.", field="area")


def _group(session: Session, typed: str, member: MemberRow) -> UUID | None:
    """The id of a group on the map, by its name or the address of its page."""
    if not typed or typed == member.organisation_name:
        return member.organisation_id if typed else None
    page = GROUP_PAGE.search(typed)
    if page:
        found = organisations.find_organisation(session, UUID(page[1]))
        if found is not None:
            return found.id
    named = queries.find_groups_called(session, typed)
    if len(named) == 1:
        return named[0]
    problem = "Two groups on the map are called that." if named else "No group on the map is called exactly that."
    raise BadQuestionError(problem, "Open its page on the map and put its address here.", field="group")
