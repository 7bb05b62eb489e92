"""How a visitor says which patch she means."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.patches import MOST_LETTERS, MOST_MINUTES
from app.forms.values import Values, read_choice, read_text, read_whole_number

PATCH_FIELDS = ("how", "corners", "join_layer", "join", "near", "walk")
WAYS = ("draw", "join", "near")


@dataclass(frozen=True)
class PatchAnswer:
    """One of three ways; ``how`` is "" while nothing is said."""

    how: str
    corners: str
    layer: str
    names: tuple[str, ...]
    near: str
    minutes: int


def read_patch_answer(values: Values) -> PatchAnswer:
    """Raises BadQuestionError that names the field."""
    names = read_text(values, "join", longest=MOST_LETTERS).replace(";", ",").split(",")
    return PatchAnswer(
        how=read_choice(values, "how", ("", *WAYS), ""),
        corners=read_text(values, "corners", longest=MOST_LETTERS),
        layer=read_text(values, "join_layer"),
        names=tuple(name.strip() for name in names if name.strip()),
        near=read_text(values, "near"),
        minutes=read_whole_number(values, "walk", 10, least=1, most=MOST_MINUTES) or 10,
    )
