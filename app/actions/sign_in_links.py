"""Signing in by a link in a letter: asked for by anyone, sent to those who may sign in, used once.

Whoever asks learns nothing: for an address that may not sign in the very same is done and then undone.
"""

from __future__ import annotations

from collections.abc import Callable

from app.actions.accounts import tidy_email
from app.actions.links import make_link, use_link
from app.actions.mail import queue_mail
from app.actions.throttle import note_try
from app.errors import LinkOverError, TooOftenError
from app.models import Account
from app.queries import Session
from app.queries import accounts as queries
from app.vocabulary import LinkPurpose

MOST_PER_VISITOR = 20
MOST_PER_ADDRESS = 3
HOUR_S = 3600


def send_sign_in_link(
    session: Session, email: str, visitor: str, address_of_token: Callable[[str], str], *, is_demo_mode: bool
) -> None:
    """Send a link to an address, if it may sign in and got fewer than MOST_PER_ADDRESS in this hour.

    Raises BadQuestionError for what is no address, TooOftenError for a ``visitor`` (a key) who asks all the time.
    """
    email = tidy_email(email)
    note_try(session, "sign-in link by visitor", visitor, most=MOST_PER_VISITOR, within_s=HOUR_S)
    try:
        note_try(session, "sign-in link to address", email, most=MOST_PER_ADDRESS, within_s=HOUR_S)
    except TooOftenError:
        return
    account_id = queries.find_id_that_may_sign_in(session, email, is_demo_mode=is_demo_mode)
    with session.begin_nested() as step:
        token = make_link(session, LinkPurpose.SIGN_IN, account_id=account_id)
        queue_mail(session, email, "sign_in", address=address_of_token(token))
        if account_id is None:
            step.rollback()


def use_sign_in_link(session: Session, token: str, *, is_demo_mode: bool) -> Account:
    """The account a link signs in; the link is used up. Raises NotFoundError and LinkOverError."""
    link = use_link(session, LinkPurpose.SIGN_IN, token)
    account = queries.get_account(session, link.account_id) if link.account_id else None
    if account is None or not account.active or (account.is_demo and not is_demo_mode):
        raise LinkOverError("This link signs nobody in any more.", "Ask whoever looks after this site.")
    return account
