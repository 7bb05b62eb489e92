"""Numbers per area: joined by code, refused when the codes are of another year."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.actions.load_indicators import load_indicators
from app.errors import LoadRefusedError
from geodata.problems import InputProblem
from tests.integration.loading.small_world import (
    BLOCK_CODES,
    BLOCKS,
    CARS,
    PEOPLE,
    SCORE,
    card,
    column,
    fingerprint,
    load_blocks,
    load_people,
    values_frame,
    versions,
)

SCORES = {code: float(i) for i, code in enumerate(BLOCK_CODES)}


def load_scores(session: Session, scores: dict[str, float], **options: bool) -> object:
    return load_indicators(
        session, values_frame({"score": scores}), [SCORE], BLOCKS.key, card("indicators-score"), file="score.csv",
        **options,
    )  # fmt: skip


def test_values_are_joined_by_code(session: Session) -> None:
    load_blocks(session)
    report = load_people(session)
    assert report.tallies["values"].added == 9
    found = column(
        session,
        "SELECT value FROM indicator_value v JOIN area a ON a.id = v.area_id WHERE area_code = 'B11'",
    )
    assert found == [104.0]


def test_same_file_again_changes_nothing_one_new_value_changes_one(session: Session) -> None:
    load_blocks(session)
    load_people(session)
    before, version = fingerprint(session), versions(session)["indicators"]
    assert not load_people(session).changed
    assert fingerprint(session) == before
    people = {code: 100.0 + i for i, code in enumerate(BLOCK_CODES)} | {"B11": 5.0}
    report = load_people(session, people)
    assert (report.tallies["values"].changed, report.tallies["values"].added) == (1, 0)
    assert versions(session)["indicators"] > version


def test_values_elsewhere_are_off_this_map_not_wrong(session: Session) -> None:
    load_blocks(session)
    people = dict.fromkeys(BLOCK_CODES, 1.0) | {f"X{i}": 1.0 for i in range(90)}
    report = load_people(session, people)
    assert report.tallies["values"].added == 9
    assert report.notes == ["90 of 99 values are for areas outside this map."]
    assert report.problems == []


def test_codes_of_another_year_are_refused_with_how_many_matched(session: Session) -> None:
    load_blocks(session)
    before = fingerprint(session)
    scores = dict.fromkeys(BLOCK_CODES[:7], 1.0) | {"OLD1": 1.0, "OLD2": 1.0}
    with pytest.raises(LoadRefusedError, match="7 of 9 areas of Blocks are in the file; 2 get no") as refusal:
        load_scores(session, scores)
    assert "--allow-missing" in str(refusal.value)
    assert fingerprint(session) == before


def test_allow_missing_loads_and_lists_each_area(session: Session) -> None:
    load_blocks(session)
    scores = dict.fromkeys(BLOCK_CODES[:7], 1.0) | {"OLD1": 1.0}
    report = load_scores(session, scores, allow_missing=True)
    listed = [problem.problem for problem in report.problems]  # type: ignore[attr-defined]
    assert "The area “B21” has no row in the file." in listed
    assert "The area “B22” has no row in the file." in listed
    assert column(session, "SELECT count(*) FROM indicator_value") == [7]


def test_a_file_about_a_part_of_the_map_is_noted(session: Session) -> None:
    load_blocks(session)
    report = load_indicators(
        session, values_frame({"no-car": {"B00": 10.0}}), [CARS], BLOCKS.key, card("cars"), file="cars.csv"
    )
    assert report.notes == ["The file is about 1 of the 9 areas of Blocks; the others have no value."]


def test_people_must_be_known_everywhere(session: Session) -> None:
    load_blocks(session)
    with pytest.raises(LoadRefusedError, match="8 of 9"):
        load_people(session, dict.fromkeys(BLOCK_CODES[:8], 1.0))


def test_no_code_in_common_is_refused(session: Session) -> None:
    load_blocks(session)
    with pytest.raises(InputProblem, match="None of the 9 areas"):
        load_people(session, {"X1": 1.0})


def test_a_layer_that_is_not_loaded_is_named(session: Session) -> None:
    load_blocks(session)
    people = values_frame({"people": {"B00": 1.0}})
    with pytest.raises(LoadRefusedError, match=r"layer “ward-1”, which is not loaded.*Layers loaded: block-1"):
        load_indicators(session, people, [PEOPLE], "ward-1", card("p"), file="p.csv")


def test_values_that_left_the_file_leave_the_map(session: Session) -> None:
    load_blocks(session)
    for numbers in (SCORES, {code: SCORES[code] for code in BLOCK_CODES[1:]}):
        report = load_scores(session, numbers)
    assert report.tallies["values"].removed == 1  # type: ignore[attr-defined]
    assert column(session, "SELECT count(*) FROM indicator_value") == [8]
