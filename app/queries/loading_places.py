"""Places of a load: matched with those that other sources named before, then merged."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.loading import Changes, count_rows, make_ready, merge

NORMAL_POSTCODE = "regexp_replace(upper({}), '[^A-Z0-9]', '', 'g')"
NORMAL_NAME = "regexp_replace(lower({}), '[^a-z0-9]', '', 'g')"


def merge_places(session: Session, source_id: int) -> Changes:
    """Add and change places; one without a point of its own gets the point of its postcode.

    A public place of another source with the same name at the same postcode is that place: a hall that two lists
    name stands on the map once.
    """
    _match_places(session, source_id)
    make_ready(
        session, "ready_place_row",
        f"""
        SELECT m.place_id AS id, CAST(:source_id AS integer) AS source_id, s.source_ref,
               coalesce(s.name, '') AS name, coalesce(s.address, '') AS address,
               nullif(s.postcode, '') AS postcode, s.privacy,
               CASE WHEN s.lon IS NOT NULL AND s.lat IS NOT NULL
                 THEN ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326) ELSE c.geom END AS geom
        FROM stage_place s JOIN stage_place_match m USING (source_ref)
        LEFT JOIN postcode c ON c.postcode = {NORMAL_POSTCODE.format("s.postcode")}
        WHERE NOT m.is_linked
        """,  # noqa: S608 - a constant of this file
        source_id=source_id,
    )  # fmt: skip
    return merge(
        session, "place", "ready_place_row", key=["source_id", "source_ref"],
        columns=["name", "address", "postcode", "privacy", "geom"], on_insert={"id": "r.id"},
    )  # fmt: skip


def _match_places(session: Session, source_id: int) -> None:
    """Which place each staged one is: its own row, another source's of that name and postcode, or a new one."""
    make_ready(
        session, "stage_place_match",
        f"""
        SELECT s.source_ref,
               coalesce(own.id, twin.id, md5(src.key || '/place/' || s.source_ref)::uuid) AS place_id,
               own.id IS NULL AND twin.id IS NOT NULL AS is_linked
        FROM stage_place s JOIN source src ON src.id = :source_id
        LEFT JOIN place own ON own.source_id = :source_id AND own.source_ref = s.source_ref
        LEFT JOIN (
            SELECT DISTINCT ON (name, pc) name, pc, id FROM (
                SELECT id, source_id, {NORMAL_NAME.format("name")} AS name,
                       {NORMAL_POSTCODE.format("postcode")} AS pc
                FROM place WHERE source_id <> :source_id AND privacy = 'exact' AND name <> '' AND postcode <> ''
            ) known WHERE name <> '' ORDER BY name, pc, source_id, id
        ) twin ON s.privacy = 'exact' AND twin.name = {NORMAL_NAME.format("s.name")}
              AND twin.pc = {NORMAL_POSTCODE.format("s.postcode")}
        """,  # noqa: S608 - constants of this file
        source_id=source_id,
    )  # fmt: skip


def remove_unused_places(session: Session, source_id: int) -> int:
    """Remove places of a source that its file no longer has and nothing refers to."""
    return count_rows(
        session,
        """
        DELETE FROM place p WHERE source_id = :source_id
          AND NOT EXISTS (SELECT 1 FROM stage_place s WHERE s.source_ref = p.source_ref)
          AND NOT EXISTS (SELECT 1 FROM footprint f WHERE f.place_id = p.id)
        """,
        source_id=source_id,
    )


def list_unknown_postcodes(session: Session) -> list[tuple[str, str, int | None]]:
    """Staged places left without a point: (postcode as given, organisation name, row in the file)."""
    rows = session.execute(
        text(
            f"""
            SELECT DISTINCT ON (p.source_ref) p.postcode, coalesce(o.name, p.name), o.row
            FROM stage_place p LEFT JOIN stage_footprint f ON f.place_ref = p.source_ref
            LEFT JOIN stage_organisation o ON o.source_ref = f.organisation_ref
            WHERE p.postcode <> '' AND (p.lon IS NULL OR p.lat IS NULL) AND NOT EXISTS (
              SELECT 1 FROM postcode c WHERE c.geom IS NOT NULL
                AND c.postcode = {NORMAL_POSTCODE.format("p.postcode")})
            ORDER BY p.source_ref, o.row
            """  # noqa: S608 - a constant of this file
        )
    )
    return sorted(((code, name, row) for code, name, row in rows), key=lambda item: item[2] or 0)
