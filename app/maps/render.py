"""The maps of the pages, ready to be put in; the only functions a route calls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.maps.csp_map import Box, CspMap, MapParts, Pictures, parts
from app.maps.layers import (
    AreaCounts,
    AreaShapes,
    AreaTiles,
    Corners,
    FoundPins,
    Outlines,
    OutsideTiles,
    Pin,
    PlaceTiles,
    PlanStars,
    Spots,
)


def gap_map(values_url: str, outlines_url: str, tiles_url: str, pages_url: str, *, label_id: str) -> MapParts:
    """The areas of one gap answer, with borders of bigger areas over them, and pins for who asks (gap_pins.js)."""
    drawing = CspMap("gaps", label_id=label_id)
    AreaTiles("areas", values_url).add_to(drawing)
    Outlines("borders", outlines_url, kind="over").add_to(drawing)
    PlaceTiles("pins", tiles_url, is_shown=False, pages=pages_url).add_to(drawing)
    return parts(drawing)


def gap_map_for_a_file(data_id: str, *, label_id: str) -> MapParts:
    """The areas of one gap answer, out of an element of the page: nothing is fetched."""
    drawing = CspMap("gaps", label_id=label_id)
    AreaShapes("areas", data_id).add_to(drawing)
    return parts(drawing)


def what_if_map(values_url: str, outlines_url: str, *, label_id: str) -> MapParts:
    """The areas of a gap answer, and a pin that fills in the fields of the page (what_if.js)."""
    drawing = CspMap("gaps", label_id=label_id)
    AreaTiles("areas", values_url).add_to(drawing)
    Outlines("borders", outlines_url, kind="over").add_to(drawing)
    Pin("here").add_to(drawing)
    return parts(drawing)


def places_map(
    tiles_url: str,
    outlines_url: str,
    pages_url: str,
    *,
    label_id: str,
    everything: Box,
    pictures: Pictures | None = None,
) -> MapParts:
    """Everything with a public point, over the borders of the place."""
    drawing = CspMap("places", label_id=label_id, everything=everything)
    if pictures:
        OutsideTiles("pictures", pictures.address).add_to(drawing)
    Outlines("ground", outlines_url, kind="ground").add_to(drawing)
    PlaceTiles("pins", tiles_url, pages=pages_url).add_to(drawing)
    return replace(parts(drawing), pictures=pictures)


def area_map(outlines_url: str, *, label_id: str) -> MapParts:
    """One area among its neighbours."""
    drawing = CspMap("area", label_id=label_id, is_small=True)
    Outlines("ground", outlines_url, kind="ground", fit=True).add_to(drawing)
    return parts(drawing)


def hub_map(
    data_id: str, tiles_url: str, outlines_url: str, pages_url: str, *, label_id: str, everything: Box
) -> MapParts:
    """Everything with a public point, and over it areas out of an element of the page, marked and counted."""
    drawing = CspMap("hub", label_id=label_id, everything=everything)
    Outlines("ground", outlines_url, kind="ground").add_to(drawing)
    PlaceTiles("pins", tiles_url, pages=pages_url).add_to(drawing)
    AreaCounts("marked", data_id).add_to(drawing)
    return parts(drawing)


def peers_map(data_id: str, outlines_url: str, *, label_id: str, everything: Box) -> MapParts:
    """Areas out of an element of the page, marked and counted; nothing else that would say where anybody is."""
    drawing = CspMap("peers", label_id=label_id, is_small=True, everything=everything)
    Outlines("ground", outlines_url, kind="ground").add_to(drawing)
    AreaCounts("marked", data_id).add_to(drawing)
    return parts(drawing)


def spots_map(
    spots: Iterable[tuple[float, float, bool]], rough_within_m: float, outlines_url: str, *, label_id: str
) -> MapParts:
    """Where one thing happens: longitude, latitude, and whether it is within ``rough_within_m`` of there."""
    drawing = CspMap("spots", label_id=label_id, is_small=True)
    Outlines("ground", outlines_url, kind="ground").add_to(drawing)
    Spots("here", spots, rough_within_m).add_to(drawing)
    return parts(drawing)


def corners_map(
    outlines_url: str,
    lon: float | None = None,
    lat: float | None = None,
    *,
    label_id: str,
    everything: Box | None = None,
) -> MapParts:
    """A map to show a place on: one corner is a pin, more are a shape. It opens around a point (WGS84 degrees), or
    on a box, where one is given; else on all there is."""
    drawing = CspMap("corners", label_id=label_id, is_small=True, everything=everything)
    Outlines("ground", outlines_url, kind="ground", fit=lon is None and everything is None).add_to(drawing)
    Corners("picked", lon=lon, lat=lat).add_to(drawing)
    return parts(drawing)


def pin_map(outlines_url: str, *, label_id: str) -> MapParts:
    """The place, and a pin that stands where the fields of the page say and fills them in when it is moved."""
    drawing = CspMap("pin", label_id=label_id, is_small=True)
    Outlines("ground", outlines_url, kind="ground").add_to(drawing)
    Pin("here").add_to(drawing)
    return parts(drawing)


def found_map(outlines_url: str, pages_url: str, *, label_id: str) -> MapParts:
    """What the finder found, over the borders of the place."""
    drawing = CspMap("found", label_id=label_id)
    Outlines("ground", outlines_url, kind="ground").add_to(drawing)
    FoundPins("pins", pages_url).add_to(drawing)
    return parts(drawing)


def plan_map(values_url: str, outlines_url: str, *, label_id: str) -> MapParts:
    """The places of a plan as stars, over the gap that they are for."""
    drawing = CspMap("plan", label_id=label_id)
    AreaTiles("areas", values_url, is_under=True).add_to(drawing)
    Outlines("borders", outlines_url, kind="over").add_to(drawing)
    PlanStars("stars").add_to(drawing)
    return parts(drawing)
