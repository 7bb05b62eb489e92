"""Offers and asks as the public may see them, and those that their owners look after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.needs import HERE
from app.vocabulary import AskKind, OfferDirection, Stage

AT = "coalesce(f.geom, (SELECT point_geom FROM area WHERE area.id = f.area_id))"
"""A point that stands for where it is: its public point, or the middle of its area."""


@dataclass(frozen=True)
class OfferRow:
    """``lon`` and ``lat`` are as rough as the public may know; ``is_on_page``: a group asks for it on its page.

    ``said_on`` is None for what nobody of the group has confirmed.
    """

    id: UUID
    direction: OfferDirection
    kind: AskKind
    theme_keys: tuple[str, ...]
    theme_names: tuple[str, ...]
    words: str
    stage: Stage
    organisation_id: UUID | None
    organisation_name: str | None
    is_on_page: bool
    is_exact: bool
    address: str
    has_point: bool
    lon: float | None
    lat: float | None
    area_name: str | None
    ends_on: date | None
    said_on: date | None
    source_is_invented: bool
    source_title: str
    source_publisher: str
    source_licence: str
    distance_m: float | None = None


@dataclass(frozen=True)
class OwnRow:
    """An offer as whoever made it sees it."""

    id: UUID
    direction: OfferDirection
    kind: AskKind
    words: str
    said_on: date
    ends_on: date | None
    is_public: bool
    is_withdrawn: bool


@dataclass(frozen=True)
class DueRow:
    """An offer to ask about, and whom."""

    id: UUID
    contact_id: UUID
    email: str
    name: str
    words: str
    direction: OfferDirection


COLUMNS = f"""
    f.id, f.direction, f.kind, f.theme_keys, f.words, f.stage, f.organisation_id, o.name AS organisation_name,
    f.is_on_page, f.privacy = 'exact' AS is_exact, f.address, f.geom IS NOT NULL AS has_point,
    ST_X({AT}) AS lon, ST_Y({AT}) AS lat, here.name AS area_name, f.ends_on, f.said_on,
    src.is_invented AS source_is_invented, src.title AS source_title, src.publisher AS source_publisher,
    src.licence AS source_licence,
    ARRAY(SELECT t.name FROM theme t WHERE t.key = ANY(f.theme_keys) ORDER BY t.sort_order, t.key) AS theme_names
"""  # noqa: S608 - constants of ours, no input
TABLES = """
    FROM public_offer f LEFT JOIN public_organisation o ON o.id = f.organisation_id
    JOIN source src ON src.id = f.source_id
    LEFT JOIN LATERAL (
        SELECT a.name FROM area a JOIN area_layer l ON l.id = a.area_layer_id
        WHERE a.id = f.area_id OR (f.area_id IS NULL AND a.geom && f.geom AND ST_Covers(a.geom, f.geom)
                                   AND l.kind IN ('electoral', 'council'))
        ORDER BY l.kind DESC, l.sort_order, a.size_m2, a.id LIMIT 1
    ) here ON true
"""
FILTERS = """
    (:direction = '' OR f.direction = :direction) AND (:kind = '' OR f.kind = :kind)
    AND (:theme = '' OR CAST(:theme AS text) = ANY(f.theme_keys))
"""


def count_offers(session: Session, *, direction: str, kind: str, theme: str) -> int:
    """How many the filters keep; an empty filter means all."""
    found = session.scalar(
        text(f"SELECT count(*) FROM public_offer f WHERE {FILTERS}"),  # noqa: S608 - constants of this file
        {"direction": direction, "kind": kind, "theme": theme},
    )
    return int(found or 0)


def list_offers(
    session: Session,
    *,
    direction: str,
    kind: str,
    theme: str,
    near: tuple[float, float] | None,
    limit: int,
    skip: int,
) -> list[OfferRow]:
    """The nearest first where ``near`` (lon, lat) is given; else the newest."""
    lon, lat = near or (None, None)
    rows = session.execute(
        text(f"""
        WITH page AS MATERIALIZED (
            SELECT f.id AS page_id, ST_DistanceSphere({AT}, {HERE}) AS distance_m FROM public_offer f
            WHERE {FILTERS} ORDER BY distance_m, f.said_on DESC NULLS LAST, f.id LIMIT :limit OFFSET :skip)
        SELECT {COLUMNS}, page.distance_m {TABLES} JOIN page ON page.page_id = f.id
        ORDER BY page.distance_m, f.said_on DESC NULLS LAST, f.id
        """),  # noqa: S608 - constants of ours, no input
        {
            "direction": direction, "kind": kind, "theme": theme, "lon": lon, "lat": lat, "limit": limit,
            "skip": skip,
        },
    )  # fmt: skip
    return [_offer(row) for row in rows.mappings()]


def list_of_ids(session: Session, ids: Sequence[UUID]) -> list[OfferRow]:
    """Some offers, in no order that matters; those that are no longer public are left out."""
    rows = session.execute(
        text(f"SELECT {COLUMNS} {TABLES} WHERE f.id = ANY(:ids) ORDER BY f.id"), {"ids": list(ids)}
    )
    return [_offer(row) for row in rows.mappings()]


def _offer(row: Mapping[str, Any] | Any) -> OfferRow:
    return OfferRow(
        **{
            **row, "direction": OfferDirection(row["direction"]), "kind": AskKind(row["kind"]),
            "stage": Stage(row["stage"]), "theme_keys": tuple(row["theme_keys"]),
            "theme_names": tuple(row["theme_names"]),
        }
    )  # fmt: skip


def set_contact(session: Session, offer_id: UUID, contact_id: UUID) -> None:
    """Whose it is: she is asked before anybody is introduced. Of several hubs she belongs to, the first."""
    session.execute(
        text("""
        UPDATE offer SET contact_id = :contact_id, member_id = (
            SELECT m.id FROM contact me JOIN contact mine ON mine.email = me.email
            JOIN member m ON m.contact_id = mine.id AND m.accepted_at_utc IS NOT NULL
            WHERE me.id = :contact_id ORDER BY m.joined_at_utc, m.id LIMIT 1)
        WHERE id = :id
        """),
        {"id": offer_id, "contact_id": contact_id},
    )


def find_own(session: Session, offer_id: UUID, contact_id: UUID) -> OwnRow | None:
    row = session.execute(
        text("""
        SELECT f.id, f.direction, f.kind, f.words, f.said_on, f.ends_on,
               f.withdrawn_at_utc IS NOT NULL AS is_withdrawn,
               EXISTS (SELECT FROM public_offer p WHERE p.id = f.id) AS is_public
        FROM offer f WHERE f.id = :id AND f.contact_id = :contact_id FOR UPDATE OF f
        """),
        {"id": offer_id, "contact_id": contact_id},
    )
    found = row.mappings().one_or_none()
    if found is None:
        return None
    return OwnRow(**{**found, "direction": OfferDirection(found["direction"]), "kind": AskKind(found["kind"])})


def keep(session: Session, offer_id: UUID, today: date) -> None:
    """It still stands."""
    session.execute(
        text("UPDATE offer SET said_on = :today, asked_on = NULL WHERE id = :id"), {"id": offer_id, "today": today}
    )


def withdraw(session: Session, offer_ids: Sequence[UUID]) -> None:
    """Take offers back; whoever was asked about them and had not answered is not waited for."""
    session.execute(
        text("UPDATE offer SET withdrawn_at_utc = now() WHERE id = ANY(:ids) AND withdrawn_at_utc IS NULL"),
        {"ids": list(offer_ids)},
    )
    session.execute(
        text("""
        UPDATE introduction_answer a SET says_yes = false, answered_at_utc = now()
        FROM introduction i JOIN offer f ON f.id IN (i.offer_id, i.wanted_id)
        WHERE a.introduction_id = i.id AND f.id = ANY(:ids) AND a.contact_id = f.contact_id
          AND i.shared_at_utc IS NULL AND a.says_yes IS DISTINCT FROM false
        """),
        {"ids": list(offer_ids)},
    )


def list_due(session: Session, *, today: date, asked_after_months: int, limit: int) -> list[DueRow]:
    """Offers that nobody has said anything about for so long, the longest first; each is asked about once."""
    rows = session.execute(
        text("""
        SELECT f.id, c.id AS contact_id, c.email, c.name, f.words, f.direction
        FROM offer f JOIN contact c ON c.id = f.contact_id JOIN public_offer p ON p.id = f.id
        WHERE f.asked_on IS NULL AND c.email IS NOT NULL
          AND f.said_on <= CAST(:today AS date) - make_interval(months => :months)
        ORDER BY f.said_on, f.id LIMIT :limit FOR UPDATE OF f
        """),
        {"today": today, "months": asked_after_months, "limit": limit},
    )
    return [DueRow(**{**row, "direction": OfferDirection(row["direction"])}) for row in rows.mappings()]


def note_asked(session: Session, offer_id: UUID, today: date) -> None:
    session.execute(text("UPDATE offer SET asked_on = :today WHERE id = :id"), {"id": offer_id, "today": today})


def list_over(session: Session, *, today: date, kept_months: int, grace_days: int) -> list[UUID]:
    """Offers whose last day is past, or that are a year old and were asked about (or could not be)."""
    rows = session.scalars(
        text("""
        SELECT id FROM offer WHERE withdrawn_at_utc IS NULL AND (
            ends_on < :today OR (said_on <= CAST(:today AS date) - make_interval(months => :months)
            AND coalesce(asked_on <= CAST(:today AS date) - CAST(:grace AS int), true)))
        ORDER BY id FOR UPDATE
        """),
        {"today": today, "months": kept_months, "grace": grace_days},
    )
    return list(rows)


def remove_withdrawn(session: Session, days: int) -> int:
    """Remove what was taken back so many days ago, with what was said of it; how many."""
    ids = list(
        session.scalars(
            text("DELETE FROM offer WHERE withdrawn_at_utc < now() - make_interval(days => :days) RETURNING id"),
            {"days": days},
        )
    )
    for statement in (
        "DELETE FROM revision WHERE record_kind = 'offer' AND record_id = ANY(:ids)",
        "UPDATE submission SET document = '{}', before = NULL, note = '' "
        "WHERE record_kind = 'offer' AND record_id = ANY(:ids)",
    ):
        session.execute(text(statement), {"ids": ids})
    return len(ids)


def list_idle_contacts(session: Session, kept_days: int) -> list[UUID]:
    """People who gave their address for an offer that is gone, or for an introduction that is long over."""
    rows = session.scalars(
        text("""
        SELECT c.id FROM contact c
        WHERE c.purpose = 'offer' AND c.deleted_at_utc IS NULL AND c.added_at_utc < now() - interval '1 month'
          AND NOT EXISTS (SELECT FROM offer f WHERE f.contact_id = c.id AND f.withdrawn_at_utc IS NULL)
          AND NOT EXISTS (SELECT FROM submission s WHERE s.contact_id = c.id AND s.state IN ('waiting', 'asked'))
          AND NOT EXISTS (
              SELECT FROM introduction_answer a JOIN introduction i ON i.id = a.introduction_id
              WHERE a.contact_id = c.id AND a.says_yes
                AND i.made_at_utc > now() - make_interval(days => :days))
        ORDER BY c.id
        """),
        {"days": kept_days},
    )
    return list(rows)
