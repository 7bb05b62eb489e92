"""Organisations with their services, footprints and times: staged whole, then merged part by part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.loading import Changes, count_rows, make_ready, merge, stage
from app.queries.loading_places import NORMAL_NAME, NORMAL_POSTCODE

STAGES: Mapping[str, Mapping[str, str]] = {
    "stage_organisation": {
        "source_ref": "text", "name": "text", "kind": "text", "stage": "text", "summary": "text",
        "website": "text", "row": "integer", "is_confidential": "boolean",
    },
    "stage_identifier": {"organisation_ref": "text", "scheme": "text", "identifier": "text"},
    "stage_service": {
        "source_ref": "text", "organisation_ref": "text", "name": "text", "description": "text",
        "audiences": "text[]", "languages": "text[]", "cost": "text", "cost_note": "text", "referral": "text",
        "step_free": "boolean", "is_online": "boolean", "capacity": "integer", "confirmed_on": "date",
        "room": "text", "min_age": "smallint", "max_age": "smallint", "toilet": "boolean",
        "hearing_loop": "boolean", "how_to_join": "text",
    },
    "stage_ask": {"organisation_ref": "text", "kind": "text", "words": "text"},
    "stage_service_theme": {"service_ref": "text", "theme_key": "text", "reason": "text"},
    "stage_schedule": {
        "service_ref": "text", "weekday": "smallint", "opens": "time", "closes": "time",
        "term_time_only": "boolean", "week_of_month": "smallint",
    },
    "stage_place": {
        "source_ref": "text", "name": "text", "address": "text", "postcode": "text",
        "lon": "double precision", "lat": "double precision", "privacy": "text",
    },
    "stage_footprint": {
        "organisation_ref": "text", "service_ref": "text", "role": "text", "place_ref": "text",
        "layer_key": "text", "area_code": "text",
    },
}  # fmt: skip


def stage_records(session: Session, tables: Mapping[str, pd.DataFrame]) -> None:
    for name, columns in STAGES.items():
        stage(session, name, columns, tables[name])


def match_organisations(session: Session, source_id: int) -> None:
    """Find for each staged organisation the row it belongs to; ``is_linked`` when that is another source's row.

    Its own row, known by its reference, comes first. Else a row of another source with the same register number;
    else one with the same name at the same postcode. A body that two lists name is thus one organisation, and the
    second list adds its services and places to it. Else it is new, under an id made from source and reference, so
    that its address on the web survives loading into an empty database.
    """
    session.execute(text("DROP TABLE IF EXISTS pg_temp.stage_owner"))
    session.execute(
        text(
            f"""
            CREATE TEMP TABLE stage_owner ON COMMIT DROP AS
            WITH same_number AS (
              SELECT DISTINCT ON (s.organisation_ref) s.organisation_ref, o.id
              FROM stage_identifier s JOIN organisation_identifier i USING (scheme, identifier)
              JOIN organisation o ON o.id = i.organisation_id AND o.source_id <> :source_id
              ORDER BY s.organisation_ref, o.source_id, o.id),
            said AS (
              SELECT s.source_ref, {NORMAL_NAME.format("s.name")} AS name,
                     {NORMAL_POSTCODE.format("p.postcode")} AS pc
              FROM stage_organisation s JOIN stage_footprint f ON f.organisation_ref = s.source_ref
              JOIN stage_place p ON p.source_ref = f.place_ref WHERE p.postcode <> ''),
            known AS (
              SELECT o.id, o.source_id, {NORMAL_NAME.format("o.name")} AS name,
                     {NORMAL_POSTCODE.format("p.postcode")} AS pc
              FROM organisation o JOIN footprint f ON f.organisation_id = o.id JOIN place p ON p.id = f.place_id
              WHERE o.source_id <> :source_id AND p.postcode <> ''),
            same_door AS (
              SELECT DISTINCT ON (said.source_ref) said.source_ref, known.id
              FROM said JOIN known USING (name, pc) WHERE name <> ''
              ORDER BY said.source_ref, known.source_id, known.id)
            SELECT s.source_ref, coalesce(own.id, n.id, d.id,
                     md5(src.key || '/organisation/' || s.source_ref)::uuid) AS organisation_id,
                   own.id IS NULL AND coalesce(n.id, d.id) IS NOT NULL AS is_linked
            FROM stage_organisation s CROSS JOIN (SELECT key FROM source WHERE id = :source_id) src
            LEFT JOIN organisation own ON own.source_id = :source_id AND own.source_ref = s.source_ref
            LEFT JOIN same_number n ON n.organisation_ref = s.source_ref
            LEFT JOIN same_door d ON d.source_ref = s.source_ref
            """  # noqa: S608 - constants of this file
        ),
        {"source_id": source_id},
    )
    session.execute(text("ANALYZE stage_owner"))


def count_linked(session: Session) -> int:
    return session.scalar(text("SELECT count(*) FROM stage_owner WHERE is_linked")) or 0


BY_A_PERSON = "(o.version > 1 OR o.source_id IN (SELECT id FROM source WHERE key = 'community'))"
"""Somebody changed this organisation here, or put it here: what she said stands, whatever a list says later."""


def leave_alone(session: Session, source_id: int) -> int:
    """Take out of the staged rows everything of organisations that a person changed; how many those are."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.stage_kept"))
    session.execute(
        text(f"""
        CREATE TEMP TABLE stage_kept ON COMMIT DROP AS
        SELECT DISTINCT s.source_ref FROM stage_owner s JOIN organisation o ON o.id = s.organisation_id
        WHERE {BY_A_PERSON}
        """)  # noqa: S608 - a constant of this file
    )
    kept = session.scalar(text("SELECT count(*) FROM stage_kept")) or 0
    if kept:
        for statement in LEAVE_ALONE:
            session.execute(text(statement), {"source_id": source_id})
    return kept


LEAVE_ALONE = (  # constants of this file only
    f"""DELETE FROM stage_place p WHERE EXISTS (
          SELECT FROM place x JOIN footprint f ON f.place_id = x.id JOIN organisation o ON o.id = f.organisation_id
          WHERE x.source_id = :source_id AND x.source_ref = p.source_ref AND {BY_A_PERSON})
        OR (EXISTS (SELECT FROM stage_footprint f JOIN stage_kept k ON k.source_ref = f.organisation_ref
                    WHERE f.place_ref = p.source_ref)
            AND NOT EXISTS (SELECT FROM stage_footprint f WHERE f.place_ref = p.source_ref
                            AND f.organisation_ref NOT IN (SELECT source_ref FROM stage_kept)))""",  # noqa: S608
    f"""DELETE FROM stage_service s WHERE organisation_ref IN (SELECT source_ref FROM stage_kept)
        OR EXISTS (SELECT FROM service v JOIN organisation o ON o.id = v.organisation_id
                   WHERE v.source_id = :source_id AND v.source_ref = s.source_ref AND {BY_A_PERSON})""",  # noqa: S608
    "DELETE FROM stage_identifier WHERE organisation_ref IN (SELECT source_ref FROM stage_kept)",
    "DELETE FROM stage_footprint WHERE organisation_ref IN (SELECT source_ref FROM stage_kept)",
    "DELETE FROM stage_service_theme WHERE service_ref NOT IN (SELECT source_ref FROM stage_service)",
    "DELETE FROM stage_schedule WHERE service_ref NOT IN (SELECT source_ref FROM stage_service)",
    "DELETE FROM stage_owner WHERE source_ref IN (SELECT source_ref FROM stage_kept)",
)


def merge_organisations(session: Session, source_id: int) -> Changes:
    """Add and change the organisations that are the source's own. What a reviewer decided stays as it is.

    What was once said to be a refuge stays one, although the list does not say so.
    """
    make_ready(
        session, "ready_organisation",
        """
        SELECT o.organisation_id AS id, CAST(:source_id AS integer) AS source_id, s.source_ref, s.name, s.kind,
               s.stage, coalesce(s.summary, '') AS summary, nullif(s.website, '') AS website,
               v.confirmed_on, CAST(NULL AS date) AS missing_since,
               coalesce(s.is_confidential, false) OR coalesce(own.is_confidential, false) AS is_confidential
        FROM stage_organisation s JOIN stage_owner o USING (source_ref)
        LEFT JOIN organisation own ON own.id = o.organisation_id
        LEFT JOIN (SELECT organisation_ref, max(confirmed_on) AS confirmed_on FROM stage_service
                   GROUP BY organisation_ref) v ON v.organisation_ref = s.source_ref
        WHERE NOT o.is_linked
        """,
        source_id=source_id,
    )  # fmt: skip
    return merge(
        session, "organisation", "ready_organisation", key=["id", "source_id", "source_ref"],
        columns=["name", "kind", "stage", "summary", "website", "confirmed_on", "missing_since",
                 "is_confidential"],
        on_insert={"review_status": "'approved'"}, on_change={"updated_at_utc": "now()"},
    )  # fmt: skip


def merge_identifiers(session: Session, source_id: int) -> Changes:
    make_ready(
        session, "ready_identifier",
        "SELECT DISTINCT o.organisation_id, scheme, identifier FROM stage_identifier s "
        "JOIN stage_owner o ON o.source_ref = s.organisation_ref",
    )  # fmt: skip
    removed = count_rows(
        session,
        """
        DELETE FROM organisation_identifier i WHERE source_id = :source_id
          AND organisation_id IN (SELECT organisation_id FROM stage_owner)
          AND NOT EXISTS (SELECT 1 FROM ready_identifier r WHERE r.organisation_id = i.organisation_id
                          AND r.scheme = i.scheme AND r.identifier = i.identifier)
        """,
        source_id=source_id,
    )
    done = merge(
        session, "organisation_identifier", "ready_identifier", key=["organisation_id", "scheme", "identifier"],
        columns=[], on_insert={"source_id": str(int(source_id))},
    )  # fmt: skip
    return Changes(done.added, 0, removed)


def merge_services(session: Session, source_id: int) -> Changes:
    make_ready(
        session, "ready_service",
        """
        SELECT md5(src.key || '/service/' || s.source_ref)::uuid AS id, src.id AS source_id, s.source_ref,
               o.organisation_id, s.name, coalesce(s.description, '') AS description,
               coalesce(s.audiences, '{}') AS audiences, coalesce(s.languages, '{}') AS languages, s.cost,
               coalesce(s.cost_note, '') AS cost_note, s.referral, s.step_free,
               coalesce(s.is_online, false) AS is_online, s.capacity, s.confirmed_on,
               coalesce(s.room, 'unknown') AS room, s.min_age, s.max_age, s.toilet, s.hearing_loop,
               coalesce(s.how_to_join, '') AS how_to_join, CAST(NULL AS date) AS missing_since
        FROM stage_service s JOIN stage_owner o ON o.source_ref = s.organisation_ref
        JOIN source src ON src.id = :source_id
        """,
        source_id=source_id,
    )  # fmt: skip
    return merge(
        session, "service", "ready_service", key=["source_id", "source_ref"],
        columns=["organisation_id", "name", "description", "audiences", "languages", "cost", "cost_note",
                 "referral", "step_free", "is_online", "capacity", "room", "min_age", "max_age", "toilet",
                 "hearing_loop", "how_to_join", "confirmed_on", "missing_since"],
        on_insert={"id": "r.id", "review_status": "'approved'"},
    )  # fmt: skip


def merge_service_themes(session: Session, source_id: int) -> Changes:
    make_ready(
        session, "ready_service_theme",
        "SELECT DISTINCT ON (v.id, s.theme_key) v.id AS service_id, s.theme_key, coalesce(s.reason, '') AS reason "
        "FROM stage_service_theme s JOIN service v ON v.source_id = :source_id AND v.source_ref = s.service_ref "
        "ORDER BY v.id, s.theme_key, s.reason",
        source_id=source_id,
    )  # fmt: skip
    removed = count_rows(
        session,
        f"DELETE FROM service_theme t USING service v WHERE v.id = t.service_id AND {_STAGED_SERVICE} "  # noqa: S608
        "AND NOT EXISTS (SELECT 1 FROM ready_service_theme r "
        "WHERE r.service_id = t.service_id AND r.theme_key = t.theme_key)",
        source_id=source_id,
    )
    done = merge(
        session, "service_theme", "ready_service_theme", key=["service_id", "theme_key"], columns=["reason"]
    )
    return Changes(done.added, done.changed, removed)


def merge_schedules(session: Session, source_id: int) -> Changes:
    make_ready(
        session, "ready_schedule",
        "SELECT DISTINCT v.id AS service_id, s.weekday, s.opens, s.closes, coalesce(s.term_time_only, false) "
        "AS term_time_only, s.week_of_month FROM stage_schedule s "
        "JOIN service v ON v.source_id = :source_id AND v.source_ref = s.service_ref",
        source_id=source_id,
    )  # fmt: skip
    columns = ["service_id", "weekday", "opens", "closes", "term_time_only", "week_of_month"]
    same = " AND ".join(f"r.{name} IS NOT DISTINCT FROM t.{name}" for name in columns)
    removed = count_rows(
        session,
        f"DELETE FROM schedule t USING service v WHERE v.id = t.service_id AND {_STAGED_SERVICE} "  # noqa: S608
        f"AND NOT EXISTS (SELECT 1 FROM ready_schedule r WHERE {same})",
        source_id=source_id,
    )
    done = merge(session, "schedule", "ready_schedule", key=columns, columns=[], nullable=["week_of_month"])
    return Changes(done.added, 0, removed)


def merge_footprints(session: Session, source_id: int) -> Changes:
    """Make the footprints of the staged organisations, as far as this source states them, those staged."""
    make_ready(
        session, "ready_footprint",
        """
        SELECT DISTINCT o.organisation_id, v.id AS service_id, s.role, p.id AS place_id, a.id AS area_id,
               CAST(:source_id AS integer) AS source_id
        FROM stage_footprint s JOIN stage_owner o ON o.source_ref = s.organisation_ref
        LEFT JOIN service v ON v.source_id = :source_id AND v.source_ref = s.service_ref
        LEFT JOIN stage_place_match m ON m.source_ref = s.place_ref
        LEFT JOIN place p ON p.id = m.place_id
        LEFT JOIN area_layer l ON l.key = s.layer_key AND s.role = 'serves'
        LEFT JOIN area a ON a.area_layer_id = l.id AND a.area_code = s.area_code
        WHERE (s.service_ref IS NULL OR v.id IS NOT NULL) AND (s.role <> 'serves' OR a.id IS NOT NULL)
          AND (s.role NOT IN ('meets_at', 'registered_at') OR p.id IS NOT NULL)
        """,
        source_id=source_id,
    )  # fmt: skip
    columns = ["organisation_id", "service_id", "role", "place_id", "area_id", "source_id"]
    same = " AND ".join(f"r.{name} IS NOT DISTINCT FROM t.{name}" for name in columns[1:])
    removed = count_rows(
        session,
        f"""
        DELETE FROM footprint t WHERE t.source_id = :source_id
          AND (t.organisation_id IN (SELECT organisation_id FROM stage_owner)
               OR t.service_id IN (SELECT v.id FROM service v WHERE {_STAGED_SERVICE}))
          AND NOT EXISTS (SELECT 1 FROM ready_footprint r WHERE r.organisation_id = t.organisation_id AND {same})
        """,  # noqa: S608 - names of columns written above
        source_id=source_id,
    )
    nullable = ["service_id", "place_id", "area_id"]
    done = merge(session, "footprint", "ready_footprint", key=columns, columns=[], nullable=nullable)
    return Changes(done.added, 0, removed)


def flag_missing(session: Session, source_id: int, today: date) -> tuple[int, int]:
    """Flag organisations and services that their source no longer has; never delete. Returns how many of each.

    What a person changed is not flagged: she is asked herself whether it is still right.
    """
    statement = (
        "UPDATE {0} t SET missing_since = :today FROM organisation o WHERE t.source_id = :source_id "
        "AND o.id = t.{1} AND t.missing_since IS NULL AND NOT {2} "
        "AND NOT EXISTS (SELECT 1 FROM stage_{0} s WHERE s.source_ref = t.source_ref)"
    )
    values: dict[str, Any] = {"source_id": source_id, "today": today}
    return (
        count_rows(session, statement.format("organisation", "id", BY_A_PERSON), **values),
        count_rows(session, statement.format("service", "organisation_id", BY_A_PERSON), **values),
    )


def list_unknown_areas(session: Session) -> list[tuple[str, str, str, int | None]]:
    """Staged areas served that are not loaded: (layer key, area code, organisation name, row in the file)."""
    rows = session.execute(
        text(
            """
            SELECT DISTINCT f.layer_key, f.area_code, o.name, o.row
            FROM stage_footprint f JOIN stage_organisation o ON o.source_ref = f.organisation_ref
            WHERE f.role = 'serves' AND NOT EXISTS (
              SELECT 1 FROM area a JOIN area_layer l ON l.id = a.area_layer_id
              WHERE l.key = f.layer_key AND a.area_code = f.area_code)
            ORDER BY 4, 1, 2
            """
        )
    )
    return [(layer, code, name, row) for layer, code, name, row in rows]


_STAGED_SERVICE = (
    "v.source_id = :source_id AND EXISTS (SELECT 1 FROM stage_service w WHERE w.source_ref = v.source_ref)"
)
