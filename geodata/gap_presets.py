"""Gap questions worth asking, as the catalogue has them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from geodata.catalogue import FOLDER, Checked, read_yaml


@dataclass(frozen=True)
class GapPreset:
    """A question by name; ``ask`` is the part of an address that asks it."""

    name: str
    ask: Mapping[str, str]

    @property
    def theme(self) -> str:
        return self.ask["theme"]


@cache
def list_presets() -> tuple[GapPreset, ...]:
    """Every preset, in the order of the catalogue. Raises InputProblem for one without a name or a theme."""
    path = FOLDER / "gap_presets.yaml"
    found = []
    for part in Checked(path.name, read_yaml(path)).parts("presets"):
        part.allow(("name", "ask"))
        part.part("ask").text("theme")
        found.append(GapPreset(part.text("name"), {key: str(value) for key, value in part.mapping("ask").items()}))
    return tuple(found)


def presets_about(themes: Collection[str]) -> list[GapPreset]:
    """The presets whose theme is one of ``themes``."""
    return [preset for preset in list_presets() if preset.theme in themes]
