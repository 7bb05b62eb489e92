"""How many public records, areas and numbers came from each source."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def count_by_source(session: Session) -> dict[int, dict[str, int]]:
    """Source id -> what -> how many, leaving out nothings."""
    rows = session.execute(
        text("""
        SELECT source_id, 'organisations' AS what, count(*) AS n FROM public_organisation GROUP BY source_id
        UNION ALL SELECT source_id, 'services', count(*) FROM public_service GROUP BY source_id
        UNION ALL SELECT source_id, 'needs', count(*) FROM public_need GROUP BY source_id
        UNION ALL SELECT l.source_id, 'areas', count(*)
            FROM area a JOIN area_layer l ON l.id = a.area_layer_id GROUP BY l.source_id
        UNION ALL SELECT i.source_id, 'numbers', count(*)
            FROM indicator_value v JOIN indicator i ON i.id = v.indicator_id GROUP BY i.source_id
        UNION ALL SELECT source_id, 'grants', count(*) FROM public_grant GROUP BY source_id
        UNION ALL SELECT source_id, 'checks', count(*) FROM survey GROUP BY source_id
        ORDER BY 1, 2
        """)
    )
    counts: dict[int, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row.source_id, {})[row.what] = row.n
    return counts
