"""Where a typed place is, and what is said when nobody knows."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.actions.spots import SpotKind, UnknownSpotError, locate
from app.queries.spots import find_base_area, list_areas_at


@pytest.mark.parametrize("typed", ["ZZ1 1AA", "zz11aa", " zz1  1aa ", "ZZ1-1AA"])
def test_a_postcode_in_any_writing(town: Session, typed: str) -> None:
    spot = locate(town, typed)
    assert (spot.label, spot.kind, spot.is_exact, spot.note) == ("ZZ1 1AA", SpotKind.POSTCODE, True, "")


def test_a_postcode_out_of_use_still_leads_there_and_says_so(town: Session) -> None:
    spot = locate(town, "zz9 9zz")
    assert "no longer in use" in spot.note


def test_the_first_half_of_a_postcode_is_its_middle(town: Session) -> None:
    first, second = locate(town, "ZZ1 1AA"), locate(town, "ZZ1 2AA")
    spot = locate(town, "zz1")
    assert spot.kind == SpotKind.OUTWARD
    assert first.lon < spot.lon < second.lon
    assert not spot.is_exact


@pytest.mark.parametrize(("typed", "name"), [("web town", "Web Town"), ("SOUTH WEST", "South West")])
def test_the_name_of_an_area(town: Session, typed: str, name: str) -> None:
    spot = locate(town, typed)
    assert (spot.label, spot.kind) == (name, SpotKind.NAME)
    assert spot.area_id is not None


def test_a_name_that_several_areas_share_is_the_middle_of_them(town: Session) -> None:
    spot, west, east = (locate(town, name) for name in ("south", "South West", "South East"))
    assert spot.label == "South"
    assert spot.others == ("South East", "South West")
    assert west.lon < spot.lon < east.lon


@pytest.mark.parametrize("typed", ["53.45, -2.31", "53.45,-2.31", "53.450001,-2.310001"])
def test_a_position_is_rounded_to_eleven_metres(town: Session, typed: str) -> None:
    spot = locate(town, typed)
    assert (spot.lat, spot.lon, spot.kind) == (53.45, -2.31, SpotKind.POSITION)


@pytest.mark.parametrize(
    ("typed", "fix", "suggestions"),
    [
        ("ZZ1 1AD", "Is it ZZ1 1A", 1),
        ("ZZ1 3AA", "postcodes here begin with ZZ1", 0),
        ("AB10 1AA", "postcodes here begin with ZZ1", 0),
        ("Suth West", "Did you mean South West", 1),
        ("qqqqqqq", "Check the spelling", 0),
        ("%_\\", "Check the spelling", 0),
        ("91,0", "Type a postcode", 0),
        ("", "Check the spelling", 0),
    ],
)
def test_an_unknown_place_says_what_to_do(town: Session, typed: str, fix: str, suggestions: int) -> None:
    with pytest.raises(UnknownSpotError) as caught:
        locate(town, typed, field="where")
    assert fix in caught.value.fix
    assert caught.value.field == "where"
    assert len(caught.value.suggestions) >= suggestions


def test_letters_and_digits_that_look_alike(town: Session) -> None:
    with pytest.raises(UnknownSpotError, match="ZZ1 1AA"):
        locate(town, "ZZ1 IAA")


def test_the_areas_of_a_spot_and_the_one_people_are_counted_by(town: Session) -> None:
    spot = locate(town, "ZZ1 1AA")
    areas = list_areas_at(town, spot.lon, spot.lat)
    assert len(areas) == 3
    assert find_base_area(town, spot.lon, spot.lat) == areas[0]
    assert find_base_area(town, 0.0, 0.0) is None
