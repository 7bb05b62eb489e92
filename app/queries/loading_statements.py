"""What people say is missing, who convenes them, and where somebody has looked."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.loading import Changes, count_rows, merge, stage


def merge_needs(session: Session, needs: pd.DataFrame, source_id: int) -> Changes:
    """Add and change needs (NEED_COLUMNS); what a reviewer decided stays as it is."""
    columns = {
        "source_ref": "text", "theme": "text", "statement": "text", "audience": "text",
        "lon": "double precision", "lat": "double precision", "privacy": "text", "support_count": "integer",
        "status": "text", "raised_on": "date",
    }  # fmt: skip
    stage(session, "stage_need", columns, needs)
    session.execute(text("DROP TABLE IF EXISTS pg_temp.ready_need"))
    session.execute(
        text(
            """
            CREATE TEMP TABLE ready_need ON COMMIT DROP AS
            SELECT md5(src.key || '/need/' || s.source_ref)::uuid AS id, src.id AS source_id, s.source_ref,
                   s.theme AS theme_key, s.statement, s.audience, s.privacy, s.support_count, s.status,
                   s.raised_on, ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326) AS geom
            FROM stage_need s JOIN source src ON src.id = :source_id
            """
        ),
        {"source_id": source_id},
    )
    return merge(
        session, "need", "ready_need", key=["source_id", "source_ref"],
        columns=["theme_key", "statement", "audience", "privacy", "support_count", "status", "raised_on", "geom"],
        on_insert={"id": "r.id", "review_status": "'approved'"},
    )  # fmt: skip


def merge_hubs(session: Session, hubs: pd.DataFrame, source_id: int) -> Changes:
    """Add and change hubs (HUB_COLUMNS) and make their patches those given."""
    columns = {
        "source_ref": "text", "name": "text", "summary": "text", "layer_key": "text", "area_codes": "text[]",
    }  # fmt: skip
    stage(session, "stage_hub", columns, hubs)
    session.execute(text("DROP TABLE IF EXISTS pg_temp.ready_hub, pg_temp.ready_patch"))
    session.execute(
        text(
            "CREATE TEMP TABLE ready_hub ON COMMIT DROP AS"
            " SELECT md5(src.key || '/hub/' || s.source_ref)::uuid AS id, src.id AS source_id,"
            " s.source_ref, s.name, s.summary"
            " FROM stage_hub s JOIN source src ON src.id = :source_id"
        ),
        {"source_id": source_id},
    )
    done = merge(
        session, "hub", "ready_hub", key=["source_id", "source_ref"], columns=["name", "summary"],
        on_insert={"id": "r.id"},
    )  # fmt: skip
    session.execute(
        text(
            "CREATE TEMP TABLE ready_patch ON COMMIT DROP AS SELECT DISTINCT h.id AS hub_id, a.id AS area_id"
            " FROM stage_hub s JOIN hub h ON h.source_id = :source_id AND h.source_ref = s.source_ref"
            " JOIN area_layer l ON l.key = s.layer_key"
            " JOIN area a ON a.area_layer_id = l.id AND a.area_code = ANY(s.area_codes)"
        ),
        {"source_id": source_id},
    )
    removed = count_rows(
        session,
        "DELETE FROM patch t USING hub h WHERE h.id = t.hub_id AND h.source_id = :source_id "
        "AND t.account_id IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM ready_patch r WHERE r.hub_id = t.hub_id AND r.area_id = t.area_id)",
        source_id=source_id,
    )
    patches = merge(session, "patch", "ready_patch", key=["hub_id", "area_id"], columns=[])
    return done + patches + Changes(0, 0, removed)


def stage_surveys(session: Session, surveys: pd.DataFrame) -> list[tuple[str, str]]:
    """Stage SURVEY_COLUMNS; returns the (layer key, area code) that are not loaded."""
    columns = {
        "theme": "text", "layer_key": "text", "area_code": "text", "kind": "text", "checked_on": "date",
        "completeness": "double precision", "note": "text",
    }  # fmt: skip
    stage(session, "stage_survey", columns, surveys)
    rows = session.execute(
        text(
            "SELECT DISTINCT layer_key, area_code FROM stage_survey s WHERE NOT EXISTS (SELECT 1 FROM area a "
            "JOIN area_layer l ON l.id = a.area_layer_id WHERE l.key = s.layer_key AND a.area_code = s.area_code) "
            "ORDER BY 1, 2"
        )
    )
    return [(layer, code) for layer, code in rows]


def merge_surveys(session: Session, source_id: int) -> Changes:
    """Make the surveys of a source those staged; of two for the same theme, area and kind the later counts."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.ready_survey"))
    session.execute(
        text(
            """
            CREATE TEMP TABLE ready_survey ON COMMIT DROP AS
            SELECT DISTINCT ON (s.theme, a.id, s.kind) CAST(:source_id AS integer) AS source_id,
                   s.theme AS theme_key, a.id AS area_id, s.kind, s.checked_on, s.completeness,
                   coalesce(s.note, '') AS note
            FROM stage_survey s JOIN area_layer l ON l.key = s.layer_key
            JOIN area a ON a.area_layer_id = l.id AND a.area_code = s.area_code
            ORDER BY s.theme, a.id, s.kind, s.checked_on DESC, s.completeness DESC NULLS LAST
            """
        ),
        {"source_id": source_id},
    )
    removed = count_rows(
        session,
        "DELETE FROM survey t WHERE source_id = :source_id AND NOT EXISTS (SELECT 1 FROM ready_survey r "
        "WHERE r.theme_key IS NOT DISTINCT FROM t.theme_key AND r.area_id = t.area_id AND r.kind = t.kind)",
        source_id=source_id,
    )
    done = merge(
        session, "survey", "ready_survey", key=["source_id", "theme_key", "area_id", "kind"],
        columns=["checked_on", "completeness", "note"], nullable=["theme_key"],
    )  # fmt: skip
    return done + Changes(0, 0, removed)
