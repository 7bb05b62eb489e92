"""A group that somebody found on a visit: five answers become a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.actions.challenges import place_in_words
from app.actions.group_documents import GroupDocument, ServiceDocument, When, Where
from app.actions.spots import locate
from app.errors import BadQuestionError
from app.queries import Session, themes
from app.queries import visits as queries
from app.queries.plans import StopRow
from app.vocabulary import LocationPrivacy

DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
PARTS = {"morning": "in the morning", "afternoon": "in the afternoon", "evening": "in the evening"}
HERE, PHONE, WORDS = "here", "phone", "words"


@dataclass(frozen=True)
class FoundGroup:
    """``where``: here (the stop, a place in use), phone (``position``, as "lat,lon"), words, or the id of a place.

    ``day`` 1 to 7 and ``part`` of the day are what is known of when; ``times`` where somebody said them exactly.
    """

    visit_id: UUID
    visited_on: date
    name: str
    theme: str
    day: int | None
    part: str
    when_words: str
    where: str
    where_words: str
    position: str
    is_home: bool
    audience: str
    times: tuple[When, ...] = ()


def make_document(session: Session, stop: StopRow, new: FoundGroup) -> GroupDocument:
    """Raises BadQuestionError with the field: theme, where, where_words."""
    if new.theme not in {theme.key for theme in themes.list_themes(session)}:
        raise BadQuestionError("This does not say what they do.", "Choose it from the list.", field="theme")
    privacy = LocationPrivacy.AREA if new.is_home else LocationPrivacy.EXACT
    places = tuple(
        place.model_copy(update={"privacy": privacy, "name": "" if new.is_home else place.name})
        for place in _places(session, stop, new)
    )
    service = ServiceDocument(
        name=new.name,
        description=when_in_words(new),
        themes=(new.theme,),
        audiences=(new.audience,) if new.audience else (),
        places=places,
        when=new.times,
    )
    return GroupDocument(name=new.name, services=(service,))


def when_in_words(new: FoundGroup) -> str:
    """Tuesdays, in the evening; alternate weeks."""
    day = DAYS[new.day - 1] if new.day else ""
    known = ", ".join(filter(None, [day, PARTS.get(new.part, "")]))
    return "; ".join(filter(None, [known[:1].upper() + known[1:], new.when_words]))


def _places(session: Session, stop: StopRow, new: FoundGroup) -> tuple[Where, ...]:
    if new.where == PHONE and new.position:
        spot = locate(session, new.position, field="where")
        return (Where(address=new.where_words, lon=spot.lon, lat=spot.lat),)
    if new.where in (PHONE, WORDS):
        return place_in_words(session, new.where_words)
    host_id = _host_id(stop.key if new.where == HERE else new.where)
    host = queries.find_host(session, host_id, stop.lon, stop.lat) if host_id else None
    if host is None:
        raise BadQuestionError(
            "That place is not in use any more.", "Choose another, or type the address.", field="where"
        )
    return (Where(name=host.name, address=host.address, postcode=host.postcode, lon=host.lon, lat=host.lat),)


def _host_id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
