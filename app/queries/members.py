"""Who belongs to a hub. Nothing here is public, but the facts of the hub itself (public_hub)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import Contact, Member
from app.vocabulary import Stage


@dataclass(frozen=True)
class PublicHubRow:
    """What anybody may know of a hub; ``patches`` are the names of its areas today."""

    id: UUID
    name: str
    summary: str
    patches: tuple[str, ...]


@dataclass(frozen=True)
class MemberRow:
    """Somebody who was invited or asked to join; a member once ``is_member``."""

    id: UUID
    hub_id: UUID
    hub_name: str
    contact_id: UUID
    name: str
    email: str
    is_confirmed: bool
    is_accepted: bool
    organisation_id: UUID | None
    organisation_name: str
    venture: str
    stage: Stage
    words: str
    area_id: int | None
    area: str  # layer:code, or empty
    area_name: str
    themes: tuple[str, ...]
    on_peer_map: bool
    joined_at_utc: datetime
    is_asked: bool  # whether they still belong, and have not said
    consent_words: str  # what they said yes to

    @property
    def is_member(self) -> bool:
        return self.is_confirmed and self.is_accepted


MEMBERS = """
    SELECT m.id, m.hub_id, h.name AS hub_name, m.contact_id, c.name, coalesce(c.email, '') AS email,
           c.email_confirmed_at_utc IS NOT NULL AS is_confirmed, m.accepted_at_utc IS NOT NULL AS is_accepted,
           o.id AS organisation_id, coalesce(o.name, '') AS organisation_name, m.venture, m.stage, m.words,
           m.area_id, coalesce(l.key || ':' || a.area_code, '') AS area, coalesce(a.name, '') AS area_name,
           ARRAY(SELECT t.key FROM member_theme mt JOIN theme t ON t.key = mt.theme_key
                 WHERE mt.member_id = m.id ORDER BY t.sort_order, t.key) AS themes,
           m.on_peer_map, m.joined_at_utc, m.asked_at_utc IS NOT NULL AS is_asked,
           c.consent_words
    FROM member m JOIN hub h ON h.id = m.hub_id
    JOIN contact c ON c.id = m.contact_id AND c.deleted_at_utc IS NULL
    LEFT JOIN public_organisation o ON o.id = m.organisation_id
    LEFT JOIN area a ON a.id = m.area_id LEFT JOIN area_layer l ON l.id = a.area_layer_id
"""


def find_public_hub(session: Session, hub_id: UUID) -> PublicHubRow | None:
    row = session.execute(
        text("""
        SELECT h.id, h.name, h.summary,
               ARRAY(SELECT a.name FROM public_patch p JOIN area a ON a.id = p.area_id
                     WHERE p.hub_id = h.id ORDER BY a.name, a.id) AS patches
        FROM public_hub h WHERE h.id = :id
        """),
        {"id": hub_id},
    )
    found = row.mappings().one_or_none()
    return PublicHubRow(**{**found, "patches": tuple(found["patches"])}) if found else None


def list_public_hubs_of(session: Session, area_id: int) -> list[tuple[UUID, str]]:
    """Hubs (id, name) that today look after an area, or after one that its middle lies in, by name."""
    rows = session.execute(
        text("""
        SELECT h.id, h.name FROM public_hub h WHERE EXISTS (
            SELECT FROM public_patch p JOIN area held ON held.id = p.area_id JOIN area a ON a.id = :area
            WHERE p.hub_id = h.id AND held.size_m2 >= a.size_m2
              AND (held.id = a.id OR (held.geom && a.point_geom AND ST_Covers(held.geom, a.point_geom))))
        ORDER BY h.name, h.id
        """),
        {"area": area_id},
    )
    return [(row.id, row.name) for row in rows]


def lock_address(session: Session, hub_id: UUID, email: str) -> None:
    """So that the same person who asks twice at one moment becomes one member."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"member {hub_id} {email}"}
    )


def add_member(session: Session, hub_id: UUID, contact_id: UUID, *, is_accepted: bool) -> UUID:
    member = Member(hub_id=hub_id, contact_id=contact_id, accepted_at_utc=func.now() if is_accepted else None)
    session.add(member)
    session.flush()
    return member.id


def list_members(session: Session, hub_id: UUID) -> list[MemberRow]:
    """Everybody who belongs to a hub, was invited or asked: by name."""
    rows = session.execute(text(f"{MEMBERS} WHERE m.hub_id = :hub ORDER BY lower(c.name), m.id"), {"hub": hub_id})
    return [_member(row) for row in rows.mappings()]


def find_member(session: Session, member_id: UUID) -> MemberRow | None:
    row = session.execute(text(f"{MEMBERS} WHERE m.id = :id"), {"id": member_id}).mappings().one_or_none()
    return _member(row) if row else None


def find_member_by_email(session: Session, hub_id: UUID, email: str) -> MemberRow | None:
    row = session.execute(
        text(f"{MEMBERS} WHERE m.hub_id = :hub AND c.email = :email ORDER BY m.joined_at_utc, m.id LIMIT 1"),
        {"hub": hub_id, "email": email},
    )
    found = row.mappings().one_or_none()
    return _member(found) if found else None


def set_details(
    session: Session,
    member_id: UUID,
    *,
    organisation_id: UUID | None,
    venture: str,
    stage: Stage,
    words: str,
    area_id: int | None,
    themes: Sequence[str],
    on_peer_map: bool,
) -> None:
    """What a member says of herself; saying it is to be here still. Consent is dated when it is given anew."""
    session.execute(
        text("""
        UPDATE member SET organisation_id = :organisation_id, venture = :venture, stage = :stage, words = :words,
               area_id = :area_id,
               peer_consent_at_utc = CASE WHEN NOT :on_peer_map THEN NULL
                                          WHEN on_peer_map THEN peer_consent_at_utc ELSE now() END,
               on_peer_map = :on_peer_map, still_here_at_utc = now(), asked_at_utc = NULL
        WHERE id = :id
        """),
        {
            "id": member_id, "organisation_id": organisation_id, "venture": venture, "stage": stage.value,
            "words": words, "area_id": area_id, "on_peer_map": on_peer_map,
        },
    )  # fmt: skip
    session.execute(text("DELETE FROM member_theme WHERE member_id = :id"), {"id": member_id})
    session.execute(
        text("INSERT INTO member_theme SELECT :id, unnest(CAST(:themes AS text[]))"),
        {"id": member_id, "themes": list(themes)},
    )


def set_accepted(session: Session, member_id: UUID) -> bool:
    """Whether it changed anything."""
    done = session.execute(
        text("UPDATE member SET accepted_at_utc = now() WHERE id = :id AND accepted_at_utc IS NULL RETURNING id"),
        {"id": member_id},
    )
    return done.first() is not None


def set_still_here(session: Session, member_id: UUID) -> None:
    session.execute(
        text("UPDATE member SET still_here_at_utc = now(), asked_at_utc = NULL WHERE id = :id"), {"id": member_id}
    )


def set_asked(session: Session, member_id: UUID) -> None:
    session.execute(text("UPDATE member SET asked_at_utc = now() WHERE id = :id"), {"id": member_id})


def list_to_ask(session: Session, days: int, most: int) -> list[MemberRow]:
    """Members who said nothing for so long and were not asked since, the longest first; locked."""
    rows = session.execute(
        text(f"""{MEMBERS}
        WHERE m.still_here_at_utc < now() - make_interval(days => :days) AND m.asked_at_utc IS NULL
          AND m.accepted_at_utc IS NOT NULL AND c.email_confirmed_at_utc IS NOT NULL
        ORDER BY m.still_here_at_utc, m.id LIMIT :most FOR UPDATE OF m SKIP LOCKED
        """),
        {"days": days, "most": most},
    )
    return [_member(row) for row in rows.mappings()]


def list_over(session: Session, *, unconfirmed_days: int, unaccepted_days: int, answer_days: int) -> list[Contact]:
    """Whose address was never confirmed, whom no convener accepted, and who did not answer whether they stay."""
    ids = session.scalars(
        text("""
        SELECT c.id FROM member m JOIN contact c ON c.id = m.contact_id
        WHERE (c.email_confirmed_at_utc IS NULL
               AND m.joined_at_utc < now() - make_interval(days => :unconfirmed_days))
           OR (m.accepted_at_utc IS NULL AND m.joined_at_utc < now() - make_interval(days => :unaccepted_days))
           OR m.asked_at_utc < now() - make_interval(days => :answer_days)
        """),
        {
            "unconfirmed_days": unconfirmed_days, "unaccepted_days": unaccepted_days, "answer_days": answer_days,
        },
    ).all()  # fmt: skip
    return list(session.scalars(select(Contact).where(Contact.id.in_(ids)).order_by(Contact.id)))


def remove_members_of(session: Session, contact_id: UUID) -> None:
    session.execute(text("DELETE FROM member WHERE contact_id = :id"), {"id": contact_id})
    session.expire_all()


def set_consent(session: Session, contact: Contact, words: str) -> None:
    """Somebody who was invited has said yes herself."""
    contact.consent_words, contact.consent_at_utc = words, func.now()
    session.flush()


def find_groups_called(session: Session, name: str) -> list[UUID]:
    """Public organisations of exactly this name, in any letters; two at most, which is one too many."""
    rows = session.scalars(
        text("""
        SELECT id FROM public_organisation
        WHERE lower("left"(name, 100)) = lower("left"(:name, 100)) AND lower(name) = lower(:name)
        ORDER BY id LIMIT 2
        """),
        {"name": name},
    )
    return list(rows)


def list_conveners(session: Session, hub_id: UUID) -> list[str]:
    """The addresses of those who convene this hub and may sign in."""
    rows = session.scalars(
        text("""
        SELECT DISTINCT k.email FROM account k JOIN account_role r ON r.account_id = k.id
        WHERE r.hub_id = :hub AND r.role = 'convener' AND k.active AND NOT k.is_demo ORDER BY k.email
        """),
        {"hub": hub_id},
    )
    return list(rows)


def _member(row: object) -> MemberRow:
    values = dict(row)  # type: ignore[call-overload]
    return MemberRow(**{**values, "stage": Stage(values["stage"]), "themes": tuple(values["themes"])})
