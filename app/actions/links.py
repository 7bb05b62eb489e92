"""Links that are mailed out: made, looked at, used.

Looking never uses a link up: mail programs open links by themselves. A page that was asked for by GET shows a
button; only the POST behind it calls ``use_link``.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from app.errors import LinkOverError, NotFoundError
from app.models import Link
from app.queries import Session
from app.queries import links as queries
from app.vocabulary import LinkPurpose

LIVES: dict[LinkPurpose, timedelta] = {
    LinkPurpose.RESUME_DRAFT: timedelta(days=30),
    LinkPurpose.CONFIRM_EMAIL: timedelta(days=14),
    LinkPurpose.EDIT_GROUP: timedelta(days=3 * 365),
    LinkPurpose.STILL_RIGHT: timedelta(days=120),
    LinkPurpose.FOLLOW_NEED: timedelta(days=2 * 365),
    LinkPurpose.FOLLOW_AREA: timedelta(days=2 * 365),
    LinkPurpose.INTRODUCTION: timedelta(days=400),
    LinkPurpose.SIGN_IN: timedelta(minutes=15),
    LinkPurpose.INVITATION: timedelta(days=14),
    LinkPurpose.DELETE_ME: timedelta(days=3),
    LinkPurpose.ANSWER: timedelta(days=60),
    LinkPurpose.MEMBER: timedelta(days=2 * 365),
    LinkPurpose.HUB_LETTERS: timedelta(days=400),
    LinkPurpose.OFFER: timedelta(days=400),
}
KEPT_DAYS = 30
SINGLE_USE = {LinkPurpose.SIGN_IN, LinkPurpose.INVITATION, LinkPurpose.DELETE_ME}


def make_link(
    session: Session,
    purpose: LinkPurpose,
    *,
    record_id: UUID | None = None,
    contact_id: UUID | None = None,
    account_id: UUID | None = None,
) -> str:
    """The token of a new link; it is told once and only its hash is kept."""
    token = secrets.token_urlsafe(32)
    link = Link(
        purpose=purpose, token_hash=hash_of(token), record_id=record_id, contact_id=contact_id,
        account_id=account_id, is_single_use=purpose in SINGLE_USE,
    )  # fmt: skip
    queries.add_link(session, link, LIVES[purpose])
    return token


def find_link(session: Session, purpose: LinkPurpose, token: str) -> Link:
    """What a token stands for. Raises NotFoundError for one that never was, LinkOverError for one that is over."""
    link = queries.find_link(session, purpose, hash_of(token))
    if link is None:
        raise NotFoundError(
            "This link is not one of ours.", "Was it cut off in the e-mail? Copy the whole of it and try again."
        )
    if link.revoked_at_utc is not None or (link.is_single_use and link.used_at_utc is not None):
        raise LinkOverError("This link has been used or was taken back.", "Ask for a new one.")
    if queries.has_expired(session, link):
        raise LinkOverError("This link is too old.", "Ask for a new one.")
    return link


def use_link(session: Session, purpose: LinkPurpose, token: str) -> Link:
    """As ``find_link``, and one for a single use is used up."""
    link = find_link(session, purpose, token)
    queries.mark_used(session, link)
    return link


def forget_old_links(session: Session) -> int:
    """Remove links that were over KEPT_DAYS ago; how many."""
    return queries.remove_old_links(session, KEPT_DAYS)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
