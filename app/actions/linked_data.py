"""What search engines read of a page (schema.org): the same facts as the page, and no others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.actions.organisations import OfferedService, OrganisationPage, ServicePage, meeting_places, point_of
from app.queries.organisations import ContactRow, WhenRow, WhereRow
from app.vocabulary import Cost, FootprintRole

CONTEXT = "https://schema.org"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DECIMALS = 6

Thing = dict[str, Any]


def organisation_data(page: OrganisationPage, address: str, website: str | None) -> Thing:
    """``address`` is that of our page, ``website`` a link of the group's own that was found safe, or None."""
    return {"@context": CONTEXT, **_organisation(page, address, website)}


def service_data(page: ServicePage, address: str, organisation: Thing) -> Thing:
    """A service with its organisation, as ``organisation_data`` gives it."""
    offered = page.offered
    service = offered.service
    return _known(
        {
            "@context": CONTEXT,
            "@type": "Service",
            "name": service.name,
            "description": service.description,
            "url": address,
            "serviceType": service.themes,
            "provider": {key: value for key, value in organisation.items() if key != "@context"},
            "areaServed": _areas(offered.where),
            "availableChannel": _channels(offered, page.of.contacts),
            "hoursAvailable": [_hours(line) for line in offered.when if line.week_of_month is None],
            "offers": {"@type": "Offer", "price": 0, "priceCurrency": "GBP"}
            if service.cost == Cost.FREE
            else None,
        }
    )


def _organisation(page: OrganisationPage, address: str, website: str | None) -> Thing:
    organisation = page.organisation
    return _known(
        {
            "@type": "Organization",
            "name": organisation.name,
            "description": organisation.summary,
            "url": address,
            "sameAs": website,
            "identifier": [
                {"@type": "PropertyValue", "propertyID": scheme, "value": number}
                for scheme, number in page.identifiers
            ],
            "areaServed": _areas(page.where),
            "location": _places(page.where),
            "contactPoint": [_contact(one) for one in page.contacts],
        }
    )


def _channels(offered: OfferedService, contacts: Iterable[ContactRow]) -> list[Thing]:
    service = offered.service
    shared = {
        "@type": "ServiceChannel",
        "availableLanguage": service.languages,
        "servicePhone": next(({"@type": "ContactPoint", "telephone": c.phone} for c in contacts if c.phone), None),
    }
    return [_known({**shared, "serviceLocation": place}) for place in _places(offered.where)]


def _places(where: Iterable[WhereRow]) -> list[Thing]:
    found = [_place(row) for row in meeting_places(where)]
    return [place for place in found if len(place) > 1]


def _place(row: WhereRow) -> Thing:
    """Only what stands at an exact place has a point: a rough one would look exact to a machine."""
    point = point_of(row) if row.privacy == "exact" else None
    street = _known({"@type": "PostalAddress", "streetAddress": row.address, "postalCode": row.postcode})
    geo = point and {
        "@type": "GeoCoordinates", "longitude": round(point[0], DECIMALS), "latitude": round(point[1], DECIMALS)
    }  # fmt: skip
    return _known(
        {"@type": "Place", "name": row.place_name, "address": street if len(street) > 1 else None, "geo": geo}
    )


def _areas(where: Iterable[WhereRow]) -> list[Thing]:
    names = [row.area_name for row in where if row.role == FootprintRole.SERVES and row.area_name]
    return [{"@type": "AdministrativeArea", "name": name} for name in names]


def _hours(line: WhenRow) -> Thing:
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": f"{CONTEXT}/{DAYS[line.weekday - 1]}",
        "opens": f"{line.opens:%H:%M}",
        "closes": f"{line.closes:%H:%M}",
    }


def _contact(contact: ContactRow) -> Thing:
    return _known(
        {"@type": "ContactPoint", "name": contact.name, "email": contact.email, "telephone": contact.phone}
    )


def _known(thing: Thing) -> Thing:
    """Without what nobody has said."""
    return {key: value for key, value in thing.items() if value not in (None, "", [], {})}
