"""Groups that may be the same, and making one of two. Reads private facts too: for moderators only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class AlikeRow:
    """One group on the map beside another; ``distance_m`` None: one of them has no point."""

    id: UUID
    name: str
    summary: str
    address: str
    distance_m: float | None
    same_number: bool
    same_site: bool
    same_phone: bool


@dataclass(frozen=True)
class PairRow:
    one_id: UUID
    one_name: str
    other_id: UUID
    other_name: str
    distance_m: float | None
    same_number: bool
    same_site: bool


HOST = r"nullif(split_part(regexp_replace(lower({}), '^(https?://)?(www\.)?', ''), '/', 1), '')"
EMPTY_WORDS = "the|and|of|group|club|cic|ltd|limited|trust|association"
PLAIN_NAME = rf"regexp_replace(lower({{}}), '\m({EMPTY_WORDS})\M|[^a-z0-9]', '', 'g')"

ALIKE = text(f"""
    WITH me AS (
        SELECT CAST(:name AS text) AS name, {HOST.format("CAST(:website AS text)")} AS host,
               ST_Transform(ST_SetSRID(ST_MakePoint(CAST(:lon AS float), CAST(:lat AS float)), 4326), 27700)
                   AS geom
    ), found AS (
        SELECT o.id FROM organisation o, me WHERE o.name % me.name
        UNION SELECT organisation_id FROM organisation_identifier WHERE scheme || ' ' || identifier = ANY(:numbers)
        UNION SELECT o.id FROM organisation o, me WHERE {HOST.format("o.website")} = me.host
        UNION SELECT c.organisation_id FROM contact c WHERE c.phone = ANY(:phones)
    )
    SELECT o.id, o.name, o.summary, coalesce(w.address, '') AS address, ST_Distance(w.geom, me.geom) AS distance_m,
        EXISTS (SELECT FROM organisation_identifier i WHERE i.organisation_id = o.id
                AND i.scheme || ' ' || i.identifier = ANY(:numbers)) AS same_number,
        coalesce({HOST.format("o.website")} = me.host, false) AS same_site,
        EXISTS (SELECT FROM contact c WHERE c.organisation_id = o.id AND c.phone = ANY(:phones)) AS same_phone
    FROM found JOIN organisation o ON o.id = found.id CROSS JOIN me
    LEFT JOIN LATERAL (
        SELECT concat_ws(', ', nullif(p.name, ''), nullif(p.address, ''), p.postcode) AS address,
               ST_Transform(p.geom, 27700) AS geom
        FROM footprint f JOIN place p ON p.id = f.place_id WHERE f.organisation_id = o.id
        ORDER BY ST_Distance(ST_Transform(p.geom, 27700), me.geom), f.id LIMIT 1
    ) w ON true
    WHERE o.review_status = 'approved' AND o.stage <> 'closed' AND o.id IS DISTINCT FROM CAST(:itself AS uuid)
      AND NOT EXISTS (SELECT FROM not_same n WHERE n.one_id = least(o.id, CAST(:itself AS uuid))
                      AND n.other_id = greatest(o.id, CAST(:itself AS uuid)))
    ORDER BY same_number DESC, similarity(o.name, me.name) DESC, o.id LIMIT 30
""").bindparams(  # noqa: S608 - constants of this file
    bindparam("numbers", type_=ARRAY(TEXT)), bindparam("phones", type_=ARRAY(TEXT))
)


def list_alike(
    session: Session,
    *,
    name: str,
    lon_lat: tuple[float, float] | None,
    numbers: Sequence[str] = (),
    website: str | None = None,
    phones: Sequence[str] = (),
    itself: UUID | None = None,
) -> list[AlikeRow]:
    """Groups on the map with a like name, the same register number (GB-CHC 1), website or phone; at most 30."""
    lon, lat = lon_lat or (None, None)
    rows = session.execute(
        ALIKE,
        {"name": name, "lon": lon, "lat": lat, "numbers": list(numbers), "website": website,
         "phones": list(phones), "itself": itself},
    ).mappings()  # fmt: skip
    return [AlikeRow(**row) for row in rows]


PAIRS = text(f"""
    WITH here AS (
        SELECT o.id, o.name, {PLAIN_NAME.format("o.name")} AS plain, {HOST.format("o.website")} AS host, w.pc,
               w.geom
        FROM organisation o LEFT JOIN LATERAL (
            SELECT upper(replace(p.postcode, ' ', '')) AS pc, ST_Transform(p.geom, 27700) AS geom
            FROM footprint f JOIN place p ON p.id = f.place_id WHERE f.organisation_id = o.id
            ORDER BY f.role, f.id LIMIT 1) w ON true
        WHERE o.review_status = 'approved' AND o.stage <> 'closed'
          AND (CAST(:area_ids AS int[]) IS NULL OR EXISTS (
            SELECT FROM area a WHERE a.id = ANY(:area_ids) AND ST_Covers(a.geom, ST_Transform(w.geom, 4326))))
    ), keys AS (
        SELECT id, 'name ' || plain AS key FROM here WHERE length(plain) > 3
        UNION SELECT id, 'site ' || host FROM here WHERE host <> ''
        UNION SELECT id, 'postcode ' || pc FROM here WHERE pc <> ''
        UNION SELECT i.organisation_id, 'number ' || i.scheme || ' ' || i.identifier
        FROM organisation_identifier i JOIN here ON here.id = i.organisation_id
    ), shared AS (
        SELECT key, array_agg(id ORDER BY id) AS ids FROM keys GROUP BY key HAVING count(*) BETWEEN 2 AND 40
    ), pairs AS (
        SELECT one.id AS one_id, other.id AS other_id, bool_or(key LIKE 'number %') AS same_number,
               bool_or(key LIKE 'site %') AS same_site, bool_or(key LIKE 'name %') AS same_name
        FROM shared, unnest(ids) AS one(id), unnest(ids) AS other(id) WHERE one.id < other.id GROUP BY 1, 2
    )
    SELECT p.one_id, a.name AS one_name, p.other_id, b.name AS other_name, p.same_number, p.same_site,
           ST_Distance(a.geom, b.geom) AS distance_m
    FROM pairs p JOIN here a ON a.id = p.one_id JOIN here b ON b.id = p.other_id
    WHERE (p.same_number OR p.same_name AND coalesce(ST_Distance(a.geom, b.geom), 0) < 5000
           OR word_similarity(a.name, b.name) > 0.5)
      AND NOT EXISTS (SELECT FROM not_same n WHERE n.one_id = p.one_id AND n.other_id = p.other_id)
    ORDER BY p.same_number DESC, similarity(a.name, b.name) DESC, p.one_id, p.other_id LIMIT :limit
""")  # noqa: S608 - constants of this file
"""Pairs are sought among those that share a key; a key that more than 40 share says nothing, so it is bounded."""


def list_pairs(session: Session, *, area_ids: Sequence[int] | None, limit: int) -> list[PairRow]:
    """Groups on the map that share a register number, or a name, website or postcode and sound alike."""
    rows = session.execute(PAIRS, {"area_ids": area_ids, "limit": limit}).mappings()
    return [PairRow(**row) for row in rows]


def add_not_same(session: Session, one_id: UUID, other_id: UUID, account_id: UUID) -> None:
    session.execute(
        text("""
        INSERT INTO not_same (one_id, other_id, account_id)
        VALUES (least(:one, :other), greatest(CAST(:one AS uuid), CAST(:other AS uuid)), :account_id)
        ON CONFLICT DO NOTHING
        """),
        {"one": one_id, "other": other_id, "account_id": account_id},
    )


MOVED: dict[str, str] = {
    "service": """
        UPDATE service s SET organisation_id = :keep WHERE organisation_id = :drop AND review_status = 'approved'
          AND NOT EXISTS (SELECT FROM service k WHERE k.organisation_id = :keep AND k.review_status = 'approved'
                          AND lower(k.name) = lower(s.name))
        RETURNING id::text""",
    "footprint": """
        UPDATE footprint f SET organisation_id = :keep WHERE organisation_id = :drop AND (
            service_id IN (SELECT id FROM service WHERE organisation_id = :keep)
            OR service_id IS NULL AND NOT EXISTS (
                SELECT FROM footprint k
                WHERE k.organisation_id = :keep AND k.service_id IS NULL AND k.role = f.role
                AND k.area_id IS NOT DISTINCT FROM f.area_id AND k.place_id IS NOT DISTINCT FROM f.place_id))
        RETURNING id::text""",
    "organisation_identifier": """
        UPDATE organisation_identifier i SET organisation_id = :keep WHERE organisation_id = :drop
          AND NOT EXISTS (SELECT FROM organisation_identifier k WHERE k.organisation_id = :keep
                          AND k.scheme = i.scheme AND k.identifier = i.identifier)
        RETURNING scheme || ' ' || identifier""",
    "ask": "UPDATE ask SET organisation_id = :keep WHERE organisation_id = :drop RETURNING id::text",
    "contact": "UPDATE contact SET organisation_id = :keep WHERE organisation_id = :drop RETURNING id::text",
    "draft": "UPDATE draft SET organisation_id = :keep WHERE organisation_id = :drop RETURNING id::text",
    "link": "UPDATE link SET record_id = :keep WHERE record_id = :drop RETURNING id::text",
    "submission": """
        UPDATE submission SET record_id = :keep, base_version = NULL WHERE record_id = :drop
          AND record_kind = 'organisation' AND state IN ('waiting', 'asked') RETURNING id::text""",
}
"""What goes over to the group that stays, in order: a service before its footprints."""

MOVED_KEY = {"organisation_identifier": "scheme || ' ' || identifier"}
MOVED_COLUMN = {"link": "record_id", "submission": "record_id"}


def move_everything(session: Session, keep: UUID, drop: UUID) -> dict[str, list[str]]:
    """Give what hangs on one group to another; which rows moved, by table."""
    values = {"keep": keep, "drop": drop}
    return {table: list(session.scalars(text(statement), values)) for table, statement in MOVED.items()}


def move_back(session: Session, keep: UUID, drop: UUID, moved: dict[str, list[str]]) -> None:
    for table in MOVED:
        key, column = MOVED_KEY.get(table, "id::text"), MOVED_COLUMN.get(table, "organisation_id")
        session.execute(
            text(f"UPDATE {table} SET {column} = :drop WHERE {column} = :keep AND {key} = ANY(:moved)"),  # noqa: S608
            {"keep": keep, "drop": drop, "moved": moved.get(table, [])},
        )


def set_merged(session: Session, drop: UUID, keep: UUID | None) -> None:
    """Hide a group behind another one, or (``keep`` None) let it stand again."""
    session.execute(
        text("""
        UPDATE organisation SET merged_into_id = :keep, version = version + 1, updated_at_utc = now(),
            review_status = CASE WHEN CAST(:keep AS uuid) IS NULL THEN 'approved' ELSE 'hidden' END
        WHERE id = :drop
        """),
        {"keep": keep, "drop": drop},
    )
    if keep:
        session.execute(
            text("UPDATE organisation SET merged_into_id = :keep WHERE merged_into_id = :drop"),
            {"keep": keep, "drop": drop},
        )
    session.expire_all()


def count_up_version(session: Session, organisation_id: UUID) -> int:
    version = session.scalar(
        text(
            "UPDATE organisation SET version = version + 1, updated_at_utc = now() WHERE id = :id "
            "RETURNING version"
        ),
        {"id": organisation_id},
    )
    session.expire_all()
    return int(version or 0)


def find_survivor(session: Session, organisation_id: UUID) -> UUID | None:
    """The public group that one was merged into."""
    found: UUID | None = session.scalar(
        text("""
        SELECT p.id FROM organisation o JOIN public_organisation p ON p.id = o.merged_into_id
        WHERE o.id = :id AND o.review_status = 'hidden'
        """),
        {"id": organisation_id},
    )
    return found


def find_merge(session: Session, entry_id: int) -> dict[str, Any] | None:
    """What a merge noted of itself, and whether it can still be taken back; None when there is no such merge."""
    row = session.execute(
        text("""
        SELECT e.record_id AS keep, e.note, e.before ->> 'dropped' AS drop, e.before -> 'moved' AS moved,
               e.at_utc > now() - interval '30 days' AS is_recent,
               CAST(e.after ->> 'version' AS int) = o.version AND d.merged_into_id = o.id AS is_as_it_was
        FROM audit_entry e JOIN organisation o ON o.id = e.record_id
        LEFT JOIN organisation d ON d.id = CAST(e.before ->> 'dropped' AS uuid)
        WHERE e.id = :id AND e.verb = 'merged'
        """),
        {"id": entry_id},
    )
    found = row.mappings().one_or_none()
    return dict(found) if found else None
