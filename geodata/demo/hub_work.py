"""What the hubs of the island have done: who belongs, where they went, whom they found, what they offer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class HubWork:
    """The rows of hub_work.yaml; hubs and wards by their names there."""

    members: tuple[dict[str, Any], ...]
    plans: tuple[dict[str, Any], ...]
    offers: tuple[dict[str, Any], ...]


def read_hub_work() -> HubWork:
    said = yaml.safe_load((Path(__file__).parent / "hub_work.yaml").read_text(encoding="utf-8"))
    return HubWork(tuple(said["members"]), tuple(said["plans"]), tuple(said["offers"]))
