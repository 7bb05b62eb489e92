"""The pages of moderation: who sees what, what a decision does, and that nothing typed is lost."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.models import Account, AccountRole, Contact, Submission
from app.vocabulary import Role, SubmissionKind
from tests.integration.accounts.people import add_person, sign_in, token_of
from tests.integration.moderation.sent import choir, column, kitchen_id, send_change, send_group
from tests.integration.web.pages import Page

QUEUE = "/moderation"


@pytest.fixture
def desk(client: FlaskClient, moderator: Account) -> FlaskClient:
    """A moderator of everywhere, signed in."""
    sign_in(client, moderator)
    return client


def post(client: FlaskClient, address: str, page: str = "", **form: object) -> TestResponse:
    return client.post(address, data={"csrf_token": token_of(client, page or address), **form})


def state_of(town: Session, sent: Submission) -> str:
    return str(town.scalar(text("SELECT state FROM submission WHERE id = :id"), {"id": sent.id}))


def limit_to(town: Session, account: Account, area_code: str) -> None:
    """Let the account moderate in one area only."""
    area_id = town.scalar(text("SELECT id FROM area WHERE area_code = :code"), {"code": area_code})
    account.roles[:] = [AccountRole(role=Role.MODERATOR, area_id=area_id)]
    town.commit()


def test_the_queue_lists_what_waits_and_leads_to_it(town: Session, desk: FlaskClient, sender: Contact) -> None:
    sent = send_group(town, choir(town, summary="Ring 0161 496 0000"), contact_id=sender.id)
    page = desk.get(QUEUE).text
    assert "Chapel Lane Choir" in page
    assert "Phone number" in page
    case = desk.get(f"{QUEUE}/{sent.id}").text
    assert "<mark>0161 496 0000" in case
    assert "jo@example.org" in case
    assert "Methodist hall, 2 Chapel Lane, ZZ1 2BB" in case
    assert "Monday 19:00–21:00" in case


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True), ("?kind=new_group", True), ("?kind=claim", False), ("?flag=none", True),
        ("?flag=too_fast", False), ("?state=rejected", False), ("?state=", True),
    ],
)  # fmt: skip
def test_the_queue_can_be_filtered(town: Session, desk: FlaskClient, query: str, found: bool) -> None:
    send_group(town, choir(town))
    assert ("Chapel Lane Choir" in desk.get(QUEUE + query).text) == found


@pytest.mark.parametrize("query", ["?kind=x", "?state=x", "?flag=x", "?page=2", "?page=x"])
def test_a_question_that_means_nothing_is_said_so(desk: FlaskClient, query: str) -> None:
    assert desk.get(QUEUE + query).status_code == 400


def test_a_change_is_shown_side_by_side(town: Session, desk: FlaskClient) -> None:
    sent = send_change(town, kitchen_id(town), {"name": "Kitchen No. 1", "is_national": True})
    page = Page(desk.get(f"{QUEUE}/{sent.id}").text)
    rows = {row[0].split(" ")[0]: row[1:] for row in cells(page)}
    assert rows["Name"] == ["Kitchen 1", "Kitchen No. 1"]
    assert rows["For"] == ["nothing", "yes"]


def cells(page: Page) -> list[list[str]]:
    rows: list[list[str]] = []
    for tag in page.tags:
        if tag.attributes.get("role") == "rowheader":
            rows.append([" ".join(tag.text.split())])
        elif tag.attributes.get("role") == "cell" and rows:
            rows[-1].append(" ".join(tag.text.split()))
    return rows


def test_what_both_changed_is_marked(town: Session, desk: FlaskClient, moderator: Account) -> None:
    group_id = kitchen_id(town)
    first = send_change(town, group_id, {"name": "First name"})
    second = send_change(town, group_id, {"name": "Second name"})
    post(desk, f"{QUEUE}/{first.id}", decision="approve")
    page = desk.get(f"{QUEUE}/{second.id}").text
    assert "The entry changed after this was sent." in page
    assert "changed by both" in page
    assert "here stood: Kitchen 1" in page
    assert re.search(r'name="version" value="2"', page)
    post(desk, f"{QUEUE}/{second.id}", decision="approve", version="2")
    assert column(town, "SELECT name FROM organisation WHERE id = :id", id=group_id) == ["Second name"]


def test_approve_ask_refuse_and_take_back(town: Session, desk: FlaskClient, sender: Contact) -> None:
    sent = send_group(town, choir(town), contact_id=sender.id)
    address = f"{QUEUE}/{sent.id}"
    answer = post(desk, address, decision="ask", reason="Which door?")
    assert answer.status_code == 302
    assert state_of(town, sent) == "asked"
    post(desk, address, decision="approve")
    assert column(town, "SELECT count(*) FROM public_organisation WHERE name = 'Chapel Lane Choir'") == [1]
    assert "Take this decision back" in desk.get(address).text
    post(desk, f"{address}/undo", address)
    assert column(town, "SELECT count(*) FROM public_organisation WHERE name = 'Chapel Lane Choir'") == [0]
    post(desk, address, decision="reject", reason="An advertisement")
    assert "An advertisement" in desk.get(address).text
    assert column(town, "SELECT count(*) FROM mail") == [3]


def test_a_refusal_without_words_keeps_what_was_typed(town: Session, desk: FlaskClient, sender: Contact) -> None:
    sent = send_group(town, choir(town), contact_id=sender.id)
    answer = post(desk, f"{QUEUE}/{sent.id}", decision="reject", edited="yes", **{"edit-name": "Better Choir"})
    assert answer.status_code == 400
    page = answer.text
    assert "There are no words yet." in page
    assert 'value="Better Choir"' in page
    assert state_of(town, sent) == "waiting"


def test_the_letter_can_be_seen_before_it_goes(town: Session, desk: FlaskClient, sender: Contact) -> None:
    sent = send_group(town, choir(town), contact_id=sender.id)
    page = post(desk, f"{QUEUE}/{sent.id}", decision="preview_reject", reason="<b>Sorry</b>").text
    assert "we will not put it on the map" in page
    assert "&lt;b&gt;Sorry&lt;/b&gt;" in page
    assert column(town, "SELECT count(*) FROM mail") == [0]


def test_edits_are_kept_and_nothing_else_of_a_form_is_read(town: Session, desk: FlaskClient) -> None:
    sent = send_group(town, choir(town, summary="Ring 0161 496 0000"))
    form = {
        "edit-name": "Chapel Lane Singers", "edit-summary": "Anybody can sing.\r\nReally.",
        "edit-services-0-name": "Monday singing", "edit-services-0-description": "",
        "edit-services-0-how_to_join": "", "edit-services-0-cost_note": "",
        "edit-services-0-themes": ["food", "sport"],
        "edit-services-0-places-0-privacy": "area", "edit-is_confidential": "", "edit-kind": "charity",
        "status": "approved", "is_admin": "1",
    }  # fmt: skip
    post(desk, f"{QUEUE}/{sent.id}", decision="approve", edited="yes", **form)
    row = town.execute(text("SELECT id, name, summary, kind FROM organisation WHERE name LIKE 'Chapel%'")).one()
    assert (row.name, row.summary, row.kind) == ("Chapel Lane Singers", "Anybody can sing.\nReally.", "unknown")
    themes = "SELECT theme_key FROM service_theme t JOIN service s ON s.id = t.service_id " \
        "WHERE s.organisation_id = :id ORDER BY 1"  # fmt: skip
    assert column(town, themes, id=row.id) == ["food", "sport"]
    assert column(town, "SELECT count(*) FROM map_point WHERE organisation_id = :id", id=row.id) == [0]


def test_a_message_without_a_document_is_put_right_in_the_record_itself(town: Session, desk: FlaskClient) -> None:
    group_id = kitchen_id(town)
    sent = send_group(town, choir(town), kind=SubmissionKind.CORRECTION, record_id=group_id, note="Wrong name")
    town.execute(text("UPDATE submission SET document = '{}'"))
    page = desk.get(f"{QUEUE}/{sent.id}").text
    assert 'value="Kitchen 1"' in page
    names = dict(re.findall(r'name="(edit-[^"]+)" value="([^"]*)"', page))
    texts = dict.fromkeys(re.findall(r'<textarea id="[^"]+" name="(edit-[^"]+)"', page), "")
    post(desk, f"{QUEUE}/{sent.id}", decision="approve", edited="yes", version="1",
         **{**texts, **names, "edit-name": "Kitchen One"})  # fmt: skip
    assert column(town, "SELECT name FROM organisation WHERE id = :id", id=group_id) == ["Kitchen One"]


def test_several_are_decided_each_by_itself(town: Session, desk: FlaskClient, moderator: Account) -> None:
    ids = [send_group(town, choir(town, name=f"Spam {number}")).id for number in range(3)]
    gone = UUID(int=1)
    answer = post(desk, QUEUE, decision="reject", reason="Spam", chosen=[ids[0].hex, ids[1].hex, gone.hex])
    assert "2 decided." in answer.text
    assert "There is no such message here." in answer.text
    states = "SELECT state FROM submission ORDER BY document ->> 'name'"
    assert column(town, states) == ["rejected", "rejected", "waiting"]
    rejected = "SELECT count(*) FROM audit_entry WHERE verb = 'rejected' AND account_id = :id"
    assert column(town, rejected, id=moderator.id) == [2]


@pytest.mark.parametrize(
    "form", [{}, {"chosen": "x"}, {"decision": "ask"}, {"decision": "approve"}, {"decision": "drop table"}]
)
def test_several_of_nothing_is_said_so(town: Session, desk: FlaskClient, form: dict[str, str]) -> None:
    send_group(town, choir(town))
    assert post(desk, QUEUE, **form).status_code == 400


def test_a_moderator_of_one_area_sees_and_decides_only_there(
    town: Session, client: FlaskClient, moderator: Account
) -> None:
    here, there = (
        send_group(town, choir(town)),
        send_group(town, choir(town, name="Far Choir"), lon=-0.1, lat=51.5),
    )
    nowhere = send_group(town, choir(town, name="Online Choir", services=()))
    limit_to(town, moderator, "S33")
    sign_in(client, moderator)
    page = client.get(QUEUE).text
    assert "Chapel Lane Choir" in page
    assert "Online Choir" in page
    assert "Far Choir" not in page
    assert client.get(f"{QUEUE}/{there.id}").status_code == 404
    token = token_of(client, f"{QUEUE}/{here.id}")
    for address in (f"{QUEUE}/{there.id}", f"{QUEUE}/{there.id}/undo"):
        assert client.post(address, data={"csrf_token": token, "decision": "approve"}).status_code == 404
    assert state_of(town, there) == "waiting"
    assert client.get(f"{QUEUE}/trail").status_code == 403
    assert nowhere.geom is None


def test_nobody_sees_her_own_as_hers_to_decide(town: Session, client: FlaskClient, sender: Contact) -> None:
    sign_in(client, add_person(town, Role.MODERATOR, "jo@example.org"))
    sent = send_group(town, choir(town), contact_id=sender.id)
    page = client.get(f"{QUEUE}/{sent.id}").text
    assert "somebody else has to decide" in page
    assert 'value="approve"' not in page
    assert post(client, f"{QUEUE}/{sent.id}", QUEUE, decision="approve").status_code == 403


def test_an_entry_is_taken_off_and_put_back_and_its_history_tells(town: Session, desk: FlaskClient) -> None:
    group_id = kitchen_id(town)
    address = f"{QUEUE}/records/organisation/{group_id}"
    assert "it is as it was loaded" in desk.get(address).text
    post(desk, address, decision="hide", reason="They asked us to")
    assert column(town, "SELECT count(*) FROM public_organisation WHERE id = :id", id=group_id) == [0]
    assert "They asked us to" in desk.get(address).text
    post(desk, address, decision="show")
    assert column(town, "SELECT count(*) FROM public_organisation WHERE id = :id", id=group_id) == [1]
    trail = desk.get(f"{QUEUE}/trail").text
    assert "taken off the map" in trail
    assert "put back on the map" in trail
    assert "Kitchen 1" not in desk.get(f"{QUEUE}/trail?verb=merged").text


def test_a_group_that_closed_is_opened_again_with_one_press(town: Session, desk: FlaskClient) -> None:
    kitchen = kitchen_id(town)
    page = f"{QUEUE}/records/organisation/{kitchen}"
    assert "reopen" not in desk.get(page).text
    town.execute(text("UPDATE organisation SET stage = 'closed' WHERE id = :id"), {"id": kitchen})
    assert "It is open again" in desk.get(page).text
    assert post(desk, page, decision="reopen").status_code == 302
    assert column(town, "SELECT stage FROM public_organisation WHERE id = :id", id=kitchen) == ["unknown"]
    assert "open again after it had closed" in desk.get(page).text
    assert post(desk, page, decision="reopen").status_code == 409


def test_a_change_says_whether_the_group_or_somebody_sent_it(
    town: Session, desk: FlaskClient, sender: Contact
) -> None:
    kitchen = kitchen_id(town)
    sent = send_change(town, kitchen, {"name": "Kitchen of somebody"}, contact_id=sender.id)
    for address in (QUEUE, f"{QUEUE}/{sent.id}"):
        assert "Change suggested by somebody" in desk.get(address).text
    town.execute(text("UPDATE contact SET organisation_id = :id"), {"id": kitchen})
    for address in (QUEUE, f"{QUEUE}/{sent.id}"):
        assert "Change by the group" in desk.get(address).text
    assert f"/organisations/{kitchen}/change" in desk.get(f"{QUEUE}/{sent.id}").text


def test_two_entries_are_merged_and_parted_by_the_pages(town: Session, desk: FlaskClient) -> None:
    one, other = kitchen_id(town), kitchen_id(town, "Kitchen 2")
    pair = f"{QUEUE}/same/{one}/{other}"
    assert "Kitchen 2 lunch" in desk.get(pair).text
    answer = post(desk, pair, decision="keep_one")
    history = f"{QUEUE}/records/organisation/{one}"
    assert answer.location == history
    assert desk.get(f"/organisations/{other}").location == f"/organisations/{one}"
    entry = re.search(r'name="entry" value="(\d+)"', desk.get(history).text)
    assert entry
    post(desk, f"{history}/part", history, entry=entry[1])
    assert desk.get(f"/organisations/{other}").status_code == 200


def test_ten_thousand_robots_do_not_bury_one_person(town: Session, desk: FlaskClient) -> None:
    town.execute(
        text("""
        INSERT INTO submission (kind, record_kind, document, flags, sender_key)
        SELECT 'new_group', 'organisation', '{"name": "Buy now"}', '{too_fast,many_from_one}', 'robot'
        FROM generate_series(1, 10000)
        """)
    )
    send_group(town, choir(town))
    page = Page(desk.get(QUEUE).text)
    assert cells(page)[0][0] == "Chapel Lane Choir"
    assert "10,001 messages" in " ".join(tag.text for tag in page.all("p"))
