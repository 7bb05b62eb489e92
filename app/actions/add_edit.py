"""Changing what is there: by an edit link, or as a suggestion of anybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.actions.add import STEPS, begin_change
from app.actions.add_send import find_edit_way
from app.actions.contacts import confirm_email, takes_hub_letters
from app.actions.drafts import begin_draft
from app.actions.submissions import get_submission, sender_of
from app.errors import NotFoundError
from app.models import Contact, Draft, Submission
from app.queries import Session, contacts
from app.queries import add as queries
from app.vocabulary import DraftKind, SubmissionKind, SubmissionState


def open_edit(session: Session, token: str) -> Draft:
    """A draft of what the link opens, filled in. Raises NotFoundError, LinkOverError."""
    way = find_edit_way(session, token)
    contact = contacts.find_contact(session, way.contact_id) if way.contact_id else None
    if contact is not None:
        confirm_email(session, contact)
    if way.submission is not None:
        return _of_submission(session, way.submission, contact)
    assert way.organisation_id is not None
    return begin_change(
        session, way.organisation_id, SubmissionKind.CHANGED_GROUP, is_trusted=True, **_known(contact)
    )


def get_public_name(session: Session, organisation_id: UUID) -> str:
    """Raises NotFoundError for a group that is not there or not public: the two look the same."""
    name = queries.find_public_name(session, organisation_id)
    if name is None:
        raise NotFoundError("There is no such group.", "It may have been removed.")
    return name


def suggest_change(session: Session, organisation_id: UUID) -> Draft:
    """Anybody may suggest; what only the group may see of its entry is not shown to her."""
    return begin_change(session, organisation_id, SubmissionKind.CHANGED_GROUP)


def change_what_was_sent(session: Session, draft: Draft) -> Draft:
    """Straight after sending, in the same browser: no link is needed."""
    sent = get_submission(session, UUID(draft.answers["sent"]))
    if sent.state == SubmissionState.APPROVED and sent.record_id:
        return begin_change(
            session, sent.record_id, SubmissionKind.CHANGED_GROUP, is_trusted=draft.organisation_id is None
        )
    return _of_submission(session, sent, sender_of(session, sent))


def _of_submission(session: Session, sent: Submission, contact: Contact | None) -> Draft:
    """What is sent takes its place: what waits is taken back, what was refused stays so; its links move on."""
    answers = {
        "document": sent.document, "before": sent.before, "done": list(STEPS), "kind": sent.kind.value,
        "is_trusted": sent.record_id is None, "replaces": str(sent.id), **_known(contact),
    }  # fmt: skip
    return begin_draft(session, DraftKind.GROUP, answers, sent.record_id, sent.base_version)


def _known(contact: Contact | None) -> dict[str, Any]:
    """What the question about reaching her begins with: we know her address, and what she said about letters."""
    if contact is None:
        return {"contact_id": None}
    return {"contact_id": str(contact.id), "contact": {"hubs": takes_hub_letters(contact)}}
