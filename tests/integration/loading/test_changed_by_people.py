"""What a person put right stays right when the list is loaded again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.group_documents import GroupDocument, Identifier, read_group, save_group
from app.actions.load_records import load_records
from app.actions.loading import LoadReport
from tests.integration.loading.small_world import TODAY, card, club, column, fingerprint, records


def load(session: Session, clubs: list[dict[str, Any]], key: str = "clubs") -> LoadReport:
    return load_records(session, records(clubs), card(key), file=f"{key}.csv", today=TODAY)


def two_clubs(**changes: Any) -> list[dict[str, Any]]:
    return [club("1", "Supper club", (100, 100), **changes), club("2", "The shed", (1500, 1500), **changes)]


def put_right(session: Session) -> UUID:
    """Somebody changes the name, the place, and leaves out the theme and the times."""
    group_id = UUID(str(session.scalar(text("SELECT id FROM organisation WHERE source_ref = '1'"))))
    document, version = read_group(session, group_id)
    service = document.services[0]
    moved = service.places[0].model_copy(update={"name": "New hall", "lon": -2.5})
    changed = service.model_copy(update={"themes": ("company",), "when": (), "places": (moved,), "name": "Soup"})
    save_group(
        session, document.model_copy(update={"name": "Soup club", "services": (changed,)}), today=TODAY,
        organisation_id=group_id, base_version=version,
    )  # fmt: skip
    return group_id


def test_a_list_that_changed_leaves_what_a_person_changed(session: Session) -> None:
    load(session, two_clubs())
    group_id = put_right(session)
    before = read_group(session, group_id)
    report = load(session, two_clubs(service__cost="paid", place__name="Old hall", organisation__summary="Old"))
    assert read_group(session, group_id) == before
    assert any("1 organisations were left as they are" in note for note in report.notes)
    assert report.tallies["services"].changed == 1
    assert column(session, "SELECT summary FROM organisation WHERE source_ref = '2'") == ["Old"]


def test_the_same_list_again_changes_nothing_at_all(session: Session) -> None:
    load(session, two_clubs())
    put_right(session)
    before = fingerprint(session)
    load(session, two_clubs())
    assert fingerprint(session) == before


def test_a_list_that_dropped_it_does_not_call_it_missing(session: Session) -> None:
    load(session, two_clubs())
    put_right(session)
    report = load(session, [])
    assert report.tallies["organisations"].missing == 1
    assert column(session, "SELECT source_ref FROM organisation WHERE missing_since IS NOT NULL") == ["2"]
    assert column(session, "SELECT count(*) FROM service WHERE missing_since IS NOT NULL") == [1]


def test_a_place_that_others_still_use_is_still_brought_up_to_date(session: Session) -> None:
    both = two_clubs()
    frame = records(both)
    frame.footprints.loc[1, "place_ref"] = "1@1"
    load_records(session, frame, card("clubs"), file="clubs.csv", today=TODAY)
    put_right(session)
    renamed = records(two_clubs(place__name="Old hall"))
    renamed.footprints.loc[1, "place_ref"] = "1@1"
    load_records(session, renamed, card("clubs"), file="clubs.csv", today=TODAY)
    names = "SELECT p.name FROM place p JOIN footprint f ON f.place_id = p.id JOIN organisation o " \
        "ON o.id = f.organisation_id ORDER BY o.source_ref"  # fmt: skip
    assert column(session, names) == ["New hall", "Old hall"]


def test_a_list_that_names_a_group_people_added_adds_nothing_to_it(session: Session) -> None:
    load(session, [club("9", "Other", (0, 0))], key="other")
    number = Identifier(scheme="GB-CHC", identifier="123456")
    group_id, _version = save_group(session, GroupDocument(name="Choir", identifiers=(number,)), today=TODAY)
    before = read_group(session, group_id)
    report = load(session, [club("1", "Choir", (0, 0), organisation__identifiers=[("GB-CHC", "123456")])])
    assert read_group(session, group_id) == before
    assert not any("known from another source" in note for note in report.notes)
    assert column(session, "SELECT count(*) FROM organisation") == [2]
