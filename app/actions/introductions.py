"""Bringing together neighbours who would do the same: asked once, told of each other only when they said yes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.actions import pairs
from app.actions.contacts import confirm_email
from app.actions.links import make_link, use_link
from app.actions.mail import queue_mail
from app.actions.pledges import ANSWER_DAYS, KEPT_DAYS, AddressOf
from app.errors import ChangedMeanwhileError, LinkOverError
from app.queries import Session, audit, contacts, pledges
from app.queries import introductions as queries
from app.queries.introductions import PersonRow, StandingRow
from app.queries.pledges import WillingRow
from app.queries.scopes import Scope
from app.vocabulary import LinkPurpose, PledgeRole, RecordKind

NEAR_M = 2 * 1_609.344
FEWEST = 2


@dataclass(frozen=True)
class Cluster:
    """Neighbours who would do something about the same: about one need, and needs like it within two miles.

    ``need_id`` is the need that most of them spoke of. Holds what a convener sees, and no name.
    """

    need_id: UUID
    theme_name: str
    statements: tuple[str, ...]
    people: int
    roles: tuple[tuple[PledgeRole, int], ...]
    words: tuple[str, ...]
    standing: StandingRow | None
    unasked: int

    @property
    def can_be_asked(self) -> bool:
        """Is there somebody to ask, and are there at least two with those who were asked before?"""
        return self.unasked > 0 and self.people >= FEWEST


@dataclass(frozen=True)
class _Neighbours:
    need_id: UUID
    willing: tuple[WillingRow, ...]

    @property
    def contacts(self) -> dict[str, UUID]:
        """By address: somebody who spoke up about two needs is one person."""
        found: dict[str, UUID] = {}
        for row in self.willing:
            found.setdefault(row.email, row.contact_id)
        return found


def list_clusters(session: Session, scope: Scope | None) -> list[Cluster]:
    """Those who could be introduced, the most people first; one person alone is no cluster."""
    standing = queries.list_standing(session, ANSWER_DAYS)
    found = [_cluster(neighbours, standing) for neighbours in _list_neighbours(session, scope)]
    return [cluster for cluster in found if cluster.people >= FEWEST]


def send_introduction(
    session: Session, need_id: UUID, scope: Scope | None, account_id: UUID, address_of: AddressOf
) -> int:
    """Ask everybody of a cluster who was not asked yet whether they want to be introduced; how many.

    Raises ChangedMeanwhileError when nobody is left to ask.
    """
    queries.lock_introductions(session)
    standing = queries.list_standing(session, ANSWER_DAYS)
    for neighbours in _list_neighbours(session, scope):
        if neighbours.need_id != need_id:
            continue
        cluster = _cluster(neighbours, standing)
        if not cluster.can_be_asked:
            break
        asked = cluster.standing.emails if cluster.standing else frozenset()
        introduction_id = cluster.standing.id if cluster.standing else queries.add_introduction(session, need_id)
        new = {email: ident for email, ident in neighbours.contacts.items() if email not in asked}
        queries.add_asked(session, introduction_id, list(new.values()))
        for row in _first_of_each(neighbours.willing, new):
            _ask(session, row, cluster, address_of)
        audit.add_entry(
            session, "introduced", RecordKind.NEED, need_id, account_id=account_id, note=f"{len(new)} asked"
        )
        return len(new)
    raise ChangedMeanwhileError(
        "Everybody has been asked already, or somebody took the offer back.", "Look at the list as it stands now."
    )


def answer_introduction(
    session: Session, token: str, introduction_id: UUID, says_yes: bool, address_of: AddressOf
) -> None:
    """Keep yes or no; once two have said yes, they are told of each other, and later ones with them.

    A no is told to nobody. Raises NotFoundError, LinkOverError when it is too late.
    """
    link = use_link(session, LinkPurpose.INTRODUCTION, token)
    if link.contact_id and (contact := contacts.find_contact(session, link.contact_id)):
        confirm_email(session, contact)
    introduction = queries.lock_introduction(session, introduction_id)
    changed = None
    if introduction is not None and link.contact_id is not None:
        changed = queries.set_answer(session, introduction_id, link.contact_id, says_yes, ANSWER_DAYS)
    if introduction is None or changed is None:
        raise LinkOverError("This introduction is over.", "You will be asked again when there is another.")
    if not (changed and says_yes):
        return
    pairs.ask_who_waits(session, introduction_id, address_of)
    people = queries.list_yes(session, introduction_id)
    if len(people) < FEWEST:
        return
    queries.mark_shared(session, introduction)
    for person in people:
        others = [other for other in people if other is not person]
        if introduction.need_id is None:
            pairs.tell(session, introduction_id, person, others, address_of)
        else:
            _tell(session, person, others, address_of)


def _list_neighbours(session: Session, scope: Scope | None) -> list[_Neighbours]:
    """Needs of one theme within two miles of the one that most people spoke of; then of the rest, and so on."""
    left: dict[UUID, list[WillingRow]] = {}
    for row in pledges.list_willing(session, scope, KEPT_DAYS):
        left.setdefault(row.need_id, []).append(row)
    found = []
    while left:
        anchor = max(left, key=lambda need_id: (len({row.email for row in left[need_id]}), need_id.int))
        middle = left[anchor][0]
        near = [need_id for need_id, rows in left.items() if _is_near(middle, rows[0])]
        willing = [row for need_id in near for row in left.pop(need_id)]
        found.append(
            _Neighbours(anchor, tuple(sorted(willing, key=lambda row: (row.made_at_utc, row.contact_id))))
        )
    return found


def _is_near(one: WillingRow, other: WillingRow) -> bool:
    distance_2 = (one.x_m - other.x_m) ** 2 + (one.y_m - other.y_m) ** 2
    return one.theme_key == other.theme_key and distance_2 <= NEAR_M**2


def _cluster(neighbours: _Neighbours, standing: Sequence[StandingRow]) -> Cluster:
    needs = {row.need_id for row in neighbours.willing}
    mine = next((row for row in standing if row.need_id in needs), None)
    people = set(neighbours.contacts)
    roles = {(row.email, row.role) for row in neighbours.willing}
    return Cluster(
        need_id=neighbours.need_id,
        theme_name=neighbours.willing[0].theme_name,
        statements=tuple(dict.fromkeys(row.statement for row in neighbours.willing)),
        people=len(people),
        roles=tuple((role, sum(1 for _email, said in roles if said == role)) for role in PledgeRole),
        words=tuple(dict.fromkeys(row.words for row in neighbours.willing if row.words)),
        standing=mine,
        unasked=len(people - (mine.emails if mine else frozenset())),
    )


def _first_of_each(willing: Iterable[WillingRow], contacts: dict[str, UUID]) -> list[WillingRow]:
    firsts: dict[UUID, WillingRow] = {}
    for row in willing:
        if row.contact_id in contacts.values():
            firsts.setdefault(row.contact_id, row)
    return list(firsts.values())


def _ask(session: Session, row: WillingRow, cluster: Cluster, address_of: AddressOf) -> None:
    token = make_link(
        session, LinkPurpose.INTRODUCTION, record_id=row.pledge_id, contact_id=row.contact_id
    )  # the same page as before: her offer, and what she is asked
    queue_mail(
        session, row.email, "introduction_ask", unsubscribe_address=address_of(token), statement=row.statement,
        others=cluster.people - 1, days=ANSWER_DAYS, address=address_of(token),
    )  # fmt: skip


def _tell(session: Session, person: PersonRow, others: Sequence[PersonRow], address_of: AddressOf) -> None:
    token = make_link(session, LinkPurpose.INTRODUCTION, record_id=person.pledge_id, contact_id=person.contact_id)
    queue_mail(
        session, person.email, "introduction_made", name=person.name, address=address_of(token),
        others=[(other.name, other.email, [role.value for role in other.roles]) for other in others],
    )  # fmt: skip
