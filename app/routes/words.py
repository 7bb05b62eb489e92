"""What people read for each value, number and date; every word goes through gettext."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal as format_number
from flask_babel import format_date, format_decimal, get_locale, lazy_gettext, ngettext
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from app.actions.clock import today
from app.actions.gap_answers import AreaGap, GapQuestion
from app.actions.gap_values import fill_of
from app.queries.areas import LayerRow
from app.queries.themes import ThemeRow
from app.vocabulary import (
    AskKind,
    Cost,
    FootprintRole,
    GapBand,
    GapState,
    IntroductionOutcome,
    NeedStatus,
    OfferDirection,
    OrganisationKind,
    PledgeRole,
    Referral,
    Role,
    Room,
    Stage,
    SureLevel,
)

L = lazy_gettext
METRES_PER_MINUTE = 80
STALE_AFTER_DAYS = 730

WORDS: dict[type[StrEnum], dict[str, LazyString]] = {
    OrganisationKind: {
        "community_group": L("Community group"),
        "charity": L("Charity"),
        "social_enterprise": L("Social enterprise"),
        "cooperative": L("Co-operative"),
        "club": L("Club"),
        "faith_group": L("Faith group"),
        "public_body": L("Public body"),
        "business": L("Business"),
        "one_person": L("One person with an idea"),
        "network": L("Network"),
        "unknown": L("Organisation"),
    },
    Stage: {
        "idea": L("An idea"),
        "starting": L("Just starting"),
        "established": L("Up and running"),
        "sustained": L("Long established"),
        "closed": L("Closed"),
        "unknown": L("Not known"),
    },
    Cost: {
        "free": L("Free"),
        "donation": L("Pay what you can"),
        "paid": L("There is a charge"),
        "unknown": L("Cost not known"),
    },
    Referral: {
        "not_needed": L("Just turn up"),
        "needed": L("Somebody must refer you"),
        "unknown": L("Not known: ask first"),
    },
    Room: {
        "open": L("Open to new people"),
        "waiting_list": L("There is a waiting list"),
        "full": L("Full at the moment"),
        "unknown": L("Not known: ask first"),
    },
    Role: {
        "moderator": L("moderator"),
        "officer": L("officer"),
        "convener": L("convener"),
        "admin": L("administrator"),
    },
    AskKind: {
        "space": L("A room or a place"),
        "volunteers": L("Volunteers"),
        "funding": L("Money"),
        "equipment": L("Equipment"),
        "skill": L("Somebody with a skill"),
        "mentoring": L("Advice from people who have done it"),
        "transport": L("Lifts and transport"),
    },
    OfferDirection: {"offer": L("Offered"), "ask": L("Asked for")},
    IntroductionOutcome: {
        "helped": L("It helped"),
        "going_on": L("We are still at it"),
        "came_to_nothing": L("It came to nothing"),
        "never_met": L("We never met"),
    },
    PledgeRole: {"start": L("would start one"), "host": L("would host one"), "help": L("would help with one")},
    NeedStatus: {"open": L("Still missing"), "answered": L("Answered"), "closed": L("Closed")},
    FootprintRole: {
        "meets_at": L("meets here"),
        "serves": L("serves a whole area"),
        "registered_at": L("registered address only"),
        "national": L("national or online"),
    },
    GapBand: {
        "fair_share": L("Fair share or better"),
        "a_little_short": L("A little short"),
        "short": L("Short"),
        "very_short": L("Very short"),
        "nearly_all_short": L("Nearly all short"),
    },
    GapState: {
        "score": L("Worked out"),
        "checked_none": L("Checked: none here"),
        "unclear": L("Unclear"),
        "not_enough_data": L("Not enough data"),
    },
    SureLevel: {"sure": L("Sure"), "fairly_sure": L("Fairly sure"), "not_sure": L("Not sure")},
}

AUDIENCES = {
    "anyone": L("Anyone"),
    "babies_and_toddlers": L("Babies and toddlers"),
    "children": L("Children"),
    "young_people": L("Young people"),
    "families": L("Families"),
    "men": L("Men"),
    "women": L("Women"),
    "older_people": L("Older people"),
    "disabled_people": L("Disabled people"),
    "carers": L("Carers"),
    "new_arrivals": L("New arrivals"),
    "lgbt_people": L("LGBT+ people"),
    "veterans": L("Veterans"),
    "faith_community": L("Faith community"),
}

BAND_RANGES = {
    "fair_share": L("less than 5 % short"),
    "a_little_short": L("5 % to 25 % short"),
    "short": L("25 % to 50 % short"),
    "very_short": L("50 % to 75 % short"),
    "nearly_all_short": L("75 % short or more"),
}

WEEKDAYS = (L("Monday"), L("Tuesday"), L("Wednesday"), L("Thursday"), L("Friday"), L("Saturday"), L("Sunday"))


def word(value: StrEnum) -> str:
    return str(WORDS[type(value)][value.value])


def words_of(kinds: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Every value with its word, for a choice."""
    return [(kind.value, word(kind)) for kind in kinds]


THINGS = {AskKind.SKILL: L("A skill"), AskKind.VOLUNTEERS: L("Helping hands")}
"""What a group asks for is somebody; what is offered and asked for on the list is the thing itself."""


def thing(kind: AskKind) -> str:
    return str(THINGS.get(kind) or word(kind))


def things_of(kinds: Iterable[AskKind]) -> list[tuple[str, str]]:
    return [(kind.value, thing(kind)) for kind in kinds]


def outcome_word(key: str) -> str:
    return word(IntroductionOutcome(key))


def audience(key: str) -> str:
    return str(AUDIENCES.get(key, key.replace("_", " ").capitalize()))


def audience_options(keys: Sequence[str]) -> list[tuple[str, str]]:
    return [(key, audience(key)) for key in keys]


def weekday(number: int) -> str:
    return str(WEEKDAYS[number - 1])


def day(value: date | None) -> str:
    return str(format_date(value, "d MMMM yyyy")) if value else _("not known")


def whole(value: float) -> str:
    """People and counts: rounded, with thousands marked."""
    return _decimal(round(value), "#,##0", get_locale())


def tenths(value: float) -> str:
    return _decimal(value, "#,##0.0" if value < 100 else "#,##0", get_locale())


def hundredths(value: float) -> str:
    return _decimal(value, "#,##0.00" if abs(value) < 10 else "#,##0.0", get_locale())


@lru_cache(8192)
def _decimal(value: float, pattern: str, locale: Locale | None) -> str:
    """A table of areas formats a thousand numbers, most of them again when its question changes a little."""
    return str(format_number(value, format=pattern, locale=locale))


def percent(share: float) -> str:
    return f"{round(share * 100)}\N{NO-BREAK SPACE}%"


def distance(metres: float) -> str:
    """850 m, 1.2 km: as people say it."""
    if metres < 995:
        return f"{round(metres / 10) * 10}\N{NO-BREAK SPACE}m"
    return f"{format_decimal(metres / 1000, '#,##0.0')}\N{NO-BREAK SPACE}km"


def walk(metres: float) -> str:
    minutes = max(1, round(metres / METRES_PER_MINUTE))
    return str(_("%(minutes)s-minute walk", minutes=minutes))


def reach_words(question: GapQuestion) -> str:
    """Within reach: a 15-minute walk, 1.2 km on foot."""
    minutes, far = question.minutes, distance(question.reach_m)
    if question.travel == "bus":
        return str(_("Within reach: %(minutes)s minutes by bus, %(distance)s.", minutes=minutes, distance=far))
    if question.travel == "car":
        return str(_("Within reach: %(minutes)s minutes by car, %(distance)s.", minutes=minutes, distance=far))
    on_foot = walk(question.reach_m)
    return str(_("Within reach: a %(walk)s, %(distance)s on foot.", walk=on_foot, distance=far))


def safe_link(address: str | None) -> str | None:
    """A web address a visitor may follow, or None: only http and https, with a host."""
    try:
        parts = urlsplit((address or "").strip())
    except ValueError:
        return None
    return parts.geturl() if parts.scheme in ("http", "https") and parts.hostname else None


def telephone(number: str) -> str:
    """+441614960000 as people here write it; as it stands when it is no number."""
    try:
        return phonenumbers.format_number(
            phonenumbers.parse(number, "GB"), phonenumbers.PhoneNumberFormat.NATIONAL
        )
    except phonenumbers.NumberParseException:
        return number


def band_word(key: str) -> str:
    return word(GapBand(key))


def state_word(key: str) -> str:
    return word(GapState(key))


def fill(row: AreaGap) -> str:
    return fill_of(row.state, row.shortfall)


def as_options(rows: Sequence[ThemeRow | LayerRow]) -> list[tuple[str, str]]:
    return [(row.key, row.name) for row in rows]


KINDS = {"organisation": L("Organisation"), "service": L("Service"), "need": L("Need")}


def kind_word(kind: str) -> str:
    return str(KINDS[kind])


def counted(what: str, count: int, most: int | None = None) -> str:
    """1 service, 1,200 services; more than ``most`` services where nobody counted further."""
    if most is not None and count > most:
        return str(_("more than %(things)s", things=counted(what, most)))
    number = whole(count)
    return str({
        "organisations": ngettext("%(number)s organisation", "%(number)s organisations", count, number=number),
        "services": ngettext("%(number)s service", "%(number)s services", count, number=number),
        "needs": ngettext("%(number)s need", "%(number)s needs", count, number=number),
        "areas": ngettext("%(number)s area", "%(number)s areas", count, number=number),
        "numbers": ngettext("%(number)s number", "%(number)s numbers", count, number=number),
        "grants": ngettext("%(number)s grant", "%(number)s grants", count, number=number),
        "checks": ngettext(
            "%(number)s check on the ground or in lists", "%(number)s checks on the ground or in lists", count,
            number=number,
        ),
    }[what])  # fmt: skip


def language(code: str) -> str:
    """The English name of a language code, or the code when nobody knows it."""
    try:
        return str(Locale.parse(code.replace("-", "_")).get_display_name(get_locale()) or code)
    except (UnknownLocaleError, ValueError):
        return code


def tidy(value: float) -> str:
    """A published number: whole when it is whole, else to at most two places."""
    return str(format_decimal(value, "#,##0.##"))


def is_stale(value: date) -> bool:
    return (today() - value).days > STALE_AFTER_DAYS


FILTERS: dict[str, Callable[..., Any]] = {
    "kind_word": kind_word,
    "counted": counted,
    "language": language,
    "tidy": tidy,
    "is_stale": is_stale,
    "band_word": band_word,
    "state_word": state_word,
    "fill": fill,
    "as_options": as_options,
    "word": word,
    "audience": audience,
    "audience_options": audience_options,
    "words_of": words_of,
    "thing": thing,
    "things_of": things_of,
    "outcome_word": outcome_word,
    "weekday": weekday,
    "day": day,
    "whole": whole,
    "tenths": tenths,
    "hundredths": hundredths,
    "percent": percent,
    "distance": distance,
    "walk": walk,
    "reach_words": reach_words,
    "safe_link": safe_link,
    "telephone": telephone,
}
