"""Every LSOA of England and Wales as one background run: kept, and opened without a sum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions import gap_runs
from app.actions.clock import today
from app.actions.gap_answers import GapQuestion
from app.actions.gap_run_store import find_kept
from app.actions.load_areas import LayerCard, load_areas
from app.queries.versions import RECORDS, bump_versions, get_version
from app.vocabulary import GapRunState
from geodata.readers.areas import read_areas
from tests.integration.loading.small_world import card

pytestmark = pytest.mark.real

LSOAS, HALLS = 34_753, 20_000
PEOPLE = """
    INSERT INTO population_point (area_id, geom, x_m, y_m, share, people)
    SELECT id, point_geom, ST_X(m), ST_Y(m), 1, 1600 FROM area, ST_Transform(point_geom, 27700) AS m;
    INSERT INTO point_area
    SELECT a.area_layer_id, p.id, a.id FROM population_point p JOIN area a ON a.id = p.area_id;
    INSERT INTO theme (key, name, question, description, icon, sort_order)
    VALUES ('food', 'Food', 'Who lacks it?', '', 'bowl', 1) ON CONFLICT DO NOTHING;
    INSERT INTO survey (area_id, kind, checked_on, source_id)
    SELECT a.id, 'published_list', CAST(:day AS date), l.source_id
    FROM area a JOIN area_layer l ON l.id = a.area_layer_id
"""
GROUPS = """
    WITH at AS (SELECT row_number() OVER (ORDER BY id) AS n, point_geom FROM area),
    chosen AS (
        SELECT generate_series AS n, CAST(:step AS float) * generate_series AS at FROM generate_series(1, :halls)),
    one AS (
        INSERT INTO organisation (name, kind, stage, review_status, source_id, source_ref)
        SELECT 'Hall ' || n, 'charity', 'established', 'approved', (SELECT min(id) FROM source), 'hall ' || n
        FROM chosen RETURNING id, source_ref),
    two AS (
        INSERT INTO service (organisation_id, name, audiences, languages, cost, referral, is_online, review_status,
            source_id, source_ref)
        SELECT id, source_ref, '{}', '{}', 'free', 'unknown', false, 'approved', (SELECT min(id) FROM source),
            source_ref FROM one RETURNING id, organisation_id, source_ref),
    three AS (
        INSERT INTO place (name, geom, privacy, source_id, source_ref)
        SELECT 'Hall', a.point_geom, 'exact', (SELECT min(id) FROM source), 'hall ' || c.n
        FROM chosen c JOIN at a ON a.n = floor(c.at)::int RETURNING id, source_ref),
    four AS (INSERT INTO service_theme (service_id, theme_key) SELECT id, 'food' FROM two)
    INSERT INTO footprint (organisation_id, service_id, role, place_id)
    SELECT two.organisation_id, two.id, 'meets_at', three.id FROM two JOIN three USING (source_ref)
"""


def test_a_run_about_every_small_area_is_kept_and_opens_at_once(session: Session, shared_data: Path) -> None:
    frame = read_areas(shared_data / "areas" / "lsoa11_england_wales.gpkg", "lsoa11_code", "lsoa11_name")
    layer = LayerCard("lsoa-2011", "Small areas (LSOA 2011)", "Small area (LSOA 2011)", "2011")
    load_areas(session, frame, layer, card("areas-lsoa-2011"), file="lsoa11_england_wales.gpkg")
    session.execute(text("SET LOCAL statement_timeout = 0"))
    for statement in PEOPLE.split(";"):
        session.execute(text(statement), {"day": today()} if ":day" in statement else {})
    session.execute(text(GROUPS), {"halls": HALLS, "step": LSOAS / HALLS})
    bump_versions(session, [RECORDS])
    session.commit()
    question = GapQuestion("food", "lsoa-2011", "", 1_200)
    (run_id,) = gap_runs.ask_for_runs(session, question, ["food"])
    session.commit()
    seen: list[float] = []

    def commit() -> None:
        session.commit()
        seen.append(gap_runs.list_runs(session)[0].done_share)

    gap_runs.run(session, run_id, commit)
    assert gap_runs.list_runs(session)[0].state == GapRunState.DONE
    assert seen == sorted(seen)
    assert seen[-1] == 1
    kept = find_kept(session, get_version(session), question)
    assert kept is not None
    assert len(kept.rows) == LSOAS
    assert kept.services_counted == HALLS
    without = np.array([row.people_without or 0 for row in kept.rows if row.rank])
    assert (np.diff(without) <= 1e-9).all()
    assert kept.people == pytest.approx(LSOAS * 1_600)
