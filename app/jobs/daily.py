"""What is done once a day: every entry of ``DAILY``, in its own transaction, once a day over all servers.

It is looked at every ten minutes, so a day is not missed because the machine was off for a part of it, and what
failed is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime

from app.actions import area_follows, forgetting, freshness, mail, members, offer_owners, pairs, throttle
from app.actions.clock import LOCAL_TIME
from app.actions.days import begin_daily
from app.actions.evidence import forget_unused_parts
from app.actions.evidence_snapshots import queue_snapshots
from app.actions.follows import forget_unconfirmed
from app.actions.links import forget_old_links
from app.actions.load_grants import match_anew
from app.actions.pledges import forget_old_pledges
from app.actions.uploaded_areas import forget_old_uploads
from app.addresses import address_of
from app.db import db
from app.queries import Session
from app.vocabulary import ContactPurpose

log = logging.getLogger(__name__)

FROM_HOUR = 8
"""Nobody wants a letter at night."""

DAILY: dict[str, Callable[[Session, date], object]] = {
    "forget old letters": lambda session, today: mail.forget_old_letters(session),
    "forget old links": lambda session, today: forget_old_links(session),
    "forget old pledges": lambda session, today: forget_old_pledges(session),
    "forget old members": lambda session, today: members.forget_old_members(session),
    "ask members whether they are still here": lambda session, today: members.ask_still_here(
        session, lambda token: address_of("members.show", token=token)
    ),
    "forget uploaded files": lambda session, today: forget_old_uploads(),
    "forget unconfirmed followers of areas": lambda session, today: forget_unconfirmed(
        session, ContactPurpose.AREA_FOLLOWER
    ),
    "tell who follows an area": lambda session, today: area_follows.tell_followers(
        session,
        lambda area: address_of("areas.show", layer=area.layer_key, area_code=area.area_code),
        lambda token: address_of("area_follows.show", token=token),
    ),
    "forget unconfirmed followers": lambda session, today: forget_unconfirmed(
        session, ContactPurpose.NEED_FOLLOWER
    ),
    "forget old tries": lambda session, today: throttle.forget_old_tries(session),
    "forget what is no longer needed": lambda session, today: forgetting.forget_old(session),
    "ask whether entries are still right": lambda session, today: freshness.send_reminders(
        session, lambda token: address_of("still_right.show", token=token), address_of("privacy.delete_me")
    ),
    "take snapshots of what changes": queue_snapshots,
    "ask whether offers still stand": lambda session, today: offer_owners.ask_whether_they_stand(
        session, today, lambda token: address_of("offer_owners.show", token=token)
    ),
    "ask who is to be introduced": lambda session, today: pairs.ask_who_was_held(
        session, lambda token: address_of("introduced.show", token=token)
    ),
    "ask what came of introductions": lambda session, today: pairs.ask_what_came(
        session, lambda token: address_of("introduced.show", token=token)
    ),
    "forget unconfirmed introductions": lambda session, today: pairs.forget_unconfirmed(session),
    "let old offers go": offer_owners.let_old_ones_go,
    "forget what deleted plans rested on": lambda session, today: forget_unused_parts(session),
    "see whom and where grants are for": lambda session, today: match_anew(session),
    "let unanswered entries sink": lambda session, today: freshness.let_sink(session),
}


def run_daily() -> None:
    """Do what has not been done today; one that fails leaves the others alone."""
    now = datetime.now(LOCAL_TIME)
    if now.hour < FROM_HOUR:
        return
    for name, task in DAILY.items():
        try:
            if begin_daily(db.session, name, now.date()):
                task(db.session, now.date())
            db.session.commit()
        except Exception:
            db.session.rollback()
            log.exception("the daily task “%s” failed; it is tried again in ten minutes", name)
