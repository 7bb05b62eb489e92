"""One who offers and one who asks: whom to ask, what each said, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.vocabulary import AskKind, IntroductionOutcome


@dataclass(frozen=True)
class SideRow:
    """An introduction as one of those in it sees it; ``gives`` is None among neighbours about a need.

    ``offered`` and ``wanted`` are words of the list, or what the other wrote; ``statement`` is that of the need.
    """

    introduction_id: UUID
    contact_id: UUID
    email: str
    name: str
    kind: AskKind | None
    gives: bool | None
    offered: str
    wanted: str
    statement: str
    says_yes: bool | None
    began_it: bool
    is_shared: bool
    is_over: bool
    outcome: IntroductionOutcome | None


@dataclass(frozen=True)
class NewPair:
    """What is brought together; the ids that stand on no list are None."""

    kind: AskKind
    offer_id: UUID | None
    wanted_id: UUID | None
    organisation_id: UUID | None
    offered: str
    wanted: str
    place_of: UUID
    """The public offer or ask whose place it has."""


SIDE = """
    SELECT i.id AS introduction_id, c.id AS contact_id, c.email, coalesce(nullif(c.name, ''), o.name, '') AS name,
           i.kind, a.gives, i.offered, i.wanted, coalesce(n.statement, '') AS statement, a.says_yes,
           EXISTS (SELECT FROM introduction_answer b WHERE b.introduction_id = i.id AND b.contact_id <> c.id
                   AND b.asked_at_utc IS NULL) AS began_it,
           i.shared_at_utc IS NOT NULL AS is_shared,
           i.made_at_utc <= now() - make_interval(days => :days) AS is_over, a.outcome
    FROM introduction_answer a JOIN introduction i ON i.id = a.introduction_id
    JOIN contact c ON c.id = a.contact_id AND c.email IS NOT NULL
    LEFT JOIN organisation o ON o.id = c.organisation_id
    LEFT JOIN need n ON n.id = i.need_id
"""


def find_side(session: Session, introduction_id: UUID, contact_id: UUID, days: int) -> SideRow | None:
    rows = session.execute(
        text(f"{SIDE} WHERE i.id = :id AND c.id = :contact_id"),
        {"id": introduction_id, "contact_id": contact_id, "days": days},
    )
    found = rows.mappings().one_or_none()
    return _side(found) if found else None


def list_waiting(session: Session, introduction_id: UUID, days: int) -> list[SideRow]:
    """Those of a pair who have not been asked yet."""
    rows = session.execute(
        text(f"{SIDE} WHERE i.id = :id AND i.kind IS NOT NULL AND a.asked_at_utc IS NULL ORDER BY c.id"),
        {"id": introduction_id, "days": days},
    )
    return [_side(row) for row in rows.mappings()]


def note_asked(session: Session, introduction_id: UUID, contact_id: UUID) -> None:
    session.execute(
        text("""
        UPDATE introduction_answer SET asked_at_utc = now()
        WHERE introduction_id = :id AND contact_id = :contact_id
        """),
        {"id": introduction_id, "contact_id": contact_id},
    )


def list_held(session: Session, days: int, limit: int) -> list[UUID]:
    """Introductions in which one has said yes and the other still is to be asked, the longest waiting first."""
    rows = session.scalars(
        text("""
        SELECT i.id FROM introduction i
        WHERE i.kind IS NOT NULL AND i.made_at_utc > now() - make_interval(days => :days)
          AND EXISTS (SELECT FROM introduction_answer a WHERE a.introduction_id = i.id AND a.says_yes)
          AND EXISTS (SELECT FROM introduction_answer a WHERE a.introduction_id = i.id AND a.asked_at_utc IS NULL)
        ORDER BY i.made_at_utc, i.id LIMIT :limit
        """),
        {"days": days, "limit": limit},
    )
    return list(rows)


def add_pair(session: Session, new: NewPair) -> UUID:
    made = session.scalar(
        text("""
        INSERT INTO introduction (kind, offer_id, wanted_id, organisation_id, offered, wanted, geom)
        SELECT :kind, :offer_id, :wanted_id, :organisation_id, :offered, :wanted,
               coalesce(f.geom, (SELECT point_geom FROM area WHERE area.id = f.area_id))
        FROM public_offer f WHERE f.id = :place_of RETURNING id
        """),
        {
            "kind": new.kind.value, "offer_id": new.offer_id, "wanted_id": new.wanted_id,
            "organisation_id": new.organisation_id, "offered": new.offered, "wanted": new.wanted,
            "place_of": new.place_of,
        },
    )  # fmt: skip
    return UUID(str(made))


def add_side(session: Session, introduction_id: UUID, contact_id: UUID, *, gives: bool, is_asked: bool) -> None:
    """One of the two; one who is not asked yet is asked once the other has said yes."""
    session.execute(
        text("""
        INSERT INTO introduction_answer (introduction_id, contact_id, gives, asked_at_utc)
        VALUES (:id, :contact_id, :gives, CASE WHEN :is_asked THEN now() END)
        """),
        {"id": introduction_id, "contact_id": contact_id, "gives": gives, "is_asked": is_asked},
    )


def find_between(session: Session, kind: AskKind, emails: tuple[str, str]) -> tuple[UUID, UUID] | None:
    """The introduction of these two about this kind of thing, and the contact of the first of them in it."""
    row = session.execute(
        text("""
        SELECT i.id, a.contact_id FROM introduction i
        JOIN introduction_answer a ON a.introduction_id = i.id JOIN contact c ON c.id = a.contact_id
        JOIN introduction_answer b ON b.introduction_id = i.id JOIN contact d ON d.id = b.contact_id
        WHERE i.kind = :kind AND c.email = :one AND d.email = :other ORDER BY i.made_at_utc, i.id LIMIT 1
        """),
        {"kind": kind.value, "one": emails[0], "other": emails[1]},
    ).one_or_none()
    return (row.id, row.contact_id) if row else None


def count_asked_lately(session: Session, email: str, days: int) -> int:
    """How often somebody was asked about what they offer or ask, in so many days."""
    found = session.scalar(
        text("""
        SELECT count(*) FROM introduction_answer a JOIN contact c ON c.id = a.contact_id
        JOIN introduction i ON i.id = a.introduction_id
        WHERE c.email = :email AND i.kind IS NOT NULL AND a.asked_at_utc > now() - make_interval(days => :days)
          AND a.says_yes IS NOT TRUE
        """),
        {"email": email, "days": days},
    )
    return int(found or 0)


def set_outcome(session: Session, introduction_id: UUID, contact_id: UUID, outcome: IntroductionOutcome) -> bool:
    """Keep what somebody says came of it; False when they were not told of each other."""
    done = session.execute(
        text("""
        UPDATE introduction_answer a SET outcome = :outcome, outcome_at_utc = now() FROM introduction i
        WHERE i.id = a.introduction_id AND i.id = :id AND a.contact_id = :contact_id
          AND a.says_yes AND i.shared_at_utc IS NOT NULL RETURNING a.contact_id
        """),
        {"id": introduction_id, "contact_id": contact_id, "outcome": outcome.value},
    )
    return done.first() is not None


def claim_due(session: Session, *, after_days: int, again_days: int, most_asks: int, limit: int) -> list[SideRow]:
    """Those to be asked now what came of it, the longest waiting first; they count as asked from here on."""
    rows = session.execute(
        text(f"""
        WITH due AS (
            SELECT a.introduction_id, a.contact_id FROM introduction_answer a
            JOIN introduction i ON i.id = a.introduction_id JOIN contact c ON c.id = a.contact_id
            WHERE a.says_yes AND a.outcome IS NULL AND c.email IS NOT NULL AND a.outcome_asks < :most_asks
              AND CASE WHEN a.outcome_asks = 0
                  THEN greatest(i.shared_at_utc, a.answered_at_utc) <= now() - make_interval(days => :after_days)
                  ELSE a.outcome_asked_at_utc <= now() - make_interval(days => :again_days) END
              AND i.shared_at_utc IS NOT NULL AND i.shared_at_utc > now() - interval '6 months'
            ORDER BY i.shared_at_utc, a.introduction_id, a.contact_id LIMIT :limit FOR UPDATE OF a
        ), noted AS (
            UPDATE introduction_answer a SET outcome_asks = a.outcome_asks + 1, outcome_asked_at_utc = now()
            FROM due WHERE a.introduction_id = due.introduction_id AND a.contact_id = due.contact_id)
        {SIDE} JOIN due ON due.introduction_id = a.introduction_id AND due.contact_id = a.contact_id
        ORDER BY i.shared_at_utc, i.id, c.id
        """),  # noqa: S608 - constants of this file
        {
            "after_days": after_days, "again_days": again_days, "most_asks": most_asks, "limit": limit, "days": 0,
        },
    )  # fmt: skip
    return [_side(row) for row in rows.mappings()]


def remove_unconfirmed(session: Session, days: int) -> int:
    """Remove introductions that whoever began them never confirmed; how many."""
    done = session.execute(
        text("""
        DELETE FROM introduction i
        WHERE i.kind IS NOT NULL AND i.made_at_utc < now() - make_interval(days => :days)
          AND EXISTS (SELECT FROM introduction_answer a
                      WHERE a.introduction_id = i.id AND a.asked_at_utc IS NULL)
          AND NOT EXISTS (SELECT FROM introduction_answer a WHERE a.introduction_id = i.id AND a.says_yes)
        """),
        {"days": days},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _side(row: object) -> SideRow:
    values = dict(row)  # type: ignore[call-overload]
    kind, outcome = values["kind"], values["outcome"]
    return SideRow(
        **{
            **values, "kind": AskKind(kind) if kind else None,
            "outcome": IntroductionOutcome(outcome) if outcome else None,
        }
    )  # fmt: skip
