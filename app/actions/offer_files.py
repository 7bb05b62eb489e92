"""Offers and asks as files anyone can open; fields are called as Open Referral calls them where it has a word."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from app.actions.clock import today
from app.actions.gap_files import safe_text
from app.actions.offers import OffersQuestion
from app.actions.places import check_theme
from app.queries import Session, themes
from app.queries import offers as queries
from app.queries.offers import OfferRow
from app.queries.versions import AREAS, RECORDS, get_version
from app.vocabulary import LocationPrivacy

MOST_IN_FILE = 10_000
DECIMALS = 6
COLUMNS = (
    "id", "direction", "kind", "description", "themes", "stage", "organization_id", "organization", "area",
    "location_precision", "latitude", "longitude", "address", "assured_date", "valid_to", "invented", "source",
    "publisher", "licence", "page",
)  # fmt: skip


def offers_version(session: Session) -> str:
    """Another whenever a file may be another: what is over leaves it by itself."""
    return f"{get_version(session, (RECORDS, AREAS))}-{today():%Y%m%d}"


def list_for_file(session: Session, question: OffersQuestion) -> list[OfferRow]:
    """The newest MOST_IN_FILE that the filters keep. Raises BadQuestionError for a theme that does not exist."""
    check_theme(tuple(themes.list_themes(session)), question.theme)
    return queries.list_offers(
        session, direction=question.direction, kind=question.kind, theme=question.theme, near=None,
        limit=MOST_IN_FILE, skip=0,
    )  # fmt: skip


def offers_csv(session: Session, question: OffersQuestion, page_of: str) -> str:
    """UTF-8, RFC 4180, text that is safe in a spreadsheet; ``page_of`` is the address of the list.

    Longitude and latitude (WGS84 degrees) are where it stands, or roughly; empty where only an area is told.
    """
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in list_for_file(session, question):
        point = _point(row)
        lon, lat = (f"{at:.{DECIMALS}f}" for at in point) if point else ("", "")
        facts = _facts(row, page_of) | {"longitude": lon, "latitude": lat, "themes": "; ".join(row.theme_keys)}
        writer.writerow([safe_text("" if facts[name] is None else str(facts[name])) for name in COLUMNS])
    return file.getvalue()


def offers_geojson(session: Session, question: OffersQuestion, page_of: str) -> dict[str, Any]:
    """A FeatureCollection of points (WGS84); without a geometry where only an area, or nothing, is told."""
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": str(row.id), "geometry": _geometry(row), "properties": _facts(row, page_of)}
            for row in list_for_file(session, question)
        ],
    }


def _point(row: OfferRow) -> tuple[float, float] | None:
    """Longitude and latitude as the public may know them; None where only an area, or nothing, is told."""
    return (row.lon, row.lat) if row.has_point and row.lon is not None and row.lat is not None else None


def _geometry(row: OfferRow) -> dict[str, Any] | None:
    point = _point(row)
    return {"type": "Point", "coordinates": [round(at, DECIMALS) for at in point]} if point else None


def _facts(row: OfferRow, page_of: str) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "direction": row.direction.value,
        "kind": row.kind.value,
        "description": row.words,
        "themes": list(row.theme_keys),
        "stage": row.stage.value,
        "organization_id": _text(row.organisation_id),
        "organization": row.organisation_name,
        "area": row.area_name,
        "location_precision": _precision(row),
        "address": row.address or None,
        "assured_date": _text(row.said_on),
        "valid_to": _text(row.ends_on),
        "invented": row.source_is_invented,
        "source": row.source_title,
        "publisher": row.source_publisher,
        "licence": row.source_licence,
        "page": f"{page_of}/{row.id}",
    }


def _precision(row: OfferRow) -> str:
    """exact, rough (as far as the public may know), area (only its name is told), or not_told."""
    if row.has_point:
        return LocationPrivacy.EXACT.value if row.is_exact else LocationPrivacy.ROUGH.value
    return LocationPrivacy.AREA.value if row.area_name else "not_told"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
