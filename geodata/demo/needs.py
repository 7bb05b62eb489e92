"""What islanders say is missing, the hubs that listen, and where somebody has looked."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from geodata.demo.organisations import Island
from geodata.demo.people import to_degrees
from geodata.frames import HUB_COLUMNS, NEED_COLUMNS, SURVEY_COLUMNS

# Localities where nobody has looked at all, and themes that were left out of some walk-rounds.
UNSEEN = ("Brannel", "Skarth", "High Moor", "Fordend", "Whinfold", "Aerodrome")
SEEN_LONG_AGO = ("Cold Ness", "Pellow", "Marram")
SKIPPED_THEMES = ("faith", "repair-and-reuse", "bereavement", "carers", "digital", "getting-around")
LISTED_THEMES = {"health": 190, "sport": 420}


def _said() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "needs.yaml").read_text(encoding="utf-8"))
    return said


def make_needs(island: Island, today: date, rng: np.random.Generator) -> pd.DataFrame:
    """NEED_COLUMNS; every point is rough, among the homes of the locality it was said in."""
    number_of = {name: i for i, name in enumerate(island.localities["name"])}
    rows = []
    for number, (theme, locality, statement, audience, support, status) in enumerate(_said()["needs"], 1):
        homes = np.flatnonzero(island.homes.area == number_of[locality])
        spot = to_degrees(island.homes.middles_m[[int(rng.choice(homes))]])[0]
        raised = today - timedelta(days=int(rng.integers(20, 420)))
        rows.append((f"need-{number:02d}", theme, statement, audience, *spot, "rough", support, status, raised))
    return pd.DataFrame(rows, columns=list(NEED_COLUMNS))


def make_hubs(island: Island) -> pd.DataFrame:
    """HUB_COLUMNS; a hub's patches are wards."""
    rows = [
        (f"hub-{n}", hub["name"], hub["summary"], "ward-2024", [island.ward_codes[ward] for ward in hub["wards"]])
        for n, hub in enumerate(_said()["hubs"], 1)
    ]
    return pd.DataFrame(rows, columns=list(HUB_COLUMNS))


def make_surveys(
    island: Island, area_codes: list[str], themes: list[str], today: date, rng: np.random.Generator
) -> pd.DataFrame:
    """SURVEY_COLUMNS: two published lists for the borough, and walk-rounds of most small areas by theme."""
    rows: list[tuple[Any, ...]] = [
        (
            theme,
            "borough-2024",
            island.borough_code,
            "published_list",
            today - timedelta(days=days),
            0.95,
            "The council's own list",
        )
        for theme, days in LISTED_THEMES.items()
    ]
    walked = [theme for theme in themes if theme not in SKIPPED_THEMES and theme not in LISTED_THEMES]
    for code, name in zip(area_codes, island.localities["name"], strict=True):
        if name in UNSEEN:
            continue
        days = int(rng.integers(800, 1500) if name in SEEN_LONG_AGO else rng.integers(30, 600))
        seen = rng.choice(["", *SKIPPED_THEMES], size=3, replace=False)
        rows += [
            (
                theme,
                "small-area-2024",
                code,
                "walk_round",
                today - timedelta(days=days),
                None,
                "Walked by volunteers",
            )
            for theme in [*walked, *sorted(filter(None, seen))]
        ]
    return pd.DataFrame(rows, columns=list(SURVEY_COLUMNS))
