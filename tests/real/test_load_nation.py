"""England and Wales: 34,753 outlines and their numbers."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.actions.load_areas import LayerCard, load_areas
from geodata.readers.areas import read_areas
from tests.integration.loading.small_world import card, column

pytestmark = pytest.mark.real


def test_34753_outlines_load_well_under_a_minute(session: Session, shared_data: Path) -> None:
    started = time.monotonic()
    frame = read_areas(shared_data / "areas" / "lsoa11_england_wales.gpkg", "lsoa11_code", "lsoa11_name")
    layer = LayerCard("lsoa-2011", "Small areas (LSOA 2011)", "Small area (LSOA 2011)", "2011")
    report = load_areas(session, frame, layer, card("areas-lsoa-2011"), file="lsoa11_england_wales.gpkg")
    assert time.monotonic() - started < 60
    assert report.tallies["areas"].added == 34_753
    assert column(session, "SELECT count(*) FROM area WHERE size_m2 > 0 AND ST_Within(point_geom, geom)") == [
        34_753
    ]
    again = load_areas(session, frame, layer, card("areas-lsoa-2011"), file="lsoa11_england_wales.gpkg")
    assert not again.changed
