"""Loading the invented island borough."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.actions.find_demo import SOURCE_KEY, WALK_KEY, demo_checksum, is_demo_loaded
from app.actions.load_areas import LayerCard, load_areas
from app.actions.load_demo_people import add_people, add_standards
from app.actions.load_indicators import load_indicators
from app.actions.load_postcodes import load_postcodes
from app.actions.load_records import load_records
from app.actions.load_statements import load_hubs, load_needs, load_surveys
from app.actions.loading import SILENT, LoadReport, Progress, SourceCard, begin_load
from app.actions.make_grid import GridShape, make_grid
from app.actions.make_population_points import make_population_points
from app.queries import Session, loading, loading_site
from app.vocabulary import AreaLayerKind, SurveyKind
from geodata.datasets import Indicator
from geodata.demo import BOROUGH, SMALL_AREAS, WARDS, DemoBorough, make_borough

FILE = "geodata.demo"
LAYERS = (
    LayerCard(BOROUGH, "Borough", "Borough", "2024", AreaLayerKind.COUNCIL),
    LayerCard(WARDS, "Wards", "Ward", "2024", AreaLayerKind.ELECTORAL),
    LayerCard(SMALL_AREAS, "Small areas", "Small area", "2024", AreaLayerKind.STATISTICAL),
)


def load_demo(
    session: Session, *, today: date, if_empty: bool = False, progress: Progress = SILENT
) -> list[LoadReport]:
    """Load the demo; returns no report when it is there already (see ``is_demo_loaded``)."""
    if is_demo_loaded(session, if_empty=if_empty):
        return []
    begin_load(session)
    progress.start("Making the island", None)
    borough = make_borough(today=today)
    card = _card(borough)
    reports = _load_ground(session, borough, card, progress)
    walk_card = replace(card, key=WALK_KEY, title=f"Walk-round of {borough.name} (invented)")
    walks = borough.surveys["kind"] == SurveyKind.WALK_ROUND
    reports += [
        load_records(session, borough.directory, card, file=FILE, today=today, progress=progress),
        load_records(session, borough.walked, walk_card, file=FILE, today=today, progress=progress),
        load_needs(session, borough.needs, card, file=FILE, progress=progress),
        load_hubs(session, borough.hubs, card, file=FILE, progress=progress),
        load_surveys(session, borough.surveys[~walks], card, file=FILE, progress=progress),
        load_surveys(session, borough.surveys[walks], walk_card, file=FILE, progress=progress),
    ]
    is_new_site = _save_site(session, borough)
    add_standards(session)
    if add_people(session, borough) or is_new_site:
        loading.bump_versions(session, loading.VERSION_NAMES)
    return reports


def _card(borough: DemoBorough) -> SourceCard:
    return SourceCard(
        key=SOURCE_KEY, title=f"{borough.name} (invented)", publisher="Made by this program",
        licence="None needed", attribution=f"{borough.name} is invented", note=borough.description,
        checksum=demo_checksum(), is_invented=True,
    )  # fmt: skip


def _load_ground(session: Session, borough: DemoBorough, card: SourceCard, progress: Progress) -> list[LoadReport]:
    """Load the layers, the grid, postcodes, numbers, and where people live."""
    reports = [
        load_areas(
            session, borough.layers[layer.key], layer, card, file=FILE, replace=True, progress=progress
        )
        for layer in LAYERS
    ]  # fmt: skip
    reports.append(make_grid(session, over=BOROUGH, shape=GridShape.SQUARE_MILE, replace=True, progress=progress))
    reports.append(load_postcodes(session, borough.postcodes, card, file=FILE, progress=progress))
    facts = borough.indicator_facts
    reports.append(
        load_indicators(
            session, borough.indicators, [_indicator(row) for row in facts.to_dict("records")], SMALL_AREAS, card,
            file=FILE, measured_on=date.fromisoformat(facts["measured_on"].max()), progress=progress,
        )
    )  # fmt: skip
    reports.append(
        make_population_points(
            session, layer_key=SMALL_AREAS, indicator_key=_key_of(borough, "population"),
            points=borough.population_points, progress=progress,
        )
    )  # fmt: skip
    return reports


def _indicator(facts: Mapping[Hashable, Any]) -> Indicator:
    key = facts["key"]
    return Indicator(key, facts["name"], facts["unit"], facts["direction"], facts["role"], "", key, key)


def _key_of(borough: DemoBorough, role: str) -> str:
    facts = borough.indicator_facts
    return str(facts.loc[facts["role"] == role, "key"].iloc[0])


def _save_site(session: Session, borough: DemoBorough) -> bool:
    code = str(borough.layers[BOROUGH].areas["area_code"].iloc[0])
    return loading_site.upsert_site(
        session,
        name=borough.name,
        layer_key=BOROUGH,
        area_code=code,
        base_layer_key=SMALL_AREAS,
        land_layer_key=BOROUGH,  # an island: what lies around it is sea
        population_key=_key_of(borough, "population"),
        deprivation_key=_key_of(borough, "deprivation"),
        is_invented=borough.is_invented,
    ).any
