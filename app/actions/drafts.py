"""Forms of several pages: begun, kept after every page, come back to by a mailed link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from app.actions.accounts import tidy_email
from app.actions.links import find_link, make_link
from app.actions.mail import queue_mail
from app.errors import NotFoundError
from app.models import Draft
from app.queries import Session
from app.queries import drafts as queries
from app.vocabulary import DraftKind, LinkPurpose

KEPT_DAYS = 30
"""As long as the mailed link to it lives; then the draft is removed."""


def begin_draft(
    session: Session,
    kind: DraftKind,
    answers: dict[str, Any] | None = None,
    organisation_id: UUID | None = None,
    base_version: int | None = None,
) -> Draft:
    """A new draft; ``organisation_id`` and ``base_version`` when it changes a record there is."""
    draft = Draft(kind=kind, answers=answers or {}, organisation_id=organisation_id, base_version=base_version)
    queries.add_draft(session, draft)
    return draft


def find_draft(session: Session, draft_id: UUID | None, kind: DraftKind) -> Draft | None:
    return queries.find_draft(session, draft_id, kind) if draft_id else None


def get_draft(session: Session, draft_id: UUID, kind: DraftKind, *, lock: bool = False) -> Draft:
    """Raises NotFoundError for one that never was, is of another kind, or was cleared away."""
    draft = queries.find_draft(session, draft_id, kind, lock=lock)
    if draft is None:
        raise NotFoundError("What you began is no longer here.", "Forms are kept for 30 days. Please begin again.")
    return draft


def save_answers(session: Session, draft_id: UUID, kind: DraftKind, **answers: Any) -> Draft:
    """Keep answers (JSON values) beside those kept before; one of the same name takes its place."""
    draft = get_draft(session, draft_id, kind, lock=True)
    queries.merge_answers(session, draft, answers)
    return draft


def mail_way_back(
    session: Session, draft: Draft, email: str, address_of_token: Callable[[str], str], template: str = "resume"
) -> None:
    """Mail a link to the draft. Raises BadQuestionError (field email) when ``email`` is no address."""
    token = make_link(session, LinkPurpose.RESUME_DRAFT, record_id=draft.id)
    queue_mail(session, tidy_email(email), template, address=address_of_token(token), days=KEPT_DAYS)


def find_way_back(session: Session, token: str, kind: DraftKind) -> Draft:
    """The draft that a mailed link leads to. Raises NotFoundError, LinkOverError."""
    link = find_link(session, LinkPurpose.RESUME_DRAFT, token)
    if link.record_id is None:
        raise NotFoundError("This link leads to nothing.")
    return get_draft(session, link.record_id, kind)
