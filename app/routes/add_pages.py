"""What each question of the add form needs beside its fields: choices, areas, a map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.actions.add import document_of, holder_of, may_agree, may_see, meeting_place, spot_of
from app.actions.add_reach import AS_IT_IS, DRAWN, EVERYWHERE, NEARBY, list_choices, list_more, name_areas
from app.actions.add_steps import TooWideError
from app.actions.themes import guess_themes, list_themes
from app.errors import BadQuestionError
from app.forms.add import LANGUAGES
from app.maps.render import corners_map, pin_map
from app.models import Draft
from app.queries import Session
from app.routes import add_words as words
from app.routes.words import AUDIENCES, WORDS, language
from app.vocabulary import LocationPrivacy, OrganisationKind, Stage

Context = dict[str, Any]


def context_of(
    session: Session, draft: Draft, step: str, at: int, filled: Mapping[str, Any], error: BadQuestionError | None
) -> Context:
    make = CONTEXTS.get(step)
    return make(session, draft, at, filled, error) if make else {}


def _place(
    session: Session, draft: Draft, at: int, filled: Mapping[str, Any], error: BadQuestionError | None
) -> Context:
    place = meeting_place(document_of(draft), at)
    is_private = place is not None and not may_see(draft, place)
    has_pin = bool(filled.get("lon") and filled.get("lat"))
    drawing = pin_map(ground_of(session, spot_of(draft)), label_id="map-label") if has_pin else None
    is_rough = bool((draft.answers.get("spot") or {}).get("is_exact") is False)
    return {"is_private": is_private, "drawing": drawing, "is_rough": is_rough}


def _what(
    session: Session, draft: Draft, at: int, filled: Mapping[str, Any], error: BadQuestionError | None
) -> Context:
    """The themes, those first that the words of the group point at."""
    document = document_of(draft)
    meant = guess_themes(document.services[at].name, document.services[at].description or document.summary)
    themes = sorted(list_themes(session), key=lambda theme: meant.index(theme.key) if theme.key in meant else 99)
    return {"themes": [(theme.key, theme.name, theme.description) for theme in themes]}


def _when(
    session: Session, draft: Draft, at: int, filled: Mapping[str, Any], error: BadQuestionError | None
) -> Context:
    return {"weeks": words.WEEK_CHOICES}


def _who(
    session: Session, draft: Draft, at: int, filled: Mapping[str, Any], error: BadQuestionError | None
) -> Context:
    codes = dict.fromkeys([*LANGUAGES, *filled.get("languages", ())])
    return {
        "audiences": list(AUDIENCES.items()),
        "languages": [(code, language(code)) for code in codes],
        "costs": words.COST_CHOICES,
    }


def _getting_in(
    session: Session, draft: Draft, at: int, filled: Mapping[str, Any], error: BadQuestionError | None
) -> Context:
    return {"joins": words.JOIN_CHOICES, "yes_no": words.YES_NO_CHOICES}


def _people_from(
    session: Session, draft: Draft, at: int, filled: Mapping[str, Any], error: BadQuestionError | None
) -> Context:
    spot, document = spot_of(draft), document_of(draft)
    served = name_areas(session, holder_of(document, at).serves)
    choices: list[tuple[str, Any, Any]] = []
    if filled.get("reach") == AS_IT_IS or len(served) > 1:
        choices.append((AS_IT_IS, _("As it is now"), ", ".join(area.name for area in served[:8])))
    around = list_choices(session, spot)
    for number, area in enumerate(around):
        choices.append((area.value, area.name, str(area.singular)))
        if number == 0:
            choices.append(
                (NEARBY, _("The streets around it too"), _("%(name)s and the areas next to it", name=area.name))
            )
    known = {choice[0] for choice in choices}
    choices += [
        (area.value, area.name, area.singular) for area in served if len(served) == 1 and area.value not in known
    ]
    choices.append((EVERYWHERE, _("Anywhere"), _("It is online or by phone")))
    return {
        "choices": choices,
        "more": [(area.value, area.name) for area in list_more(session)],
        "wide": error.area if isinstance(error, TooWideError) else "",
        "drawn": DRAWN,
        "drawing": corners_map(ground_of(session, spot), *(spot or (None, None)), label_id="map-label"),
    }


def _privacy(
    session: Session, draft: Draft, at: int, filled: Mapping[str, Any], error: BadQuestionError | None
) -> Context:
    place = meeting_place(document_of(draft), at)
    is_home = bool(draft.answers.get("is_home"))
    is_middle = (draft.answers.get("spot") or {}).get("is_exact") is False
    return {
        "privacies": words.PRIVACY_CHOICES if place else (words.NOWHERE_CHOICE, words.PRIVACY_CHOICES[-1]),
        "is_home": is_home,
        "is_middle": is_middle and place is not None and place.privacy != LocationPrivacy.EXACT,
    }


def _room(
    session: Session, draft: Draft, at: int, filled: Mapping[str, Any], error: BadQuestionError | None
) -> Context:
    return {"rooms": words.ROOM_CHOICES, "asks": words.ASK_CHOICES}


def _contact(
    session: Session, draft: Draft, at: int, filled: Mapping[str, Any], error: BadQuestionError | None
) -> Context:
    is_group = draft.answers["kind"] in ("new_group", "claim")
    return {
        "is_group": is_group, "is_known": bool(draft.answers.get("contact_id")), "may_agree": may_agree(draft),
    }  # fmt: skip


def _about(
    session: Session, draft: Draft, at: int, filled: Mapping[str, Any], error: BadQuestionError | None
) -> Context:
    kinds = [(key, label) for key, label in WORDS[OrganisationKind].items() if key != "unknown"]
    stages = [(key, label) for key, label in WORDS[Stage].items() if key != "unknown"]
    not_sure = ("unknown", _("I am not sure"))
    return {"kinds": [*kinds, not_sure], "stages": [*stages, not_sure]}


def ground_of(session: Session, spot: tuple[float, float] | None) -> str:
    """Where the map fetches its ground: the small areas around the spot, else the borders of the place."""
    around = list_choices(session, spot)
    if not around:
        return url_for("tiles.borders")
    layer, _colon, code = around[0].value.partition(":")
    return url_for("tiles.area", layer=layer, area_code=code)


CONTEXTS: dict[str, Callable[..., Context]] = {
    "place": _place,
    "what": _what,
    "when": _when,
    "who": _who,
    "getting-in": _getting_in,
    "people-from": _people_from,
    "privacy": _privacy,
    "room": _room,
    "contact": _contact,
    "about": _about,
}
