"""The sites of a plan as a table and as points anyone can open."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from app.actions.gap_files import safe_text
from app.actions.plan_answers import PlanAnswer, PlanSite

COLUMNS = ("number", "name", "area", "lon", "lat", "need_reached", "adds", "people_in_reach", "people_newly",
           "cost", "cost_per_person", "pinned", "themes", "reach_m", "at_least", "proven",
           "data_version", "page", "goal")  # fmt: skip


def plan_csv(answer: PlanAnswer, page: str) -> str:
    """One row for each site, UTF-8, RFC 4180; text is safe in a spreadsheet."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for site in answer.sites:
        row = _properties(site, answer, page) | {"lon": f"{site.lon:.6f}", "lat": f"{site.lat:.6f}"}
        writer.writerow([safe_text("" if row[name] is None else str(row[name])) for name in COLUMNS])
    return file.getvalue()


def plan_geojson(answer: PlanAnswer, page: str) -> dict[str, Any]:
    """The sites as a FeatureCollection of points (WGS84)."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [round(site.lon, 6), round(site.lat, 6)]},
                "properties": _properties(site, answer, page),
            }
            for site in answer.sites
        ],
    }


def _properties(site: PlanSite, answer: PlanAnswer, page: str) -> dict[str, Any]:
    return {
        "number": site.number,
        "name": site.name,
        "area": site.area_name,
        "need_reached": round(site.need_reached, 1),
        "adds": round(site.adds, 1),
        "people_in_reach": round(site.people_in_reach),
        "people_newly": round(site.people_newly),
        "cost": None if site.cost is None else round(site.cost),
        "cost_per_person": None if site.cost_per_person is None else round(site.cost_per_person, 2),
        "pinned": site.is_pinned,
        "themes": "; ".join(answer.theme_names),
        "reach_m": answer.question.gap.reach_m,
        "at_least": round(answer.at_least, 4),
        "proven": answer.is_proven,
        "data_version": answer.data_version,
        "page": page,
        "goal": answer.question.goal,
    }
