"""Following an area by e-mail: at most one letter a week, and only when something changed there.

What a follower was last told is kept as ids and classes, never as names: a letter names only what is public on the
day it is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.actions.accounts import tidy_email
from app.actions.areas import describe_area
from app.actions.contacts import add_contact, confirm_email
from app.actions.evidence_words import LEGEND, class_of
from app.actions.follows import find_follower
from app.actions.links import find_link, make_link, use_link
from app.actions.mail import queue_mail
from app.actions.throttle import note_try
from app.errors import NotFoundError
from app.models import Link
from app.queries import Session, areas
from app.queries import area_follows as queries
from app.queries.areas import AreaRow
from app.queries.evidence import service_facts
from app.vocabulary import ContactPurpose, LinkPurpose

CONSENT_WORDS = "Write to me when something changes in this area."
MOST_FROM_ONE_ADDRESS, WITHIN_S = 20, 3600
EVERY_DAYS = 7
MOST_LETTERS = 200
MOST_LINES = 20

AddressOf = Callable[[str], str]
"""The absolute address of a page, by the token in it."""
State = dict[str, Any]


@dataclass(frozen=True)
class Follow:
    """What a mailed link stands for; ``is_confirmed`` is None when the follower has been forgotten."""

    area: AreaRow | None
    is_confirmed: bool | None


def get_area(session: Session, layer: str, area_code: str) -> AreaRow:
    """Raises NotFoundError."""
    found = areas.find_areas(session, area_code, layer)
    if not found:
        raise NotFoundError(f"There is no area {area_code[:40]} in {layer[:40]}.", "Look it up on the gap page.")
    return found[0]


def follow_area(session: Session, area: AreaRow, email: str, sender_key: str, address_of: AddressOf) -> None:
    """Mail a link that confirms the address; the same answer whether or not it follows already.

    Raises BadQuestionError (field email), TooOftenError.
    """
    address = tidy_email(email)
    note_try(session, "follow_area", sender_key, most=MOST_FROM_ONE_ADDRESS, within_s=WITHIN_S)
    contact = queries.find_follower(session, area.id, address)
    if contact is None:
        contact = add_contact(
            session, ContactPurpose.AREA_FOLLOWER, email=address, consent_words=CONSENT_WORDS, source="area page"
        )
        queries.add_follower(session, area.id, contact.id)
    token = make_link(session, LinkPurpose.FOLLOW_AREA, contact_id=contact.id)
    queue_mail(session, address, "area_follow", area=area.name, address=address_of(token))


def describe_follow(session: Session, token: str) -> Follow:
    """Raises NotFoundError, LinkOverError."""
    link = find_link(session, LinkPurpose.FOLLOW_AREA, token)
    contact = find_follower(session, link)
    if contact is None:
        return Follow(None, None)
    return Follow(_area_of(session, link), contact.email_confirmed_at_utc is not None)


def confirm_follow(session: Session, token: str) -> None:
    """From now on they are told what changes; what is there today is what they know."""
    link = use_link(session, LinkPurpose.FOLLOW_AREA, token)
    contact = find_follower(session, link)
    area = _area_of(session, link)
    if contact is None or area is None:
        raise NotFoundError("You no longer follow this.", "To follow it again, ask on its page.")
    if contact.email_confirmed_at_utc is None:
        queries.set_told(session, area.id, contact.id, state_of(session, area), had_letter=True)
    confirm_email(session, contact)


def tell_followers(
    session: Session, address_of_area: Callable[[AreaRow], str], address_of: AddressOf, most: int = MOST_LETTERS
) -> int:
    """Queue a letter to each follower whose area changed and who had none for a week; how many."""
    known: dict[int, tuple[AreaRow, State]] = {}
    sent = 0
    for row in queries.claim_due(session, EVERY_DAYS):
        if sent == most:
            break  # the rest is told tomorrow
        if row.area_id not in known:
            area = areas.get_areas(session, [row.area_id])[0]
            known[row.area_id] = area, state_of(session, area)
        area, now = known[row.area_id]
        lines = list_news(session, area, row.told, now)
        queries.set_told(session, row.area_id, row.contact_id, now, had_letter=bool(lines))
        if lines:
            address = address_of(make_link(session, LinkPurpose.FOLLOW_AREA, contact_id=row.contact_id))
            queue_mail(
                session, row.email, "area_news", unsubscribe_address=address, area=area.name,
                lines=lines[:MOST_LINES], more=max(0, len(lines) - MOST_LINES), page=address_of_area(area),
                address=address,
            )  # fmt: skip
            sent += 1
    return sent


def state_of(session: Session, area: AreaRow) -> State:
    """The area as a follower knows it: ids of services, and by theme the class of gap and how many disputes."""
    themes = describe_area(session, area.layer_key, area.area_code).themes
    return {
        "services": list(queries.list_services_in(session, area.id)),
        "gaps": {one.theme: class_of(one.gap) for one in themes},
        "disputed": {one.theme: one.gap.disputed for one in themes if one.gap.disputed},
    }


def list_news(session: Session, area: AreaRow, told: State | None, now: State) -> list[str]:
    """A line for each thing that is another than they were told; none for who was told nothing yet."""
    if told is None:
        return []
    names = queries.list_services_in(session, area.id)
    fresh = [f"New on the map: {names[ident]}" for ident in now["services"] if ident not in told["services"]]
    gone = sorted(set(told["services"]) - set(now["services"]))
    facts = service_facts(session, gone)
    closed = sum(fact.is_closed and not fact.is_merged for fact in facts.values())
    lines = fresh + _count(closed, "One service has closed.", "{} services have closed.")
    off = len(gone) - closed
    lines += _count(off, "One service is no longer listed here.", "{} services are no longer listed here.")
    theme_names = {
        one.theme: one.theme_name for one in describe_area(session, area.layer_key, area.area_code).themes
    }
    for theme, name in theme_names.items():
        before, after = told["gaps"].get(theme), now["gaps"].get(theme)
        if before and after and before != after:
            lines.append(f"{name}: was “{_class(before)}”, is now “{_class(after)}”")
        if told["disputed"].get(theme) and not now["disputed"].get(theme):
            lines.append(f"{name}: what somebody said is there has been checked")
    return lines


def _count(number: int, one: str, many: str) -> list[str]:
    return [] if not number else [one if number == 1 else many.format(number)]


def _class(key: str) -> str:
    return LEGEND[key][1].partition(" (")[0] if key in LEGEND else key.replace("_", " ")


def _area_of(session: Session, link: Link) -> AreaRow | None:
    area_id = queries.find_followed(session, link.contact_id) if link.contact_id else None
    return areas.get_areas(session, [area_id])[0] if area_id else None
