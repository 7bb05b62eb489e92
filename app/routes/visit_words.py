"""What people read on the pages of a visit; every word goes through gettext."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from app.actions.visit_finds import PARTS
from app.actions.visits import Became, Kept, themes_of
from app.queries import Session, themes
from app.queries.plans import PlanRow
from app.queries.visits import VisitRow
from app.routes.gap_options import Options
from app.routes.moderation_words import FLAGS
from app.routes.words import audience_options, weekday
from app.vocabulary import AUDIENCES, VisitOutcome


def visit_options() -> Options:
    """What may come of a visit, as (value, words)."""
    return [
        ("met", _("Met somebody, it is running")),
        ("closed", _("It has closed")),
        ("call_back", _("Call back another time")),
        ("wants_to_start", _("Somebody wants to start something")),
        ("nobody_there", _("Nobody was there")),
    ]


def outcome_words() -> dict[str, str]:
    """What came of a visit, by value."""
    return {**dict(visit_options()), "looked": _("Looked at everything there")}


def noted_words(row: VisitRow) -> str:
    """What came of one visit, with what it did."""
    if row.brought_a_group:
        return str(_("Found, and sent in"))
    if row.outcome == VisitOutcome.MET and row.organisation_id:
        return str(_("Something is different")) if row.submission_id else str(_("Still right"))
    return outcome_words()[row.outcome.value]


def listing_options() -> Options:
    """The buttons beside a listing, as (value, words)."""
    return [
        ("met", _("Still right")),
        ("closed", _("Closed")),
        ("call_back", _("Call back")),
        ("nobody_there", _("Nobody there")),
    ]


def visit_choices(session: Session, plan: PlanRow) -> dict[str, Any]:
    """What the forms of a visit offer; the themes of the plan come first."""
    rows = themes.list_themes(session)
    asked = themes_of(plan)
    first = [row for row in rows if row.key in asked]
    return {
        "outcomes": visit_options(),
        "noted_words": noted_words,
        "buttons": listing_options(),
        "themes": [(row.key, row.name) for row in [*first, *(row for row in rows if row.key not in asked)]],
        "looked_for": [(row.key, row.name) for row in first],
        "weekdays": [(str(number), weekday(number)) for number in range(1, 8)],
        "parts": [(key, {"morning": _("morning"), "afternoon": _("afternoon"), "evening": _("evening")}[key])
                  for key in PARTS],
        "audiences": audience_options(AUDIENCES),
    }  # fmt: skip


def became_words(kept: Kept) -> str:
    """What became of a note, as the person who made it reads it."""
    words: dict[Became, str] = {
        Became.KEPT: _("Kept."),
        Became.KNOWN: _("This had arrived before; it is kept once."),
        Became.CONFIRMED: _("Confirmed as still right."),
        Became.CLOSING: _("A moderator is asked to close the entry. Until then it stays."),
        Became.TOLD: _("A moderator is told what is different. Until then the entry stays as it is."),
        Became.GONE: _("That entry is no longer on the map here, so nothing was changed. The note is kept."),
        Became.ON_MAP: _("It is on the map."),
        Became.WAITING: _("A moderator looks at it before it is on the map. %(why)s", why=_why(kept)),
        Became.LOOKED: _("Kept as looked at. What is blank there now means none was found."),
        Became.WRITTEN_TO: _("Kept. A letter asks them to confirm; nothing is passed on before they do."),
    }
    return words[kept.became]


def _why(kept: Kept) -> str:
    if kept.is_elsewhere:
        return str(_("It is outside the areas of your hub, or nobody knows yet where it is."))
    return " ".join(str(FLAGS[flag][1]) for flag in kept.flags)
