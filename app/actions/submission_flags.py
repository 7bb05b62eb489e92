"""What a moderator should look at first: worked out once, when something is sent; never shown to anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.actions.personal_words import find_personal
from app.queries.submissions import SentFacts
from app.vocabulary import SubmissionFlag

FREE_TEXT = {
    "name", "summary", "description", "cost_note", "how_to_join", "words", "statement", "audience",
}  # fmt: skip
"""Fields in which people write as they like; an address belongs into those of a place."""

FASTEST_S = 15
"""Nobody fills in a whole form faster than this."""
MOST_A_DAY = 5
REFUGE = re.compile(r"\brefuge\b|women.?s aid|domestic (?:abuse|violence)|safe house", re.IGNORECASE)

TEXT_FLAGS = {
    "phone": SubmissionFlag.PHONE_IN_TEXT,
    "email": SubmissionFlag.EMAIL_IN_TEXT,
    "postcode": SubmissionFlag.POSTCODE_IN_TEXT,
    "link": SubmissionFlag.LINK_IN_TEXT,
}


def list_flags(document: Mapping[str, Any], note: str, facts: SentFacts, *, looks_known: bool) -> list[str]:
    """The flags of a document, in the order of the words in SubmissionFlag.

    ``looks_known``: it looks like a duplicate of what is on the map.
    """
    words = [*(text for _path, text in list_free_texts(document)), note]
    flags = {TEXT_FLAGS[found.kind] for text in words for found in find_personal(text)}
    claims_much = bool(document.get("is_national")) or facts.serves_a_council
    is_refuge = bool(document.get("is_confidential"))
    checks = {
        SubmissionFlag.OUTSIDE_AREA: facts.is_outside,
        SubmissionFlag.WHOLE_COUNTY: claims_much,
        SubmissionFlag.TOO_FAST: facts.filled_in_s is not None and facts.filled_in_s < FASTEST_S,
        SubmissionFlag.MANY_FROM_ONE: facts.sent_lately >= MOST_A_DAY,
        SubmissionFlag.LOOKS_KNOWN: looks_known,
        SubmissionFlag.MAYBE_REFUGE: not is_refuge and any(REFUGE.search(text) for text in words),
    }
    flags |= {flag for flag, is_so in checks.items() if is_so}
    return [flag.value for flag in SubmissionFlag if flag in flags]


def list_free_texts(part: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every free text of a document with the path to it: (("services", "0", "name"), "Lunch")."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if isinstance(value, str) and key in FREE_TEXT and not _is_of_place(path):
                yield (*path, key), value
            elif isinstance(value, Mapping | list | tuple):
                yield from list_free_texts(value, (*path, key))
    elif isinstance(part, list | tuple):
        for number, value in enumerate(part):
            yield from list_free_texts(value, (*path, str(number)))


def list_served(part: Any) -> list[dict[str, str]]:
    """Every area that a document says is served: layer and code."""
    if isinstance(part, Mapping):
        own = [dict(area) for area in part.get("serves") or ()]
        return own + [area for value in part.values() for area in list_served(value)]
    if isinstance(part, list | tuple):
        return [area for value in part for area in list_served(value)]
    return []


def find_lon_lat(document: Mapping[str, Any]) -> tuple[float, float] | None:
    """The first point a document names: where it meets, before where it is registered."""
    if isinstance(document.get("lon"), float | int) and isinstance(document.get("lat"), float | int):
        return float(document["lon"]), float(document["lat"])
    wholes = [document, *(document.get("services") or ())]
    places = [place for whole in wholes for place in whole.get("places") or ()]
    for place in sorted(places, key=lambda one: one.get("role") != "meets_at"):
        if place.get("lon") is not None and place.get("lat") is not None:
            return float(place["lon"]), float(place["lat"])
    return None


def _is_of_place(path: tuple[str, ...]) -> bool:
    return len(path) > 1 and path[-2] == "places"
