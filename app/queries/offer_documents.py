"""An offer read and written as one document (see actions.offer_documents for its shape)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from geoalchemy2.shape import to_shape
from shapely import Point
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Offer, Organisation
from app.models.base import SRID
from app.queries.group_documents import community_source_id
from app.vocabulary import ReviewStatus


def find_offer(session: Session, offer_id: UUID) -> dict[str, Any] | None:
    """The facts of a document, locked until the transaction ends; None when there is none."""
    offer = session.scalar(select(Offer).where(Offer.id == offer_id).with_for_update())
    if offer is None:
        return None
    session.refresh(offer)
    at = to_shape(offer.geom) if offer.geom is not None else None
    place = {"address": offer.address, "postcode": offer.postcode, "privacy": offer.privacy}
    if isinstance(at, Point):
        place |= {"lon": at.x, "lat": at.y}
    name = session.scalar(select(Organisation.name).where(Organisation.id == offer.organisation_id))
    return {
        "direction": offer.direction, "kind": offer.kind, "words": offer.words, "theme": offer.theme_key,
        "stage": offer.stage, "places": [place], "ends_on": offer.ends_on,
        "organisation": {"id": offer.organisation_id, "title": name[:200]} if name else None,
    }  # fmt: skip


def save_offer(
    session: Session, facts: Mapping[str, Any], lon_lat: tuple[float, float], offer_id: UUID | None, today: date
) -> UUID:
    offer = session.get(Offer, offer_id) if offer_id else None
    if offer is None:
        made = uuid4()
        offer = Offer(id=made, source_id=community_source_id(session), source_ref=str(made), said_on=today)
        session.add(offer)
    for name, value in facts.items():
        setattr(offer, name, value)
    offer.review_status = ReviewStatus.APPROVED
    offer.geom = func.ST_SetSRID(func.ST_MakePoint(*lon_lat), SRID)
    session.flush()
    return offer.id
