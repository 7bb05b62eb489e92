"""Finding and checking the YAML files of the catalogue: themes, datasets, profiles and cases."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from geodata.problems import InputProblem

FOLDER = Path(__file__).parent


class _Loader(yaml.SafeLoader):
    """A safe loader in which only "true" and "false" are yes and no: a column may be called "No" or "On"."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:bool"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), list("tf"))


def find_file(kind: str, name: Path | str) -> Path:
    """Find "imd-2019" of kind "datasets" in the catalogue, or take ``name`` as the path of a file of one's own."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        if path.is_file():
            return path
        raise InputProblem(path.name, "There is no such file.", "Check the name and the folder.")
    found = FOLDER / kind / f"{path.name}.yaml"
    if found.is_file():
        return found
    if path.is_file():
        raise InputProblem(
            path.name,
            "This is no YAML file.",
            f"Give one that ends in .yaml, or one of: {', '.join(list_names(kind))}.",
        )
    there_are = ", ".join(list_names(kind))
    raise InputProblem(str(name), f"The catalogue has no {kind} entry of this name.", f"There are: {there_are}.")


def list_names(kind: str) -> list[str]:
    """List the names of the catalogue's entries of one kind ("datasets", "profiles", "cases")."""
    return sorted(path.stem for path in (FOLDER / kind).glob("*.yaml"))


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file whose top is a set of named values. Raises InputProblem with the line."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        mark = getattr(error, "problem_mark", None)
        raise InputProblem(
            path.name,
            f"It is not sound YAML ({getattr(error, 'problem', None) or error}).",
            "Check the indents, the colons and the quotation marks.",
            row=None if mark is None else mark.line + 1,
        ) from error
    if not isinstance(content, dict):
        raise InputProblem(path.name, "It holds no named values.", "Copy an entry of the catalogue and change it.")
    return content


class Checked:
    """A mapping from YAML that is taken apart by name, every fault being told with the file and the key."""

    def __init__(self, file: str, content: Any, where: str = "") -> None:
        if not isinstance(content, Mapping):
            raise InputProblem(file, "A set of named values is needed here.", "See docs/borough.md.", column=where)
        self.file, self.where = file, where
        self._content = dict(content)

    def name_of(self, key: str) -> str:
        """Return the place of a key for messages: "steps 3: file"."""
        return f"{self.where}: {key}" if self.where else key

    def fail(self, key: str, problem: str, fix: str) -> InputProblem:
        """Make the error that names the file and the key."""
        return InputProblem(self.file, problem, fix, column=self.name_of(key))

    def allow(self, keys: Collection[str]) -> None:
        """Refuse keys that nothing reads: they are nearly always misspelt."""
        unknown = [key for key in self._content if key not in keys]
        if unknown:
            raise self.fail(
                str(unknown[0]), "This key is not known here.", f"The keys are: {', '.join(sorted(keys))}."
            )

    def has(self, key: str) -> bool:
        """True when the key is there and not empty."""
        return self._content.get(key) is not None

    def raw(self, key: str, default: Any = None) -> Any:
        """Return a value as YAML gave it."""
        return self._content.get(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without ``default`` it is needed."""
        value = self._content.get(key)
        if value is None:
            if default is None:
                raise self.fail(key, "This key is missing.", "Add it; see docs/borough.md.")
            return default
        if isinstance(value, (Mapping, list)):
            raise self.fail(key, "One text is needed here.", "Write it after the colon.")
        return str(value).strip()

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """Return a text that must be one of ``allowed``."""
        value = self.text(key, default)
        if value not in allowed:
            raise self.fail(key, f"“{value}” is not known.", f"Choose one of: {', '.join(allowed)}.")
        return value

    def date(self, key: str) -> dt.date | None:
        """Return a date written as 2026-11-22, or None when the key is absent."""
        value = self._content.get(key)
        if value is None or type(value) is dt.date:
            return value
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError as error:
            raise self.fail(key, f"“{value}” is not a date.", "Write it as 2026-11-22.") from error

    def texts(self, key: str) -> list[str]:
        """Return a list of texts; a single text counts as a list of one, an absent key as none."""
        value = self._content.get(key)
        if value is None:
            return []
        if isinstance(value, Mapping):
            raise self.fail(key, "A list is needed here.", "Write one item per line, each with a dash.")
        return [str(item).strip() for item in (value if isinstance(value, list) else [value])]

    def mapping(self, key: str) -> dict[str, Any]:
        """Return named values with text keys; an absent key counts as none."""
        value = self._content.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self.fail(key, "A set of named values is needed here.", "Write “name: value” lines.")
        return {str(name): item for name, item in value.items()}

    def parts(self, key: str) -> list[Checked]:
        """Return a list of mappings, each ready to be checked."""
        value = self._content.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fail(key, "A list is needed here.", "Write one item per line, each with a dash.")
        return [Checked(self.file, item, f"{self.name_of(key)} {i}") for i, item in enumerate(value, start=1)]

    def part(self, key: str) -> Checked:
        """Return a mapping ready to be checked; an absent key counts as an empty one."""
        return Checked(self.file, self._content.get(key) or {}, self.name_of(key))
