"""Where do people come from? Areas around a spot, areas inside a drawn line, and what is too wide."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.actions.group_documents import GroupDocument, Reach, ServedArea
from app.errors import BadQuestionError
from app.queries import Session
from app.queries import add as queries
from app.queries.add import AroundRow
from app.vocabulary import AreaLayerKind, LocationPrivacy

SomeReach = TypeVar("SomeReach", bound=Reach)
NEARBY, EVERYWHERE, DRAWN, AS_IT_IS = "nearby", "everywhere", "drawn", "as-it-is"
LEAST_CORNERS, MOST_CORNERS = 3, 60
MOST_DRAWN_AREAS = 200
WIDE_PEOPLE = 60_000
"""More people than come to one hall: whoever claims so many is asked whether the group goes out to them."""


@dataclass(frozen=True)
class AreaChoice:
    """One answer: ``value`` is layer:code."""

    value: str
    name: str
    singular: str
    kind: AreaLayerKind
    people: float


def list_choices(session: Session, spot: tuple[float, float] | None) -> list[AreaChoice]:
    """The areas that hold the spot, the finest first; without a spot, none."""
    return [_choice(row) for row in queries.list_around(session, *spot)] if spot else []


def list_more(session: Session) -> list[AreaChoice]:
    """Every ward of the place, to tick several."""
    return [_choice(row) for row in queries.list_wards(session)]


def name_areas(session: Session, serves: Sequence[ServedArea]) -> list[AreaChoice]:
    return [_choice(row) for row in queries.list_areas_named(session, [(a.layer, a.code) for a in serves])]


def read_areas(session: Session, values: Sequence[str]) -> tuple[ServedArea, ...]:
    """Chosen values as areas. Raises BadQuestionError for one that is not there."""
    wanted = [(layer, code) for layer, _colon, code in (value.partition(":") for value in values)]
    found = queries.list_areas_named(session, wanted)
    if len(found) != len(set(wanted)):
        raise BadQuestionError("There is no such area here.", "Choose among those shown.", field="reach")
    return tuple(ServedArea(layer=row.layer_key, code=row.area_code) for row in found)


def nearby_areas(session: Session, spot: tuple[float, float]) -> tuple[ServedArea, ...]:
    """The finest area around a spot and those that touch it."""
    around = queries.list_around(session, *spot)
    if not around:
        raise BadQuestionError(
            "That place is outside this map.", "Choose the areas from the list below.", field="reach"
        )
    touching = queries.list_touching(session, around[0].id)
    return tuple(ServedArea(layer=row.layer_key, code=row.area_code) for row in touching)


def areas_inside(session: Session, corners: Sequence[tuple[float, float]]) -> tuple[ServedArea, ...]:
    """The small areas most of whose people live inside a drawn line. Raises BadQuestionError (field shape)."""
    if not LEAST_CORNERS <= len(corners) <= MOST_CORNERS:
        raise BadQuestionError(
            f"The line you drew has {len(corners)} corners.",
            f"Draw {LEAST_CORNERS} to {MOST_CORNERS}, one after the other round the edge.",
            field="shape",
        )
    found = queries.list_areas_inside(session, corners)
    if found is None:
        raise BadQuestionError(
            "The line you drew crosses itself.",
            "Clear it and draw round the edge, without crossing.",
            field="shape",
        )
    if not found:
        raise BadQuestionError(
            "Nobody lives inside the line you drew, as far as this map knows.",
            "Draw a bigger shape, or choose an area from the list.",
            field="shape",
        )
    if len(found) > MOST_DRAWN_AREAS:
        raise BadQuestionError(
            "The shape you drew is very big.", "Choose the whole town from the list instead.", field="shape"
        )
    return tuple(ServedArea(layer=row.layer_key, code=row.area_code) for row in found)


def read_corners(text: str) -> list[tuple[float, float]]:
    """Corners as the map writes them: "lon,lat lon,lat …". Raises BadQuestionError (field shape)."""
    corners = []
    for pair in text.split()[: MOST_CORNERS + 1]:
        try:
            lon, lat = (float(number) for number in pair.split(","))
        except ValueError:
            lon = lat = math.nan
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise BadQuestionError(
                "The line on the map cannot be read.", "Clear it and draw it again.", field="shape"
            )
        corners.append((lon, lat))
    return corners


def find_too_wide(session: Session, serves: Sequence[ServedArea]) -> AreaChoice | None:
    """The first of the areas that is a whole council, or where more people live than come to one hall."""
    areas = name_areas(session, serves)
    return next((a for a in areas if a.kind == AreaLayerKind.COUNCIL or a.people > WIDE_PEOPLE), None)


def finish_reach(session: Session, document: GroupDocument, spot: tuple[float, float] | None) -> GroupDocument:
    """The document as it may be kept: a refuge without point or small area, an area where no point is shown."""
    if document.is_confidential:
        return _confidential(session, document, spot)
    services = tuple(_with_area(session, one) for one in document.services)
    whole = _with_area(session, document)
    return whole.model_copy(update={"services": services})


def _with_area(session: Session, reach: SomeReach) -> SomeReach:
    """Who shows an area instead of a point has one: the ward around it."""
    for place in reach.places:
        if place.privacy == LocationPrivacy.AREA and not reach.serves and place.lon is not None:
            around = queries.list_around(session, place.lon, place.lat or 0.0)
            wards = [row for row in around if row.kind == AreaLayerKind.ELECTORAL] or around
            serves = tuple(ServedArea(layer=row.layer_key, code=row.area_code) for row in wards[:1])
            return reach.model_copy(update={"serves": serves})
    return reach


def _confidential(session: Session, document: GroupDocument, spot: tuple[float, float] | None) -> GroupDocument:
    everything: list[Reach] = [document, *document.services]
    wanted = [(area.layer, area.code) for reach in everything for area in reach.serves]
    councils = queries.list_councils_over(session, wanted, spot)
    serves = tuple(ServedArea(layer=row.layer_key, code=row.area_code) for row in councils)
    bare = {"places": (), "serves": ()}
    services = tuple(one.model_copy(update=bare) for one in document.services)
    return document.model_copy(update={"places": (), "serves": serves, "services": services})


def _choice(row: AroundRow) -> AreaChoice:
    return AreaChoice(f"{row.layer_key}:{row.area_code}", row.name, row.layer_singular, row.kind, row.people)
