"""One organisation with what it offers, or one service of it: what, when, where, and what is near."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.actions.occasions import Occasion, next_occasions
from app.errors import NotFoundError
from app.models.base import ROUGH_CELL_M
from app.queries import Session, near_services, organisations
from app.queries.organisations import (
    AskRow,
    ContactRow,
    NearRow,
    OrganisationRow,
    Point,
    ServiceRow,
    WhenRow,
    WhereRow,
)
from app.vocabulary import FootprintRole

GONE = "There is no such organisation or service on this map."
GONE_FIX = "It may have closed or moved; look for it with Find."
MOST_SIMILAR = 3
MOST_IN_BUILDING = 6
ROUGH_WITHIN_M = ROUGH_CELL_M / 2**0.5
"""A rough point is at most this far from the true one: half across a cell."""


@dataclass(frozen=True)
class OfferedService:
    service: ServiceRow
    where: tuple[WhereRow, ...]  # its own, or where it has none those of its organisation
    when: tuple[WhenRow, ...]
    next_times: tuple[Occasion, ...]

    @property
    def away_m(self) -> float | None:
        """From where the visitor said she is to the nearest place where it meets."""
        return min((row.away_m for row in meeting_places(self.where) if row.away_m is not None), default=None)


@dataclass(frozen=True)
class OrganisationPage:
    organisation: OrganisationRow
    identifiers: tuple[tuple[str, str], ...]
    where: tuple[WhereRow, ...]  # of the organisation as a whole
    services: tuple[OfferedService, ...]
    contacts: tuple[ContactRow, ...]
    asks: tuple[AskRow, ...]


@dataclass(frozen=True)
class Neighbours:
    similar: tuple[NearRow, ...] = ()
    same_building: tuple[NearRow, ...] = ()


@dataclass(frozen=True)
class ServicePage:
    """A service within its organisation, which also holds the other services."""

    of: OrganisationPage
    offered: OfferedService

    @property
    def others(self) -> tuple[OfferedService, ...]:
        return tuple(one for one in self.of.services if one != self.offered)


def get_organisation(
    session: Session, organisation_id: UUID, now: datetime, near: Point | None = None
) -> OrganisationPage:
    """What the public may see of it; NotFoundError when that is nothing."""
    organisation = organisations.find_organisation(session, organisation_id)
    if organisation is None:
        raise NotFoundError(GONE, GONE_FIX)
    services = organisations.list_services(session, organisation_id)
    where = organisations.list_where(session, organisation_id, near)
    when = organisations.list_when(session, [service.id for service in services])
    return OrganisationPage(
        organisation=organisation,
        identifiers=tuple(organisations.list_identifiers(session, organisation_id)),
        where=tuple(row for row in where if row.service_id is None),
        services=tuple(_offered(service, where, when, now) for service in services),
        contacts=tuple(organisations.list_contacts(session, organisation_id)),
        asks=tuple(organisations.list_asks(session, organisation_id)),
    )


def _offered(
    service: ServiceRow, where: Iterable[WhereRow], when: Iterable[WhenRow], now: datetime
) -> OfferedService:
    rows = list(where)
    own = tuple(row for row in rows if row.service_id == service.id)
    times = tuple(row for row in when if row.service_id == service.id)
    shared = tuple(row for row in rows if row.service_id is None)
    return OfferedService(service, own or shared, times, next_occasions(times, now))


def get_service(session: Session, service_id: UUID, now: datetime, near: Point | None = None) -> ServicePage:
    """One service as the public may see it; NotFoundError when that is nothing."""
    service = organisations.find_service(session, service_id)
    if service is None:
        raise NotFoundError(GONE, GONE_FIX)
    page = get_organisation(session, service.organisation_id, now, near)
    return ServicePage(page, next(one for one in page.services if one.service.id == service_id))


def list_neighbours(session: Session, page: ServicePage) -> Neighbours:
    """What else is near a service: alike, and under the same roof. Nothing is near what has no public point."""
    at = next((p for row in meeting_places(page.offered.where) if (p := point_of(row))), None)
    if at is None:
        return Neighbours()
    mine = page.of.organisation.id
    themes = page.offered.service.theme_keys
    similar = near_services.list_similar(session, mine, themes, at, MOST_SIMILAR) if themes else []
    is_exact = any(row.privacy == "exact" and point_of(row) == at for row in page.offered.where)
    housed = near_services.list_same_building(session, mine, at, MOST_IN_BUILDING) if is_exact else []
    return Neighbours(tuple(similar), tuple(housed))


def meeting_places(where: Iterable[WhereRow]) -> list[WhereRow]:
    return [row for row in where if row.role == FootprintRole.MEETS_AT]


def point_of(row: WhereRow) -> Point | None:
    return (row.lon, row.lat) if row.lon is not None and row.lat is not None else None


def spots_of(where: Iterable[WhereRow]) -> list[tuple[float, float, bool]]:
    """Every public point once: longitude, latitude, and whether it is only roughly there."""
    found = [(p[0], p[1], row.privacy != "exact") for row in where if (p := point_of(row))]
    return list(dict.fromkeys(found))
