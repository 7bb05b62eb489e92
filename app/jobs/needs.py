"""Telling those who follow a need what became of it."""

from __future__ import annotations

from app.actions.need_follows import tell_followers
from app.addresses import address_of
from app.db import db


def tell_need_followers() -> None:
    """Some at a time; the rest is told at the next turn."""
    tell_followers(
        db.session,
        lambda need_id: address_of("needs.show", need_id=need_id),
        lambda token: address_of("need_follows.show", token=token),
    )
    db.session.commit()
