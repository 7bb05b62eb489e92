"""Which groups a hub's letter is for, who of them agreed, and what was sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models import HubLetter, HubLetterCopy

LOCK = 7_304_121
"""Advisory lock: of two letters sent at one moment the second knows whom the first went to."""


@dataclass(frozen=True)
class CandidateRow:
    """A group that matches, with one of its addresses, or with none (``email`` None)."""

    organisation_id: UUID
    name: str
    contact_id: UUID | None
    email: str | None
    has_agreed: bool
    has_stopped: bool
    is_confirmed: bool
    had_lately: bool


@dataclass(frozen=True)
class LetterRow:
    """A letter that was sent; ``gone``, ``waiting`` and ``failed`` count copies for as long as that is kept."""

    id: UUID
    hub_id: UUID
    hub_name: str
    subject: str
    words: str
    theme_names: list[str]
    area_names: list[str]
    sent_to: int
    left_out: dict[str, int]
    sent_at_utc: datetime
    written_by: str | None
    gone: int
    waiting: int
    failed: int
    stopped: int


def lock_sending(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


OFFERED = {True: "public_provision WHERE theme_key = ANY(:themes)", False: "public_footprint"}
"""Where a group meets or what it serves: of its services with some themes, or all there is."""


def list_candidates(
    session: Session, area_ids: Collection[int], theme_keys: Collection[str], rest_days: int
) -> list[CandidateRow]:
    """Public groups that meet in the areas or say they serve them, each with its addresses, by name.

    Only what everybody may see decides who matches. An area that a group serves counts when it is one of
    ``area_ids``, or a smaller one with its middle inside. No themes: every theme.
    """
    rows = session.execute(
        text(f"""
        WITH wanted AS (SELECT id, geom, size_m2 FROM area WHERE id = ANY(:areas)),
        offered AS (SELECT organisation_id, role, place_id, area_id, geom FROM {OFFERED[bool(theme_keys)]}),
        here AS (
            SELECT o.organisation_id FROM offered o JOIN wanted w ON w.geom && o.geom AND ST_Covers(w.geom, o.geom)
            WHERE o.role = 'meets_at'
            UNION
            SELECT o.organisation_id FROM offered o LEFT JOIN public_place p ON p.id = o.place_id
            JOIN area said ON said.id = coalesce(o.area_id, p.area_id)
            JOIN wanted w ON w.id = said.id OR (said.size_m2 <= w.size_m2 AND w.geom && said.point_geom
                                                AND ST_Covers(w.geom, said.point_geom))
            WHERE o.role IN ('meets_at', 'serves')
        )
        SELECT g.id AS organisation_id, g.name, c.id AS contact_id, c.email,
               c.hub_letters_at_utc IS NOT NULL AND c.hub_letters_stopped_at_utc IS NULL AS has_agreed,
               c.hub_letters_stopped_at_utc IS NOT NULL AS has_stopped,
               c.email_confirmed_at_utc IS NOT NULL AS is_confirmed,
               EXISTS (SELECT FROM hub_letter_copy k JOIN hub_letter l ON l.id = k.hub_letter_id
                       LEFT JOIN contact had ON had.id = k.contact_id
                       WHERE l.sent_at_utc > now() - make_interval(days => :rest_days)
                         AND (k.organisation_id = g.id OR had.email = c.email)) AS had_lately
        FROM here JOIN public_organisation g ON g.id = here.organisation_id
        LEFT JOIN contact c ON c.organisation_id = g.id AND c.purpose = 'group' AND c.email IS NOT NULL
        ORDER BY g.name, g.id, c.hub_letters_at_utc, c.added_at_utc, c.id
        """),  # noqa: S608 - constants of this file
        {
            "areas": list(area_ids),
            "rest_days": rest_days,
            **({"themes": list(theme_keys)} if theme_keys else {}),
        },
    )
    return [CandidateRow(**row) for row in rows.mappings()]


def find_next_time(session: Session, hub_id: UUID, hours: int) -> datetime | None:
    """When the hub may send again; None when it may now."""
    found: datetime | None = session.scalar(
        text("""
        SELECT max(sent_at_utc) + make_interval(hours => :hours) FROM hub_letter
        WHERE hub_id = :hub AND sent_at_utc > now() - make_interval(hours => :hours)
        """),
        {"hub": hub_id, "hours": hours},
    )
    return found


def add_letter(session: Session, letter: HubLetter) -> None:
    session.add(letter)
    session.flush()


def add_copy(
    session: Session, letter_id: UUID, organisation_id: UUID, contact_id: UUID | None, mail_id: UUID
) -> None:
    session.add(
        HubLetterCopy(
            hub_letter_id=letter_id, organisation_id=organisation_id, contact_id=contact_id, mail_id=mail_id
        )
    )
    session.flush()


LETTERS = """
    SELECT l.id, l.hub_id, h.name AS hub_name, l.subject, l.words, l.theme_names, l.area_names, l.sent_to,
           l.left_out, l.sent_at_utc, a.email AS written_by,
           count(*) FILTER (WHERE m.state = 'sent') AS gone,
           count(*) FILTER (WHERE m.state IN ('waiting', 'held_back')) AS waiting,
           count(*) FILTER (WHERE m.state = 'failed') AS failed,
           count(k.stopped_at_utc) AS stopped
    FROM hub_letter l JOIN hub h ON h.id = l.hub_id LEFT JOIN account a ON a.id = l.account_id
    LEFT JOIN hub_letter_copy k ON k.hub_letter_id = l.id LEFT JOIN mail m ON m.id = k.mail_id
"""

EACH = "GROUP BY l.id, h.name, a.email"


def find_letter(session: Session, letter_id: UUID) -> LetterRow | None:
    row = session.execute(text(f"{LETTERS} WHERE l.id = :id {EACH}"), {"id": letter_id})
    found = row.mappings().first()
    return LetterRow(**found) if found else None


def list_letters(session: Session, hub_id: UUID, most: int) -> Sequence[LetterRow]:
    """What a hub sent, the newest first."""
    rows = session.execute(
        text(f"{LETTERS} WHERE l.hub_id = :hub {EACH} ORDER BY l.sent_at_utc DESC, l.id LIMIT :most"),
        {"hub": hub_id, "most": most},
    )
    return [LetterRow(**row) for row in rows.mappings()]


def note_stopped(session: Session, letter_id: UUID, contact_id: UUID) -> None:
    """The link in this copy was used to stop."""
    session.execute(
        text("""
        UPDATE hub_letter_copy SET stopped_at_utc = coalesce(stopped_at_utc, now())
        WHERE hub_letter_id = :letter AND contact_id = :contact
        """),
        {"letter": letter_id, "contact": contact_id},
    )


def find_copy_names(session: Session, letter_id: UUID, contact_id: UUID) -> Mapping[str, str] | None:
    """``hub`` and ``group`` of the copy that somebody got."""
    row = session.execute(
        text("""
        SELECT h.name AS hub, o.name AS "group" FROM hub_letter_copy k JOIN hub_letter l ON l.id = k.hub_letter_id
        JOIN hub h ON h.id = l.hub_id JOIN organisation o ON o.id = k.organisation_id
        WHERE k.hub_letter_id = :letter AND k.contact_id = :contact ORDER BY o.name, o.id LIMIT 1
        """),
        {"letter": letter_id, "contact": contact_id},
    )
    found = row.mappings().first()
    return {str(name): str(value) for name, value in found.items()} if found else None


def remove_old(session: Session, months: int) -> int:
    """Remove letters sent so many months ago, with whom they went to; how many."""
    done = session.execute(
        text("DELETE FROM hub_letter WHERE sent_at_utc < now() - make_interval(months => :months)"),
        {"months": months},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
