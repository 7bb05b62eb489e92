"""Two entries for one group: found by what they share, merged without loss, parted again, or told apart."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.actions.contacts import add_contact
from app.actions.duplicates import find_survivor, list_alike, list_pairs, merge, part, say_not_same
from app.actions.group_documents import Identifier, read_group, save_group
from app.errors import BadQuestionError, ChangedMeanwhileError, NotFoundError
from app.models import Account
from app.vocabulary import ContactPurpose
from tests.integration.moderation.sent import TODAY, choir, column, kitchen_id, send_group

NUMBER = (Identifier(scheme="GB-CHC", identifier="279417"),)


def known_choir(town: Session, **changes: Any) -> Any:
    return save_group(town, choir(town, **changes), today=TODAY)[0]


@pytest.mark.parametrize(
    "name", ["Chapel Lane Choir", "chapel lane choir", "The Chapel Lane Choir", "Chapel Ln Choir"]
)
def test_a_like_name_nearby_is_found(town: Session, name: str) -> None:
    known = known_choir(town)
    sent = send_group(town, choir(town, name=name))
    assert [one.row.id for one in list_alike(town, sent.document)] == [known]
    assert "looks_known" in sent.flags


def test_a_register_number_finds_another_name(town: Session) -> None:
    known = known_choir(town, name="Singing Together", identifiers=NUMBER)
    found = list_alike(town, choir(town, identifiers=NUMBER).model_dump(mode="json"))
    assert [(one.row.id, one.score) for one in found] == [(known, 1.0)]


@pytest.mark.parametrize("name", ["Methodist Toddlers", "Chapel Lane Choir 2", "Chapel Lane Library"])
def test_a_different_name_at_the_same_door_is_not_found(town: Session, name: str) -> None:
    known_choir(town, name=name)
    assert list_alike(town, choir(town).model_dump(mode="json")) == []


def test_pairs_on_the_map_are_listed_until_told_apart(town: Session, moderator: Account) -> None:
    one, other = known_choir(town), known_choir(town, name="The Chapel Lane Choir")
    (pair,) = list_pairs(town)
    assert {pair.row.one_id, pair.row.other_id} == {one, other}
    say_not_same(town, one, other, moderator.id)
    say_not_same(town, other, one, moderator.id)
    assert list_pairs(town) == []
    assert list_alike(town, choir(town).model_dump(mode="json"), itself=one) == []


def test_merged_they_are_one_and_nothing_is_lost(town: Session, moderator: Account) -> None:
    keep = known_choir(town)
    drop = kitchen_id(town)
    contact = add_contact(town, ContactPurpose.GROUP, email="a@example.org", organisation_id=drop, source="x")
    services = column(town, "SELECT id FROM public_service WHERE organisation_id = :id", id=drop)
    merge(town, keep, drop, moderator.id)
    document, _version = read_group(town, keep)
    assert [service.name for service in document.services] == ["Kitchen 1 lunch", "Monday singing"]
    assert services[0] in [service.id for service in document.services]
    assert document.services[0].places[0].name == "Kitchen 1 hall"
    town.refresh(contact)
    assert contact.organisation_id == keep
    assert column(town, "SELECT count(*) FROM public_organisation WHERE id = :id", id=drop) == [0]
    assert find_survivor(town, drop) == keep


def test_a_service_both_have_is_kept_once(town: Session, moderator: Account) -> None:
    keep, drop = known_choir(town), known_choir(town, name="The Chapel Lane Choir")
    merge(town, keep, drop, moderator.id)
    assert [service.name for service in read_group(town, keep)[0].services] == ["Monday singing"]


def test_parted_they_are_two_as_before(town: Session, moderator: Account) -> None:
    keep, drop = known_choir(town), kitchen_id(town)
    before = read_group(town, keep)[0], read_group(town, drop)[0]
    merge(town, keep, drop, moderator.id)
    (entry,) = column(town, "SELECT id FROM audit_entry WHERE verb = 'merged'")
    part(town, entry, moderator.id)
    assert (read_group(town, keep)[0], read_group(town, drop)[0]) == before
    assert find_survivor(town, drop) is None
    assert column(town, "SELECT count(*) FROM public_organisation WHERE id = :id", id=drop) == [1]
    with pytest.raises(ChangedMeanwhileError):
        part(town, entry, moderator.id)


def test_a_chain_of_merges_leads_to_the_last(town: Session, moderator: Account) -> None:
    first, second, third = kitchen_id(town), kitchen_id(town, "Kitchen 2"), kitchen_id(town, "Kitchen 3")
    merge(town, second, first, moderator.id)
    merge(town, third, second, moderator.id)
    assert (find_survivor(town, first), find_survivor(town, second)) == (third, third)


def test_one_is_not_merged_with_itself_or_with_nothing(town: Session, moderator: Account) -> None:
    one = kitchen_id(town)
    with pytest.raises(BadQuestionError):
        merge(town, one, one, moderator.id)
    with pytest.raises(NotFoundError):
        merge(town, one, moderator.id, moderator.id)
    with pytest.raises(NotFoundError):
        part(town, 0, moderator.id)
