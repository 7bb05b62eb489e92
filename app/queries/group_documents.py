"""A group read and written as one document (see actions.group_documents for its shape)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.models import (
    Area,
    AreaLayer,
    Ask,
    Footprint,
    Organisation,
    OrganisationIdentifier,
    Place,
    Schedule,
    Service,
    ServiceTheme,
    Source,
)
from app.models.base import SRID
from app.vocabulary import FootprintRole, ReviewStatus

Facts = Mapping[str, Any]
COMMUNITY = {
    "key": "community",
    "title": "What people told us here",
    "publisher": "People who live and work here",
    "licence": "Open Database Licence (ODbL) 1.0",
    "attribution": "Told to us by people who live and work here",
    "note": "Added by groups and neighbours on this site, and checked by a person before it was shown.",
}
SERVICE_FACTS = (
    "name", "description", "audiences", "languages", "cost", "cost_note", "referral", "how_to_join", "step_free",
    "toilet", "hearing_loop", "is_online", "capacity", "room", "min_age", "max_age",
)  # fmt: skip
ORGANISATION_FACTS = ("name", "kind", "stage", "summary", "website", "is_confidential")
SCHEDULE_FACTS = ("weekday", "opens", "closes", "term_time_only", "week_of_month")
PLACE_FACTS = ("name", "address", "postcode", "privacy")


def community_source_id(session: Session) -> int:
    """The source of everything that people tell us; made when it is first needed."""
    found = session.scalar(select(Source.id).where(Source.key == COMMUNITY["key"]))
    if found is None:
        found = session.scalar(
            text("""
            INSERT INTO source (key, title, publisher, licence, attribution, note)
            VALUES (:key, :title, :publisher, :licence, :attribution, :note)
            ON CONFLICT (key) DO UPDATE SET title = excluded.title RETURNING id
            """),
            COMMUNITY,
        )
    return int(found or 0)


def find_group(session: Session, organisation_id: UUID) -> tuple[dict[str, Any], int] | None:
    """The facts of a document and the version, locked until the transaction ends; None when there is none."""
    found = session.scalar(select(Organisation).where(Organisation.id == organisation_id).with_for_update())
    if found is None:
        return None
    session.refresh(found)
    identifiers = session.scalars(
        select(OrganisationIdentifier)
        .where(OrganisationIdentifier.organisation_id == organisation_id)
        .order_by(OrganisationIdentifier.scheme, OrganisationIdentifier.identifier)
    )
    asks = session.scalars(select(Ask).where(Ask.organisation_id == organisation_id).order_by(Ask.kind, Ask.id))
    services = session.scalars(
        select(Service)
        .where(Service.organisation_id == organisation_id, Service.review_status == ReviewStatus.APPROVED)
        .order_by(Service.name, Service.id)
    ).all()
    reaches = _list_reaches(session, organisation_id)
    nowhere = {"places": [], "serves": [], "is_national": False}
    facts = {
        **{name: getattr(found, name) for name in ORGANISATION_FACTS},
        "identifiers": [{"scheme": one.scheme, "identifier": one.identifier} for one in identifiers],
        "asks": [{"kind": ask.kind, "words": ask.words} for ask in asks],
        "services": [{**_service_facts(session, one), **reaches.get(one.id, nowhere)} for one in services],
        **reaches.get(None, nowhere),
    }
    return facts, found.version


def _service_facts(session: Session, service: Service) -> dict[str, Any]:
    themes = session.scalars(
        select(ServiceTheme.theme_key)
        .where(ServiceTheme.service_id == service.id)
        .order_by(ServiceTheme.theme_key)
    )
    times = session.scalars(
        select(Schedule)
        .where(Schedule.service_id == service.id)
        .order_by(Schedule.weekday, Schedule.opens, Schedule.id)
    )
    return {
        "id": service.id,
        **{name: getattr(service, name) for name in SERVICE_FACTS},
        "themes": list(themes),
        "when": [{name: getattr(one, name) for name in SCHEDULE_FACTS} for one in times],
    }


def _list_reaches(session: Session, organisation_id: UUID) -> dict[UUID | None, dict[str, Any]]:
    """Places, areas and whether national, by service; None: the group as a whole."""
    rows = session.execute(
        select(
            Footprint.service_id, Footprint.role, Place, func.ST_X(Place.geom).label("lon"),
            func.ST_Y(Place.geom).label("lat"), AreaLayer.key, Area.area_code,
        )
        .outerjoin(Place, Place.id == Footprint.place_id)
        .outerjoin(Area, Area.id == Footprint.area_id)
        .outerjoin(AreaLayer, AreaLayer.id == Area.area_layer_id)
        .where(Footprint.organisation_id == organisation_id)
        .order_by(Footprint.id)
    )  # fmt: skip
    reaches: dict[UUID | None, dict[str, Any]] = {}
    for service_id, role, place, lon, lat, layer, code in rows:
        reach = reaches.setdefault(service_id, {"places": [], "serves": [], "is_national": False})
        if role == FootprintRole.NATIONAL:
            reach["is_national"] = True
        elif role == FootprintRole.SERVES:
            reach["serves"].append({"layer": layer, "code": code})
        else:
            where = {name: getattr(place, name) for name in PLACE_FACTS}
            reach["places"].append({"id": place.id, "role": role.value, **where, "lon": lon, "lat": lat})
    return reaches


def save_group(session: Session, facts: Facts, organisation_id: UUID | None, today: date) -> tuple[UUID, int]:
    """Write a document; the id and the new version."""
    source_id = community_source_id(session)
    organisation = session.get(Organisation, organisation_id) if organisation_id else None
    if organisation is None:
        made = organisation_id or uuid4()
        organisation = Organisation(id=made, source_id=source_id, source_ref=str(made), version=0)
        session.add(organisation)
    for name in ORGANISATION_FACTS:
        setattr(organisation, name, facts[name])
    organisation.review_status = ReviewStatus.APPROVED
    organisation.confirmed_on, organisation.missing_since = today, None
    organisation.unanswered_since = None
    organisation.version += 1
    organisation.updated_at_utc = func.now()
    session.flush()
    _save_identifiers_and_asks(session, organisation.id, facts)
    service_ids = [_save_service(session, organisation.id, one, source_id, today) for one in facts["services"]]
    _hide_services_but(session, organisation.id, service_ids)
    _save_reaches(session, organisation.id, facts, service_ids, source_id)
    session.flush()
    return organisation.id, organisation.version


def _save_identifiers_and_asks(session: Session, organisation_id: UUID, facts: Facts) -> None:
    known = delete(OrganisationIdentifier).where(OrganisationIdentifier.organisation_id == organisation_id)
    session.execute(known)
    session.execute(delete(Ask).where(Ask.organisation_id == organisation_id))
    session.add_all(OrganisationIdentifier(organisation_id=organisation_id, **one) for one in facts["identifiers"])
    session.add_all(Ask(organisation_id=organisation_id, **ask) for ask in facts["asks"])


def _save_service(session: Session, organisation_id: UUID, facts: Facts, source_id: int, today: date) -> UUID:
    service = session.get(Service, facts["id"]) if facts["id"] else None
    if service is None or service.organisation_id != organisation_id:
        made = uuid4()
        service = Service(id=made, organisation_id=organisation_id, source_id=source_id, source_ref=str(made))
        session.add(service)
    for name in SERVICE_FACTS:
        value = facts[name]
        setattr(service, name, list(value) if isinstance(value, tuple) else value)
    service.review_status = ReviewStatus.APPROVED
    service.confirmed_on, service.missing_since = today, None
    session.flush()
    session.execute(
        delete(ServiceTheme).where(
            ServiceTheme.service_id == service.id, ServiceTheme.theme_key.not_in(facts["themes"])
        )
    )
    kept = set(session.scalars(select(ServiceTheme.theme_key).where(ServiceTheme.service_id == service.id)))
    session.add_all(
        ServiceTheme(service_id=service.id, theme_key=key, reason="said by the group")
        for key in dict.fromkeys(facts["themes"])
        if key not in kept
    )
    session.execute(delete(Schedule).where(Schedule.service_id == service.id))
    session.add_all(Schedule(service_id=service.id, **one) for one in facts["when"])
    return service.id


def _hide_services_but(session: Session, organisation_id: UUID, service_ids: Sequence[UUID]) -> None:
    dropped = session.scalars(
        select(Service).where(Service.organisation_id == organisation_id, Service.id.not_in(service_ids))
    )
    for service in dropped:
        service.review_status = ReviewStatus.HIDDEN


def _save_reaches(
    session: Session, organisation_id: UUID, facts: Facts, service_ids: Sequence[UUID], source_id: int
) -> None:
    """Make the footprints anew; places that nothing stands on any more go."""
    session.flush()
    mine = select(Footprint.place_id).where(Footprint.organisation_id == organisation_id)
    owned = {place_id for place_id in session.scalars(mine) if place_id}
    session.execute(delete(Footprint).where(Footprint.organisation_id == organisation_id))
    wholes: list[tuple[UUID | None, Facts]] = [(None, facts), *zip(service_ids, facts["services"], strict=True)]
    for service_id, reach in wholes:
        of = {"organisation_id": organisation_id, "service_id": service_id}
        for where in reach["places"]:
            place_id = _save_place(session, organisation_id, where, owned, source_id)
            session.add(Footprint(**of, role=FootprintRole(where["role"]), place_id=place_id))
        for area_id in _list_area_ids(session, reach["serves"]):
            session.add(Footprint(**of, role=FootprintRole.SERVES, area_id=area_id))
        if reach["is_national"]:
            session.add(Footprint(**of, role=FootprintRole.NATIONAL))
    session.flush()
    used = select(Footprint.place_id).where(Footprint.place_id.in_(owned))
    session.execute(delete(Place).where(Place.id.in_(owned), Place.id.not_in(used)))


def _save_place(session: Session, organisation_id: UUID, facts: Facts, owned: set[UUID], source_id: int) -> UUID:
    """A place that other groups use too is left as it is, and a new one made where it differs."""
    place = session.get(Place, facts["id"]) if facts["id"] in owned else None
    others = Footprint.organisation_id != organisation_id
    shared = select(func.count()).where(Footprint.place_id == facts["id"], others)
    if place is None or session.scalar(shared):
        made = uuid4()
        place = Place(id=made, source_id=source_id, source_ref=str(made))
        session.add(place)
    for name in PLACE_FACTS:
        setattr(place, name, facts[name])
    if facts["lon"] is None or facts["lat"] is None:
        place.geom = None
    else:
        place.geom = func.ST_SetSRID(func.ST_MakePoint(facts["lon"], facts["lat"]), SRID)
    session.flush()
    return place.id


def _list_area_ids(session: Session, serves: Sequence[Facts]) -> list[int]:
    wanted = {(area["layer"], area["code"]) for area in serves}
    rows = session.execute(
        select(Area.id, AreaLayer.key, Area.area_code)
        .join(AreaLayer, AreaLayer.id == Area.area_layer_id)
        .where(
            AreaLayer.key.in_({layer for layer, _code in wanted}),
            Area.area_code.in_({code for _l, code in wanted}),
        )
    )
    return sorted(row.id for row in rows if (row.key, row.area_code) in wanted)
