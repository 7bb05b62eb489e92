"""One organisation with what it offers, where and when."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.errors import NotFoundError
from app.queries import Session, organisations
from app.queries.organisations import OrganisationRow, ServiceRow, WhenRow, WhereRow

GONE = "There is no such organisation or service on this map."
GONE_FIX = "It may have closed or moved; look for it on the map page."


@dataclass(frozen=True)
class OfferedService:
    service: ServiceRow
    where: tuple[WhereRow, ...]
    when: tuple[WhenRow, ...]


@dataclass(frozen=True)
class OrganisationPage:
    organisation: OrganisationRow
    identifiers: tuple[tuple[str, str], ...]
    where: tuple[WhereRow, ...]  # of the organisation as a whole
    services: tuple[OfferedService, ...]


def get_organisation(session: Session, organisation_id: UUID) -> OrganisationPage:
    """What the public may see of it; NotFoundError when that is nothing."""
    organisation = organisations.find_organisation(session, organisation_id)
    if organisation is None:
        raise NotFoundError(GONE, GONE_FIX)
    services = organisations.list_services(session, organisation_id)
    where = organisations.list_where(session, organisation_id)
    when = organisations.list_when(session, [service.id for service in services])
    return OrganisationPage(
        organisation,
        tuple(organisations.list_identifiers(session, organisation_id)),
        tuple(row for row in where if row.service_id is None),
        tuple(
            OfferedService(
                service,
                tuple(row for row in where if row.service_id == service.id),
                tuple(row for row in when if row.service_id == service.id),
            )
            for service in services
        ),
    )


def get_organisation_of_service(session: Session, service_id: UUID) -> UUID:
    organisation_id = organisations.find_organisation_of_service(session, service_id)
    if organisation_id is None:
        raise NotFoundError(GONE, GONE_FIX)
    return organisation_id
