"""What a new group changes for people near it, from what the public map knows: the strongest thing first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from app.actions.add import document_of
from app.actions.group_documents import ServiceDocument
from app.actions.themes import list_themes
from app.models import Draft
from app.queries import Session
from app.queries.add_difference import OfferRow, list_offers_near
from app.vocabulary import Cost

WITHIN_M = 3_219.0
"""Two miles."""
MOST_SHOWN = 3
EVENING_HOUR = 17


class Part(StrEnum):
    """When in the week something is, as people say it."""

    EVENING = "evening"
    WEEKEND = "weekend"
    DAYTIME = "daytime"


@dataclass(frozen=True)
class Difference:
    """“The only evening food group for carers within two miles”: what is said of it.

    ``others``: how many more of the theme there are near, where it is not the only one; else 0.
    """

    theme: str
    part: Part | None = None
    audience: str = ""
    is_free: bool = False
    is_step_free: bool = False
    language: str = ""
    others: int = 0
    theme_name: str = ""

    @property
    def facts(self) -> frozenset[tuple[str, object]]:
        said = {
            "theme": self.theme, "part": self.part, "audience": self.audience, "free": self.is_free,
            "step_free": self.is_step_free, "language": self.language,
        }  # fmt: skip
        return frozenset((name, value) for name, value in said.items() if value)


def list_differences_made(session: Session, draft: Draft, own_id: UUID | None = None) -> list[Difference]:
    """At most three, the widest claim first; nothing for a change of an old entry, or without a point.

    ``own_id``: of the group itself, once it is on the map. Only for what somebody adds about her own group: for
    others the distance would tell where a private place is.
    """
    document = document_of(draft)
    if draft.organisation_id is not None or document.is_confidential:
        return []
    found: list[Difference] = []
    for service in document.services:
        for place in (service.places or document.places)[:1]:
            if place.lon is not None and place.lat is not None and service.themes:
                near = list_offers_near(session, place.lon, place.lat, service.themes, WITHIN_M, own_id)
                found += differences(service, near)
    names = {theme.key: theme.name for theme in list_themes(session)}
    return [replace(one, theme_name=names.get(one.theme, one.theme)) for one in found[:MOST_SHOWN]]


def differences(service: ServiceDocument, near: Sequence[OfferRow]) -> list[Difference]:
    """What holds of this service and of none near it; where nothing does, how many others there are."""
    told: list[Difference] = []
    for theme in service.themes:
        rivals = [offer for offer in near if theme in offer.themes]
        for claim in _claims(service, theme):
            is_implied = any(one.facts <= claim.facts for one in told)
            if not is_implied and not any(_fits(claim, offer) for offer in rivals):
                told.append(claim)
    if told or not service.themes:
        return told
    theme = service.themes[0]
    return [Difference(theme, others=len({offer.organisation_id for offer in near if theme in offer.themes}))]


def _claims(service: ServiceDocument, theme: str) -> Iterator[Difference]:
    """From the widest to the narrowest; a claim that a wider one implies is left out by whoever asks."""
    parts = sorted(parts_of([(one.weekday, one.opens.hour) for one in service.when]))
    audiences = [key for key in service.audiences if key != "anyone"]
    yield Difference(theme)
    for part in parts:
        yield Difference(theme, part)
    for audience in audiences:
        yield Difference(theme, audience=audience)
    if service.cost in (Cost.FREE, Cost.DONATION):
        yield Difference(theme, is_free=True)
    if service.step_free:
        yield Difference(theme, is_step_free=True)
    for code in service.languages:
        if code != "en":
            yield Difference(theme, language=code)
    for part in parts:
        for audience in audiences:
            yield Difference(theme, part, audience)


def _fits(claim: Difference, offer: OfferRow) -> bool:
    """Would the claim hold of this offer too? Where the offer does not say, it might: then nothing is claimed."""
    starts = [(day, hour) for day, hour in offer.starts]
    return (
        (claim.part is None or not starts or claim.part in parts_of(starts))
        and (not claim.audience or not offer.audiences or claim.audience in offer.audiences)
        and (not claim.is_free or offer.cost != Cost.PAID)
        and (not claim.is_step_free or offer.step_free is not False)
        and (not claim.language or claim.language in offer.languages)
    )


def parts_of(starts: Collection[tuple[int, int]]) -> set[Part]:
    """Weekend by day; of the other days evening from five o'clock on."""
    return {
        Part.WEEKEND if day > 5 else (Part.EVENING if hour >= EVENING_HOUR else Part.DAYTIME)
        for day, hour in starts
    }
