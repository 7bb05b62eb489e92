"""Two documents side by side, fact by fact: what somebody wants changed, and what changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, Any]
Key = tuple[str, str, str]  # service, field, which one of several

EMPTY: tuple[Any, ...] = (None, "", [], (), False, "unknown")
"""What says nothing; such a fact is not worth a line."""


@dataclass(frozen=True)
class Difference:
    """One fact: ``service`` whose it is (empty: of the group itself), its ``field``, and three values of it.

    ``old`` is what the sender saw, ``now`` what stands today, ``new`` what she wants; None where there is none.
    """

    service: str
    field: str
    old: Any
    now: Any
    new: Any

    @property
    def is_change(self) -> bool:
        return bool(self.new != self.now)

    @property
    def is_conflict(self) -> bool:
        """Changed here and there, and not to the same."""
        return self.old not in (self.now, self.new) and self.now != self.new


def compare(old: Facts | None, now: Facts | None, new: Facts) -> list[Difference]:
    """Every fact that one of the three has, in the order of the form; ``now`` None: nothing stands yet."""
    sides = [dict(_flatten(side or {})) for side in (old if old is not None else now, now, new)]
    names = _service_names(sides)
    keys = dict.fromkeys(key for side in (sides[2], sides[1], sides[0]) for key in side)
    ordered = sorted(keys, key=lambda key: _rank(key, list(names)))
    return [
        Difference(names.get(key[0], ""), key[1], *(side.get(key) for side in sides)) for key in ordered
    ]  # fmt: skip


def _flatten(document: Facts, service: str = "") -> Iterator[tuple[Key, Any]]:
    for field, value in document.items():
        if field == "services":
            for number, one in enumerate(value):
                yield from _flatten(one, str(one.get("id") or f"new {number} {one.get('name')}"))
        elif field == "places":
            for number, place in enumerate(value):
                shown = {key: part for key, part in place.items() if key != "id"}
                yield (service, "place", str(number)), shown
        elif field != "id" and value not in EMPTY:
            yield (service, field, ""), value


def _service_names(sides: list[dict[Key, Any]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for side in reversed(sides):
        for (service, field, _which), value in side.items():
            if service and field == "name":
                names.setdefault(service, str(value))
    return names


def _rank(key: Key, services: list[str]) -> tuple[int, int]:
    service, field, _which = key
    whose = services.index(service) + 1 if service in services else 0
    return whose, 0 if field == "name" else 1
