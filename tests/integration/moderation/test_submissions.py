"""Sent, decided, undone: what the public sees at each step, what is kept of it, and who is told."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.actions.contacts import add_contact
from app.actions.drafts import begin_draft
from app.actions.submissions import NewSubmission, approve, ask, reject, send, withdraw
from app.actions.undo import undo
from app.errors import BadQuestionError, ChangedMeanwhileError, NotAllowedError, NotFoundError
from app.models import Account, Contact
from app.vocabulary import ContactPurpose, DraftKind, RecordKind, SubmissionKind, SubmissionState
from tests.integration.moderation.sent import PAGES, TODAY, choir, column, kitchen_id, send_change, send_group

PUBLIC = "SELECT count(*) FROM public_organisation WHERE name = 'Chapel Lane Choir'"


def test_what_is_sent_is_not_public_until_it_is_approved(
    town: Session, moderator: Account, sender: Contact
) -> None:
    sent = send_group(town, choir(town), contact_id=sender.id)
    assert sent.state == SubmissionState.WAITING
    assert column(town, PUBLIC) == [0]
    approve(town, sent.id, moderator.id, TODAY, pages=PAGES)
    assert column(town, PUBLIC) == [1]
    assert column(town, "SELECT confirmed_on FROM public_organisation WHERE id = :id", id=sent.record_id) == [
        TODAY
    ]
    assert column(town, "SELECT count(*) FROM map_point WHERE organisation_id = :id", id=sent.record_id) == [1]


def test_the_sender_is_told_and_becomes_a_contact_of_the_group(
    town: Session, moderator: Account, sender: Contact
) -> None:
    sent = send_group(town, choir(town), contact_id=sender.id)
    approve(town, sent.id, moderator.id, TODAY, pages=PAGES)
    letter = town.execute(text("SELECT to_address, subject, body FROM mail")).one()
    assert letter.to_address == "jo@example.org"
    assert letter.subject == "Your group is now on the map"
    assert f"https://map.example/organisation/{sent.record_id}" in letter.body
    assert "https://map.example/edit/" in letter.body
    assert "changed a few things" not in letter.body
    assert (sender.organisation_id, sender.purpose) == (sent.record_id, ContactPurpose.GROUP)
    assert column(town, "SELECT count(*) FROM public_contact") == [0]


def test_a_draft_sent_twice_is_one_submission(town: Session, sender: Contact) -> None:
    draft_id = uuid4()
    first = send_group(town, choir(town), draft_id=draft_id, contact_id=sender.id)
    second = send_group(town, choir(town, name="Another name"), draft_id=draft_id)
    assert first.id == second.id
    assert second.document["name"] == "Chapel Lane Choir"
    assert column(town, "SELECT count(*) FROM audit_entry WHERE verb = 'sent'") == [1]


def test_the_old_version_stays_public_while_a_change_waits(town: Session, moderator: Account) -> None:
    group_id = kitchen_id(town)
    sent = send_change(town, group_id, {"name": "Kitchen No. 1"})
    assert column(town, "SELECT name FROM public_organisation WHERE id = :id", id=group_id) == ["Kitchen 1"]
    approve(town, sent.id, moderator.id, TODAY)
    assert column(town, "SELECT name FROM public_organisation WHERE id = :id", id=group_id) == ["Kitchen No. 1"]
    kept = town.execute(
        text("SELECT version, document ->> 'name' AS name FROM revision WHERE record_id = :id ORDER BY version"),
        {"id": group_id},
    ).all()
    assert [tuple(row) for row in kept] == [(0, "Kitchen 1"), (2, "Kitchen No. 1")]


def test_a_change_to_what_changed_meanwhile_is_not_kept(town: Session, moderator: Account) -> None:
    group_id = kitchen_id(town)
    first = send_change(town, group_id, {"name": "First name"})
    second = send_change(town, group_id, {"name": "Second name"})
    approve(town, first.id, moderator.id, TODAY)
    with pytest.raises(ChangedMeanwhileError):
        approve(town, second.id, moderator.id, TODAY)
    assert column(town, "SELECT name FROM organisation WHERE id = :id", id=group_id) == ["First name"]
    approve(town, second.id, moderator.id, TODAY, base_version=2)
    assert column(town, "SELECT name FROM organisation WHERE id = :id", id=group_id) == ["Second name"]


def test_nothing_is_decided_twice(town: Session, moderator: Account) -> None:
    sent = send_group(town, choir(town))
    approve(town, sent.id, moderator.id, TODAY)
    for decide in (
        lambda: approve(town, sent.id, moderator.id, TODAY),
        lambda: reject(town, sent.id, moderator.id, "No"),
        lambda: withdraw(town, sent.id),
    ):
        with pytest.raises(ChangedMeanwhileError):
            decide()
    with pytest.raises(NotFoundError):
        approve(town, uuid4(), moderator.id, TODAY)


def test_nobody_approves_what_she_sent_herself(town: Session, moderator: Account) -> None:
    own = add_contact(town, ContactPurpose.SENDER, email=moderator.email, source="add form")
    sent = send_group(town, choir(town), contact_id=own.id)
    with pytest.raises(NotAllowedError):
        approve(town, sent.id, moderator.id, TODAY)
    assert column(town, PUBLIC) == [0]


def test_an_edited_document_is_what_is_kept_and_the_sender_is_told(
    town: Session, moderator: Account, sender: Contact
) -> None:
    sent = send_group(town, choir(town, summary="Ring 0161 496 0000"), contact_id=sender.id)
    approve(town, sent.id, moderator.id, TODAY, choir(town).model_dump(mode="json"), pages=PAGES)
    assert column(town, "SELECT summary FROM public_organisation WHERE id = :id", id=sent.record_id) == [
        "Anybody can sing."
    ]
    assert "changed a few things" in column(town, "SELECT body FROM mail")[0]
    assert "0161" not in str(column(town, "SELECT after FROM audit_entry") + column(town, "SELECT body FROM mail"))


def test_a_refusal_needs_a_reason_and_tells_it(town: Session, moderator: Account, sender: Contact) -> None:
    sent = send_group(town, choir(town), contact_id=sender.id)
    with pytest.raises(BadQuestionError, match="no words"):
        reject(town, sent.id, moderator.id, "  ")
    reject(town, sent.id, moderator.id, "It is an advertisement.", pages=PAGES)
    assert column(town, PUBLIC) == [0]
    assert "It is an advertisement." in column(town, "SELECT body FROM mail")[0]
    assert column(town, "SELECT verb FROM audit_entry ORDER BY id") == ["sent", "rejected"]


def test_a_question_is_asked_and_what_is_sent_then_takes_the_place(
    town: Session, moderator: Account, sender: Contact
) -> None:
    draft_id = uuid4()
    sent = send_group(town, choir(town), contact_id=sender.id, draft_id=draft_id)
    ask(town, sent.id, moderator.id, "Which door is it?", pages=PAGES)
    letter = column(town, "SELECT body FROM mail")[0]
    assert "Which door is it?" in letter
    assert "https://map.example/answer/" in letter
    again = send_group(town, choir(town, summary="The red door."), contact_id=sender.id, draft_id=draft_id)
    assert (again.id, again.state) == (sent.id, SubmissionState.WAITING)
    assert again.document["summary"] == "The red door."


def test_nobody_to_ask_is_said(town: Session, moderator: Account) -> None:
    sent = send_group(town, choir(town))
    with pytest.raises(BadQuestionError, match="no e-mail address"):
        ask(town, sent.id, moderator.id, "Which door is it?")


def test_a_claim_brings_an_edit_link_and_changes_nothing(
    town: Session, moderator: Account, sender: Contact
) -> None:
    group_id = kitchen_id(town)
    sent = send(
        town,
        NewSubmission(
            SubmissionKind.CLAIM, RecordKind.ORGANISATION, {}, record_id=group_id, contact_id=sender.id,
            note="I run it",
        ),
    )  # fmt: skip
    approve(town, sent.id, moderator.id, TODAY, pages=PAGES)
    assert column(town, "SELECT version FROM organisation WHERE id = :id", id=group_id) == [1]
    assert "https://map.example/edit/" in column(town, "SELECT body FROM mail")[0]
    assert sender.organisation_id == group_id
    undo(town, sent.id, moderator.id, TODAY)
    assert (sender.organisation_id, sender.purpose) == (None, ContactPurpose.SENDER)
    assert column(town, "SELECT revoked_at_utc IS NOT NULL FROM link WHERE purpose = 'edit_group'") == [True]


def test_a_new_group_that_is_undone_leaves_the_map_and_can_be_approved_again(
    town: Session, moderator: Account, sender: Contact
) -> None:
    sent = send_group(town, choir(town), contact_id=sender.id)
    approve(town, sent.id, moderator.id, TODAY, pages=PAGES)
    group_id = sent.record_id
    undo(town, sent.id, moderator.id, TODAY)
    assert (column(town, PUBLIC), sent.state) == ([0], SubmissionState.WAITING)
    assert column(town, "SELECT count(*) FROM map_point WHERE organisation_id = :id", id=group_id) == [0]
    approve(town, sent.id, moderator.id, TODAY)
    assert column(town, "SELECT id FROM public_organisation WHERE name = 'Chapel Lane Choir'") == [group_id]


def test_a_change_that_is_undone_brings_the_old_version_back(town: Session, moderator: Account) -> None:
    group_id = kitchen_id(town)
    sent = send_change(town, group_id, {"name": "Wrong", "services": ()})
    approve(town, sent.id, moderator.id, TODAY)
    assert column(town, "SELECT count(*) FROM public_service WHERE organisation_id = :id", id=group_id) == [0]
    undo(town, sent.id, moderator.id, TODAY)
    assert column(town, "SELECT name FROM public_organisation WHERE id = :id", id=group_id) == ["Kitchen 1"]
    assert column(town, "SELECT name FROM public_service WHERE organisation_id = :id", id=group_id) == [
        "Kitchen 1 lunch"
    ]
    assert column(town, "SELECT verb FROM audit_entry ORDER BY id") == ["sent", "approved", "undone"]


def test_an_older_change_is_not_undone_over_a_newer_one(town: Session, moderator: Account) -> None:
    group_id = kitchen_id(town)
    first = send_change(town, group_id, {"name": "First name"})
    approve(town, first.id, moderator.id, TODAY)
    second = send_change(town, group_id, {"name": "Second name"})
    approve(town, second.id, moderator.id, TODAY)
    with pytest.raises(ChangedMeanwhileError):
        undo(town, first.id, moderator.id, TODAY)


@pytest.mark.parametrize(("days", "may"), [(29, True), (31, False)])
def test_a_decision_can_be_taken_back_for_thirty_days(
    town: Session, moderator: Account, days: int, may: bool
) -> None:
    sent = send_group(town, choir(town))
    reject(town, sent.id, moderator.id, "No")
    town.execute(
        text("UPDATE submission SET decided_at_utc = now() - make_interval(days => :days)"), {"days": days}
    )
    if may:
        assert undo(town, sent.id, moderator.id, TODAY).state == SubmissionState.WAITING
    else:
        with pytest.raises(BadQuestionError, match="30 days"):
            undo(town, sent.id, moderator.id, TODAY)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET note = 'x'", "DELETE FROM audit_entry"])
def test_the_audit_trail_only_grows(town: Session, statement: str) -> None:
    send_group(town, choir(town))
    with pytest.raises(DBAPIError, match="only grows"), town.begin_nested():
        town.execute(text(statement))


@pytest.mark.parametrize(
    ("changes", "note", "flag"),
    [
        ({"summary": "Ring Ann on 0161 496 0000"}, "", "phone_in_text"),
        ({"summary": "Write to ann@example.org"}, "", "email_in_text"),
        ({}, "She lives at M33 2AB", "postcode_in_text"),
        ({"summary": "See www.example.org/win"}, "", "link_in_text"),
        ({"is_national": True}, "", "whole_county"),
        ({"summary": "A refuge for women"}, "", "maybe_refuge"),
    ],
)
def test_what_a_moderator_should_see_is_flagged(
    town: Session, changes: dict[str, object], note: str, flag: str
) -> None:
    assert send_group(town, choir(town, **changes), note=note).flags == [flag]


def test_an_ordinary_group_has_no_flags_and_is_in_the_queue_of_its_place(town: Session) -> None:
    sent = send_group(town, choir(town))
    assert sent.flags == []
    where = (
        "SELECT a.area_code FROM submission s JOIN area a ON ST_Covers(a.geom, s.geom) WHERE a.area_code = 'S33'"
    )
    assert column(town, where) == ["S33"]


def test_a_point_outside_the_place_is_flagged(town: Session) -> None:
    assert send_group(town, choir(town), lon=-0.1, lat=51.5).flags == ["outside_area"]


def test_a_form_filled_in_at_once_is_flagged(town: Session) -> None:
    draft = begin_draft(town, DraftKind.GROUP)
    assert send_group(town, choir(town), draft_id=draft.id).flags == ["too_fast"]


def test_many_from_one_sender_are_flagged(town: Session) -> None:
    flags = [send_group(town, choir(town), sender_key="same").flags for _number in range(6)]
    assert flags == [[]] * 5 + [["many_from_one"]]


def test_a_document_that_could_never_be_kept_is_refused_at_once(town: Session) -> None:
    bad = NewSubmission(SubmissionKind.NEW_GROUP, RecordKind.ORGANISATION, {"name": "", "status": "approved"})
    with pytest.raises(BadQuestionError):
        send(town, bad)
