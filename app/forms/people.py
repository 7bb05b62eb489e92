"""What an administrator says about somebody: an address, a role, and where it holds."""

from __future__ import annotations

import re
from uuid import UUID

from app.errors import BadQuestionError
from app.forms.values import Values, read_choice, read_text
from app.queries.accounts import Limit
from app.vocabulary import Role

LIMIT = re.compile(r"area:(\d{1,9})|hub:([0-9a-f-]{36})")


def read_email(values: Values) -> str:
    return read_text(values, "email", longest=254)


def read_role(values: Values) -> Role:
    return Role(read_choice(values, "role", [role.value for role in Role], ""))


def read_limit(values: Values) -> Limit:
    """``area:12``, ``hub:<uuid>``, or nothing: everywhere. Raises BadQuestionError for anything else."""
    typed = read_text(values, "limit")
    if not typed:
        return Limit()
    found = LIMIT.fullmatch(typed)
    try:
        if found and found[1]:
            return Limit(area_id=int(found[1]))
        if found:
            return Limit(hub_id=UUID(found[2]))
    except ValueError:
        pass
    raise BadQuestionError("There is no such area or hub.", "Choose one from the list.", field="limit")


def limit_value(limit: Limit) -> str:
    """As ``read_limit`` reads it."""
    if limit.area_id is not None:
        return f"area:{limit.area_id}"
    return f"hub:{limit.hub_id}" if limit.hub_id is not None else ""
