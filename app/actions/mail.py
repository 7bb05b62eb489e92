"""Letters: written from a template, queued in the transaction of what they tell of, sent later by a job.

A template is templates/mail/<name>.txt; its first line is the subject and holds nothing that a visitor typed.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.models import Mail
from app.queries import Session
from app.queries import mail as queries
from app.vocabulary import MailState

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "mail"
MOST_PER_HOUR = 3
"""To one address; more are held back, so that nobody can have a stranger flooded."""


def queue_mail(session: Session, to_address: str, template: str, **values: Any) -> Mail:
    """Write a letter from a template and put it in the queue; held back when the address got enough lately."""
    subject, _, body = letters().get_template(f"{template}.txt").render(**values).partition("\n")
    is_enough = queries.count_recent(session, to_address) >= MOST_PER_HOUR
    mail = Mail(
        to_address=to_address, template=template, subject=subject.strip(), body=body.strip() + "\n",
        state=MailState.HELD_BACK if is_enough else MailState.WAITING,
    )  # fmt: skip
    queries.add_mail(session, mail)
    return mail


@lru_cache
def letters() -> Environment:
    found = FileSystemLoader(TEMPLATES)
    return Environment(loader=found, undefined=StrictUndefined, autoescape=False)  # noqa: S701 - plain text
