"""Grants: staged whole, merged, then joined to the organisations and areas that are loaded."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.loading import Changes, count_rows, merge, stage
from app.queries.loading_places import NORMAL_NAME, NORMAL_POSTCODE

COLUMNS = {
    "grant_ref": "text", "title": "text", "description": "text", "programme": "text", "currency": "text",
    "amount": "numeric", "awarded_on": "date", "planned_from": "date", "planned_to": "date",
    "funder_name": "text", "funder_ref": "text", "recipient_name": "text", "recipient_ref": "text",
    "recipient_identifiers": "text[]", "recipient_postcode": "text", "beneficiary_codes": "text[]",
    "beneficiary_name": "text",
}  # fmt: skip


def stage_grants(session: Session, grants: pd.DataFrame) -> None:
    stage(session, "stage_grant", COLUMNS, grants)


def leave_out_known(session: Session, source_id: int) -> list[tuple[str, int]]:
    """Take out of the staged grants those that another source has: (its title, how many).

    An identifier that begins with 360G- is one grant in all the world; any other means something in its file only.
    """
    rows = session.execute(
        text("""
        WITH known AS (
            DELETE FROM stage_grant s USING grant_award g WHERE g.grant_ref = s.grant_ref
              AND g.source_id <> :source_id AND s.grant_ref LIKE '360G-%'
            RETURNING s.grant_ref, g.source_id)
        SELECT src.title, count(DISTINCT known.grant_ref) FROM known JOIN source src ON src.id = known.source_id
        GROUP BY src.id ORDER BY src.title, src.id
        """),
        {"source_id": source_id},
    )
    return [(title, count) for title, count in rows]


def merge_grants(session: Session, source_id: int) -> Changes:
    """Make the grants of a source those staged: one that its publisher took back is gone here as well."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.ready_grant"))
    session.execute(
        text("CREATE TEMP TABLE ready_grant ON COMMIT DROP AS SELECT CAST(:id AS integer) AS source_id, * "
             "FROM stage_grant"),
        {"id": source_id},
    )  # fmt: skip
    removed = count_rows(
        session,
        "DELETE FROM grant_award t WHERE source_id = :source_id "
        "AND NOT EXISTS (SELECT FROM ready_grant r WHERE r.grant_ref = t.grant_ref)",
        source_id=source_id,
    )
    done = merge(
        session, "grant_award", "ready_grant", key=["source_id", "grant_ref"],
        columns=[name for name in COLUMNS if name != "grant_ref"],
    )  # fmt: skip
    return done + Changes(removed=removed)


MATCH = f"""
    WITH doors AS (
        SELECT name, pc, CAST(min(CAST(id AS text)) AS uuid) AS organisation_id FROM (
            SELECT DISTINCT o.id, {NORMAL_NAME.format("o.name")} AS name,
                   {NORMAL_POSTCODE.format("p.postcode")} AS pc
            FROM organisation o JOIN footprint f ON f.organisation_id = o.id JOIN place p ON p.id = f.place_id
            WHERE p.postcode <> '' AND o.merged_into_id IS NULL) every_door
        WHERE name <> '' GROUP BY name, pc HAVING count(*) = 1
    ), numbered AS (
        SELECT DISTINCT ON (g.id) g.id, coalesce(o.merged_into_id, o.id) AS organisation_id
        FROM grant_award g CROSS JOIN unnest(g.recipient_identifiers) WITH ORDINALITY AS own (words, place)
        JOIN organisation_identifier i
          ON i.scheme = split_part(own.words, ' ', 1) AND i.identifier = split_part(own.words, ' ', 2)
        JOIN organisation o ON o.id = i.organisation_id
        ORDER BY g.id, own.place, o.source_id, o.id
    ), housed AS (
        SELECT g.id, d.organisation_id FROM grant_award g
        JOIN doors d ON d.name = {NORMAL_NAME.format("g.recipient_name")}
                    AND d.pc = {NORMAL_POSTCODE.format("g.recipient_postcode")}
        WHERE NOT EXISTS (
            SELECT FROM organisation_identifier i CROSS JOIN unnest(g.recipient_identifiers) AS own (words)
            WHERE i.organisation_id = d.organisation_id AND i.scheme = split_part(own.words, ' ', 1)
              AND i.identifier <> split_part(own.words, ' ', 2))
    ), known AS (
        SELECT DISTINCT ON (a.area_code) a.area_code, a.id, a.geom, a.point_geom, a.size_m2
        FROM area a JOIN area_layer l ON l.id = a.area_layer_id
        WHERE l.kind IN ('statistical', 'electoral', 'council')
          AND a.area_code IN (SELECT unnest(beneficiary_codes) FROM grant_award)
        ORDER BY a.area_code, l.sort_order DESC, l.vintage DESC, a.id
    ), stated AS (
        SELECT DISTINCT ON (codes.list) codes.list, k.id AS area_id
        FROM (SELECT DISTINCT beneficiary_codes AS list FROM grant_award) codes
        JOIN known k ON k.area_code = ANY (codes.list)
        WHERE NOT EXISTS (SELECT FROM known o WHERE o.area_code = ANY (codes.list) AND o.id <> k.id
                          AND NOT (o.size_m2 >= k.size_m2 AND ST_Covers(o.geom, k.point_geom)))
        ORDER BY codes.list, k.size_m2, k.id
    ), found AS (
        SELECT g.id, coalesce(n.organisation_id, h.organisation_id) AS organisation_id, s.area_id,
               CASE WHEN n.id IS NOT NULL THEN 'register_number' WHEN h.id IS NOT NULL THEN 'name_and_postcode' END
               AS matched_by
        FROM grant_award g LEFT JOIN numbered n ON n.id = g.id LEFT JOIN housed h ON h.id = g.id
        LEFT JOIN stated s ON s.list = g.beneficiary_codes
    )
    UPDATE grant_award t SET organisation_id = f.organisation_id, matched_by = f.matched_by, area_id = f.area_id
    FROM found f WHERE f.id = t.id
      AND (t.organisation_id, t.matched_by, t.area_id)
          IS DISTINCT FROM (f.organisation_id, f.matched_by, f.area_id)
"""  # noqa: S608 - constants of ours, no input


def match_grants(session: Session) -> int:
    """Join every grant to the organisation and the area it names, as far as they are loaded; how many changed.

    By a register number, else by the same name at the same postcode where only one organisation has both and no
    number of theirs differs. An area is the smallest that all known codes of the grant agree upon.
    """
    return count_rows(session, MATCH)


@dataclass(frozen=True)
class MatchCounts:
    by_number: int
    by_door: int
    with_area: int
    total: int


def count_matches(session: Session, source_id: int) -> MatchCounts:
    row = session.execute(
        text("""
        SELECT count(*) FILTER (WHERE matched_by = 'register_number') AS by_number,
               count(*) FILTER (WHERE matched_by = 'name_and_postcode') AS by_door,
               count(area_id) AS with_area, count(*) AS total
        FROM grant_award WHERE source_id = :source_id
        """),
        {"source_id": source_id},
    ).one()
    return MatchCounts(**row._mapping)
