"""Records that no page can show in full: without a theme, or without a point on the map."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def list_unplaced(session: Session) -> list[tuple[str, str, str, str, str]]:
    """(what is missing, organisation, service, source key, reference in the source), in a settled order."""
    rows = session.execute(
        text(
            """
            SELECT 'theme' AS missing, o.name AS organisation, s.name AS service, c.key AS source, s.source_ref
            FROM service s JOIN organisation o ON o.id = s.organisation_id JOIN source c ON c.id = s.source_id
            WHERE NOT EXISTS (SELECT 1 FROM service_theme t WHERE t.service_id = s.id)
            UNION ALL
            SELECT 'point', o.name, '', c.key, o.source_ref
            FROM organisation o JOIN source c ON c.id = o.source_id
            WHERE NOT EXISTS (SELECT 1 FROM footprint f LEFT JOIN place p ON p.id = f.place_id
                              WHERE f.organisation_id = o.id
                                AND (p.geom IS NOT NULL OR f.role IN ('serves', 'national')))
            ORDER BY 1, 4, 2, 3, 5
            """
        )
    )
    return [(missing, organisation, service, source, ref) for missing, organisation, service, source, ref in rows]
