"""When one account takes a lot off the map in a day, those who look after the site are told."""

from __future__ import annotations

from uuid import UUID

from app.actions.mail import queue_mail
from app.queries import Session, accounts, audit
from app.vocabulary import RecordKind, Role

TAKEN_OFF = ["hidden", "merged", "undone", "closed"]
MOST_TAKEN_OFF, MOST_REFUSED, WITHIN_HOURS = 15, 300, 24
"""Refusing many is a moderator's work when robots send many; taking many off is not."""


def watch(session: Session, account_id: UUID) -> bool:
    """After something was taken off or refused: was it one too many? Then administrators are told, once a day."""
    taken = audit.count_lately(session, account_id, TAKEN_OFF, WITHIN_HOURS)
    refused = audit.count_lately(session, account_id, ["rejected"], WITHIN_HOURS)
    if taken <= MOST_TAKEN_OFF and refused <= MOST_REFUSED:
        return False
    if audit.count_lately(session, account_id, ["alarm"], WITHIN_HOURS):
        return False
    email = accounts.find_email(session, account_id) or ""
    audit.add_entry(
        session, "alarm", RecordKind.ORGANISATION, None, account_id=account_id,
        note=f"{taken} taken off the map and {refused} refused within {WITHIN_HOURS} hours",
    )  # fmt: skip
    for address in accounts.list_emails(session, Role.ADMIN):
        queue_mail(session, address, "alarm", email=email, taken=taken, refused=refused, hours=WITHIN_HOURS)
    return True
