"""Removing what is no longer needed, and everything about somebody who asks; the database is the clock."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


def holds_anything(session: Session, email: str) -> bool:
    """Is there anything about this address besides an account?"""
    found = session.scalar(
        text("""
        SELECT EXISTS (SELECT FROM contact WHERE email = :email)
            OR EXISTS (SELECT FROM mail WHERE to_address = :email)
            OR EXISTS (SELECT FROM draft WHERE position(:quoted IN lower(answers::text)) > 0)
            OR EXISTS (SELECT FROM visit WHERE position(:email IN lower(words || ' ' || group_name)) > 0)
        """),
        {"email": email, "quoted": f'"{email}"'},
    )
    return bool(found)


FORGET_CONTACTS = (
    """DELETE FROM need_follower WHERE contact_id = ANY(:ids)""",
    """DELETE FROM area_follower WHERE contact_id = ANY(:ids)""",
    """UPDATE introduction SET offered = '', wanted = '' WHERE kind IS NOT NULL
         AND id IN (SELECT introduction_id FROM introduction_answer WHERE contact_id = ANY(:ids))""",
    """DELETE FROM introduction_answer WHERE contact_id = ANY(:ids)""",
    """DELETE FROM pledge WHERE contact_id = ANY(:ids)""",
    """DELETE FROM member WHERE contact_id = ANY(:ids)""",
    """UPDATE visit SET words = '', group_name = '', contact_id = NULL WHERE contact_id = ANY(:ids)""",
    """DELETE FROM link WHERE contact_id = ANY(:ids)""",
    """UPDATE hub_letter_copy SET contact_id = NULL WHERE contact_id = ANY(:ids)""",
    """DELETE FROM revision WHERE record_kind = 'offer'
         AND record_id IN (SELECT id FROM offer WHERE contact_id = ANY(:ids))""",
    """UPDATE submission SET document = '{}' WHERE record_kind = 'offer' AND contact_id = ANY(:ids)""",
    """DELETE FROM offer WHERE contact_id = ANY(:ids)""",
    """UPDATE submission SET document = '{}', before = NULL, note = '', sender_key = '', contact_id = NULL,
         state = CASE WHEN state IN ('waiting', 'asked') THEN 'withdrawn' ELSE state END
       WHERE contact_id = ANY(:ids) AND state <> 'approved'""",
    """UPDATE submission SET before = NULL, note = '', sender_key = '', contact_id = NULL
       WHERE contact_id = ANY(:ids) AND state = 'approved'""",
    """UPDATE contact SET name = '', email = NULL, phone = NULL, publish = false, consent_words = '',
         hub_letters_at_utc = NULL, hub_letters_words = '', hub_letters_stopped_at_utc = NULL,
         deleted_at_utc = now() WHERE id = ANY(:ids)""",
)


def forget_contacts(session: Session, contact_ids: Sequence[UUID]) -> None:
    """Empty these contacts, and take away all that hangs on them; public facts of groups and needs stay."""
    for statement in FORGET_CONTACTS:
        session.execute(text(statement), {"ids": list(contact_ids)})
    session.expire_all()


def forget_address(session: Session, email: str) -> None:
    """Letters to an address, and drafts that name it."""
    session.execute(text("DELETE FROM mail WHERE to_address = :email"), {"email": email})
    session.execute(
        text("DELETE FROM draft WHERE position(:quoted IN lower(answers::text)) > 0"), {"quoted": f'"{email}"'}
    )


def remove_refused(session: Session, days: int) -> int:
    """Remove what was refused or taken back so many days ago; a question nobody answered counts as taken back."""
    session.execute(
        text("""
        UPDATE submission SET state = 'withdrawn', decided_at_utc = now()
        WHERE state = 'asked' AND decided_at_utc < now() - make_interval(days => :days)
        """),
        {"days": days},
    )
    done = session.execute(
        text("""
        DELETE FROM submission WHERE state IN ('rejected', 'withdrawn')
          AND coalesce(decided_at_utc, sent_at_utc) < now() - make_interval(days => :days)
        """),
        {"days": days},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def shorten_approved(session: Session, days: int) -> int:
    """Of what was approved so many days ago, forget the words meant for moderators only."""
    done = session.execute(
        text("""
        UPDATE submission SET note = '', before = NULL
        WHERE state = 'approved' AND decided_at_utc < now() - make_interval(days => :days)
          AND (note <> '' OR before IS NOT NULL)
        """),
        {"days": days},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def forget_sender_keys(session: Session, days: int) -> int:
    done = session.execute(
        text("""
        UPDATE submission SET sender_key = ''
        WHERE sender_key <> '' AND sent_at_utc < now() - make_interval(days => :days)
        """),
        {"days": days},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def list_idle_contacts(session: Session, months: int) -> Sequence[UUID]:
    """Contacts of groups that left the map so long ago, and of nothing at all."""
    return session.scalars(
        text("""
        SELECT c.id FROM contact c LEFT JOIN organisation o ON o.id = c.organisation_id
        WHERE c.deleted_at_utc IS NULL AND c.added_at_utc < now() - make_interval(months => :months) AND (
            (o.id IS NOT NULL AND NOT EXISTS (SELECT FROM public_organisation p WHERE p.id = o.id)
             AND o.updated_at_utc < now() - make_interval(months => :months))
            OR (o.id IS NULL
             AND NOT EXISTS (SELECT FROM need_follower f JOIN public_need n ON n.id = f.need_id
                             WHERE f.contact_id = c.id)
             AND NOT EXISTS (SELECT FROM area_follower f WHERE f.contact_id = c.id)
             AND NOT EXISTS (SELECT FROM member m WHERE m.contact_id = c.id)
             AND NOT EXISTS (SELECT FROM pledge p JOIN public_need n ON n.id = p.need_id WHERE p.contact_id = c.id)
             AND NOT EXISTS (SELECT FROM offer f WHERE f.contact_id = c.id AND f.withdrawn_at_utc IS NULL)
             AND NOT EXISTS (SELECT FROM submission s
                             WHERE s.contact_id = c.id AND s.state IN ('waiting', 'asked'))))
        ORDER BY c.id
        """),
        {"months": months},
    ).all()


def remove_emptied_contacts(session: Session, months: int) -> int:
    done = session.execute(
        text("DELETE FROM contact WHERE deleted_at_utc < now() - make_interval(months => :months)"),
        {"months": months},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def remove_old_wishes(session: Session, months: int) -> int:
    """Forget what people looked for in vain so many months ago."""
    done = session.execute(
        text("DELETE FROM wish WHERE asked_on < current_date - make_interval(months => :months)"),
        {"months": months},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
