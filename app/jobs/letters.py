"""Delivering letters: each as soon as it is written, and every minute those whose next try has come."""

from __future__ import annotations

import logging
from uuid import UUID

from flask import current_app

from app.actions import mail, post
from app.config import Settings
from app.db import db

log = logging.getLogger(__name__)


def deliver_letter(letter_id: str) -> None:
    """Deliver one letter, if it is waiting and its time has come; twice at one moment is once."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.demo_mode and not settings.smtp_host:
        return  # it waits until an operator says where letters go
    letter = mail.claim_letter(db.session, UUID(letter_id))
    db.session.commit()
    if letter is None:
        return
    try:
        if not settings.demo_mode:  # in demo mode nothing leaves this machine: /outbox shows it
            post.send(office_of(settings), letter)
    except post.NotDeliveredError as problem:
        log.warning("letter %s (%s) was not delivered: %s", letter.id, letter.template, problem.short)
        mail.note_problem(db.session, letter, problem.words, is_final=problem.is_final)
    else:
        mail.note_sent(db.session, letter, keep_body=settings.demo_mode)
    db.session.commit()


def deliver_due_letters() -> None:
    """Letters whose next try has come, and those held back that may go now."""
    mail.release_held_letters(db.session)
    mail.give_up_interrupted(db.session)
    db.session.commit()
    for letter_id in mail.list_due(db.session):
        deliver_letter(str(letter_id))


def office_of(settings: Settings) -> post.PostOffice:
    return post.PostOffice(
        host=settings.smtp_host,
        port=settings.smtp_port,
        user=settings.smtp_user,
        password=settings.smtp_password,
        tls=settings.smtp_tls,
        from_address=settings.mail_from,
    )
