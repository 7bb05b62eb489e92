"""What the form of a plan offers, in words."""

from __future__ import annotations

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.routes.gap_options import Options


def plan_options(*, has_spaces: bool) -> dict[str, Options]:
    """By the name of the field: what may be chosen, as (value, words)."""
    spaces = [("spaces", _("spaces that somebody offers"))] if has_spaces else []
    return {
        "candidates": [
            ("venues", _("places that are in use already")),
            ("community", _("libraries and community buildings")),
            *spaces,
            ("areas", _("whole areas to visit")),
            ("anywhere", _("anywhere people live")),
            ("own", _("our own list of places")),
        ],
        "goal": [
            ("lack", _("reach people who lack it")),
            ("look", _("look where nobody has looked")),
            ("look_need", _("look where nobody has looked, need first")),
        ],
        "aim": [
            ("most", _("reach as much as can be")),
            ("everyone", _("reach everyone with as few places as can be")),
            ("twice", _("reach people, and most of them twice")),
            ("mean", _("make the walk short on average")),
            ("worst", _("make the longest walk short")),
        ],
        "others": [("spare", _("leave to the other hubs")), ("share", _("go there too"))],
    }


def pounds(value: float) -> str:
    """Pounds, with pence where they matter."""
    return str(format_decimal(value, "#,##0.00" if value < 100 else "#,##0"))


def tenth_percent(share: float) -> str:
    """A share with one decimal: what a place that is moved a little changes is to be seen."""
    return f"{format_decimal(share * 100, '#,##0.0')}\N{NO-BREAK SPACE}%"
