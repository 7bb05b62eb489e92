"""Belonging to a hub: asked for or invited, confirmed, accepted, looked after by a link, left and forgotten."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.forgetting import forget_old
from app.actions.members import ask_still_here, forget_old_members
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in, sign_out, token_of
from tests.integration.members.joining import MEMBERS, ask, join, letter_to, save
from tests.integration.needs.asking import letters, press, rows, unhurried
from tests.integration.test_hubs import add_hub, codes_of, convener_of


@pytest.fixture
def hub(town: Session) -> UUID:
    return add_hub(town, "East hub", "ward", codes_of(town, "ward")[1:2])


def manage(client: FlaskClient, hub: UUID, act: str, **form: str) -> int:
    page = f"/hubs/{hub}/members"
    return client.post(f"{page}/{act}", data={"csrf_token": token_of(client, page), **form}).status_code


def id_of(session: Session, email: str) -> str:
    (row,) = rows(
        session, "SELECT m.id FROM member m JOIN contact c ON c.id = m.contact_id WHERE c.email = :e", e=email
    )
    return str(row["id"])


def test_asked_confirmed_accepted(client: FlaskClient, town: Session, hub: UUID) -> None:
    shown = client.get(f"/hubs/{hub}/join").text
    assert "Join East hub" in shown
    assert "It looks after: South East." in shown
    path = ask(client, town, hub)
    assert rows(town, MEMBERS)[0]["is_confirmed"] is False
    for _scan in range(3):
        assert "Do you want to join East hub?" in client.get(path).text
    convener_of(client, town, hub)
    assert "ada@example.org" not in client.get(f"/hubs/{hub}/members").text, "not confirmed: nobody's business yet"
    assert press(client, path, f"{path}/confirm").status_code == 303
    assert [row["to_address"] for row in letters(town, "member_waits")] == ["kim@example.org"]
    assert "when they have said yes" in client.get(path).text
    assert "One person asks to join" in client.get(f"/hubs/{hub}/members").text
    assert manage(client, hub, "accept", member=id_of(town, "ada@example.org")) == 303
    assert manage(client, hub, "accept", member=id_of(town, "ada@example.org")) == 303, (
        "a second time changes nothing"
    )
    assert len(letters(town, "member_accepted")) == 1
    assert "One member" in client.get(f"/hubs/{hub}/members").text
    assert "when they have said yes" not in client.get(path).text


def test_the_page_of_an_area_says_who_brings_people_together_there(
    client: FlaskClient, town: Session, hub: UUID
) -> None:
    def says(area: str) -> bool:
        return f"/hubs/{hub}/join" in client.get(f"/areas/{area}").text

    assert says("ward/W1")
    assert says("square/S60"), "inside the patch"
    assert not says("square/S00")
    assert not says("town/T1"), "bigger than the patch"
    town.execute(text("UPDATE patch SET claimed_until = current_date - 1"))
    assert not says("ward/W1"), "the claim is over"


def test_invited_is_accepted_at_once_and_consents_by_the_button(
    client: FlaskClient, town: Session, hub: UUID
) -> None:
    convener_of(client, town, hub)
    assert manage(client, hub, "invite", name="Bo", email="BO@example.org") == 303
    (row,) = rows(town, MEMBERS)
    assert (row["email"], row["is_accepted"], row["is_confirmed"], row["consent_words"]) == (
        "bo@example.org", True, False, "",
    )  # fmt: skip
    path = letter_to(town, "member_invited", "bo@example.org")
    assert "East hub invites you" in client.get(path).text
    press(client, path, f"{path}/confirm")
    (row,) = rows(town, MEMBERS)
    assert row["is_confirmed"]
    assert "may see my name" in str(row["consent_words"])
    assert letters(town, "member_waits") == []
    assert manage(client, hub, "invite", name="Bo", email="bo@example.org") == 422, "belongs already"


def test_details_are_kept_and_shown_to_the_conveners(client: FlaskClient, town: Session, hub: UUID) -> None:
    kitchen = rows(town, "SELECT id, name FROM organisation WHERE name = 'Kitchen 1'")[0]
    path = join(client, town, hub)
    details = {"venture": "Soup on wheels", "stage": "idea", "themes": ["food", "sport"], "area": "ward:W2"}
    assert save(client, path, name="Ada", group=f"https://x/organisations/{kitchen['id']}", **details) == 303
    page = client.get(path).text
    assert 'value="Soup on wheels"' in page
    assert 'value="Kitchen 1"' in page
    assert "selected>North West" in page
    convener_of(client, town, hub)
    listed = client.get(f"/hubs/{hub}/members").text
    assert all(words in listed for words in ("Soup on wheels", "An idea", "North West", "Kitchen 1", "Sport"))
    assert save(client, path, name="Ada", group="kitchen 1") == 303, "by its name, in any letters"
    assert save(client, path, name="Ada") == 303, "everything taken back"
    (row,) = rows(town, "SELECT venture, stage, area_id, organisation_id FROM member")
    assert row == {"venture": "", "stage": "unknown", "area_id": None, "organisation_id": None}
    assert rows(town, "SELECT * FROM member_theme") == []


@pytest.mark.parametrize(
    ("field", "details"),
    [
        ("name", {"name": ""}),
        ("name", {"name": "Ada 07700 900123"}),
        ("name", {"name": "http://x.example"}),
        ("stage", {"stage": "closed"}),
        ("stage", {"stage": ["idea", "idea"]}),
        ("themes", {"themes": ["nope"]}),
        ("area", {"area": "square:S00"}),
        ("area", {"area": "x" * 119}),
        ("group", {"group": "No such group"}),
        ("group", {"group": f"/organisations/{UUID(int=1)}"}),
        ("venture", {"venture": "a\x00b"}),
        ("words", {"words": "x" * 501}),
        ("on_peer_map", {"on_peer_map": "perhaps"}),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_the_rest_stays(
    client: FlaskClient, town: Session, hub: UUID, field: str, details: dict[str, object]
) -> None:
    path = join(client, town, hub)
    answer = client.post(
        path, data={"csrf_token": token_of(client, path), "name": "Ada", "venture": "Soup on wheels", **details}
    )
    assert answer.status_code == 422
    assert f"field-{field}" in answer.text
    assert "Soup on wheels" in answer.text or field == "venture"
    assert rows(town, "SELECT venture FROM member") == [{"venture": ""}]


WRONG = (("", "a@example.org"), ("Ada", "x"), ("Ada\x00", "a@example.org"), ("9", "a@b.cd"))


@pytest.mark.parametrize("typed", [{"name": name, "email": email} for name, email in WRONG])
def test_a_wrong_request_keeps_what_was_typed(
    client: FlaskClient, town: Session, hub: UUID, typed: dict[str, str]
) -> None:
    answer = unhurried(client, f"/hubs/{hub}/join", **typed)
    assert answer.status_code == 422
    assert rows(town, "SELECT * FROM member") == []


def test_asking_twice_is_one_member_and_a_new_link(client: FlaskClient, town: Session, hub: UUID) -> None:
    first, second = ask(client, town, hub), ask(client, town, hub, email="ADA@example.org ".lower().strip())
    assert len(rows(town, MEMBERS)) == 1
    press(client, second, f"{second}/confirm")
    assert "You and East hub" in client.get(first).text


def test_leaving_removes_at_once_and_forgets(client: FlaskClient, town: Session, hub: UUID) -> None:
    path = join(client, town, hub, venture="Soup on wheels", themes="food", on_peer_map="yes")
    assert press(client, path, f"{path}/leave").status_code == 303
    assert rows(town, "SELECT * FROM member") == []
    assert rows(town, "SELECT name, email FROM contact WHERE purpose = 'member'") == [{"name": "", "email": None}]
    assert client.get(path).status_code == 404
    convener_of(client, town, hub)
    assert "ada@example.org" not in client.get(f"/hubs/{hub}/members").text


def test_who_is_taken_off_is_told_and_forgotten(client: FlaskClient, town: Session, hub: UUID) -> None:
    join(client, town, hub)
    convener_of(client, town, hub)
    member = id_of(town, "ada@example.org")
    assert manage(client, hub, "remove", member=member) == 303
    assert manage(client, hub, "remove", member=member) == 404
    assert [row["to_address"] for row in letters(town, "member_over")] == ["ada@example.org"]
    assert rows(town, "SELECT * FROM member") == []


def test_a_convener_of_another_hub_sees_and_does_nothing(client: FlaskClient, town: Session, hub: UUID) -> None:
    join(client, town, hub)
    member = id_of(town, "ada@example.org")
    other = add_hub(town, "West hub", "ward", [])
    convener_of(client, town, other)
    assert client.get(f"/hubs/{hub}/members").status_code == 404
    form = {"csrf_token": token_of(client, f"/hubs/{other}/members"), "member": member}
    for act in ("accept", "remove", "invite"):
        for address in (hub, other):
            answer = client.post(f"/hubs/{address}/members/{act}", data={**form, "name": "Bo", "email": "b@x.org"})
            assert answer.status_code == (303 if (act, address) == ("invite", other) else 404)
    assert [row["email"] for row in rows(town, MEMBERS)] == ["ada@example.org", "b@x.org"]
    for role in (Role.MODERATOR, Role.OFFICER):
        sign_out(client)
        sign_in(client, add_person(town, role))
        assert client.get(f"/hubs/{hub}/members").status_code == 403
        assert client.get(f"/hubs/{hub}/members/peers").status_code == 403
    assert "Only those who run this hub see its members" in client.get(f"/hubs/{hub}").text


def test_a_link_is_for_one_member_only(client: FlaskClient, town: Session, hub: UUID) -> None:
    ada, bo = join(client, town, hub), join(client, town, hub, "Bo")
    assert "ada@example.org" not in client.get(bo).text
    press(client, bo, f"{bo}/leave")
    assert client.get(ada).status_code == 200
    assert client.get("/members/x").status_code == 404
    assert client.get(f"/hubs/{uuid4()}/join").status_code == 404


def test_forget_me_takes_the_membership_away(client: FlaskClient, town: Session, hub: UUID) -> None:
    join(client, town, hub, venture="Soup on wheels")
    ask_page = "/privacy/delete-me"
    client.post(ask_page, data={"csrf_token": token_of(client, ask_page), "email": "ada@example.org"})
    body = str(letters(town, "delete_me")[0]["body"])
    link = body[body.index("/privacy/delete-me/") :].split(maxsplit=1)[0]
    client.post(link, data={"csrf_token": token_of(client, link)})
    assert rows(town, "SELECT * FROM member") == []
    assert rows(town, "SELECT email FROM contact WHERE email IS NOT NULL") == []


def age(town: Session, column: str, days: int) -> None:
    town.execute(text(f"UPDATE member SET {column} = now() - make_interval(days => :days)"), {"days": days})


def test_after_a_year_they_are_asked_and_without_an_answer_forgotten(
    client: FlaskClient, town: Session, hub: UUID
) -> None:
    path = join(client, town, hub)
    town.execute(text("UPDATE contact SET added_at_utc = now() - interval '9 years'"))
    forget_old(town)
    age(town, "still_here_at_utc", 364)
    assert ask_still_here(town, lambda token: f"https://x/members/{token}") == 0
    age(town, "still_here_at_utc", 366)
    assert ask_still_here(town, lambda token: f"https://x/members/{token}") == 1
    assert ask_still_here(town, lambda token: f"https://x/members/{token}") == 0, "asked once"
    assert "for 60 days" in str(letters(town, "member_still_here")[0]["body"])
    age(town, "asked_at_utc", 59)
    assert forget_old_members(town) == 0
    assert "Yes, I am still here" in client.get(path).text
    press(client, path, f"{path}/still-here")
    assert ask_still_here(town, lambda token: f"https://x/members/{token}") == 0
    age(town, "asked_at_utc", 61)
    assert forget_old_members(town) == 1
    assert rows(town, "SELECT email FROM contact") == [{"email": None}]
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("confirmed", "days", "gone"), [(False, 13, 0), (False, 15, 1), (True, 89, 0), (True, 91, 1)]
)
def test_who_never_confirmed_or_was_never_accepted_is_forgotten(
    client: FlaskClient, town: Session, hub: UUID, confirmed: bool, days: int, gone: int
) -> None:
    path = ask(client, town, hub)
    if confirmed:
        press(client, path, f"{path}/confirm")
    age(town, "joined_at_utc", days)
    assert forget_old_members(town) == gone


def seen(session: Session, verb: str) -> list[str]:
    return [row["note"] for row in rows(session, "SELECT note FROM audit_entry WHERE verb = :verb", verb=verb)]


def test_an_administrator_sees_who_belongs_and_takes_somebody_off_and_both_are_written_down(
    client: FlaskClient, town: Session, hub: UUID
) -> None:
    path = join(client, town, hub, venture="Bike repair", words="Ring me at six")
    page = f"/hubs/{hub}/members"
    sign_in(client, add_person(town, Role.ADMIN))
    assert page in client.get(f"/hubs/{hub}").text
    shown = client.get(page).text
    assert "ada@example.org" in shown
    assert "Take off the list" in shown
    for said in ("Bike repair", "Ring me at six", "Send the invitation"):
        assert said not in shown
    assert seen(town, "members_seen") == ["East hub"]
    assert manage(client, hub, "invite", name="Eve", email="eve@example.org") == 403
    assert manage(client, hub, "accept", member=id_of(town, "ada@example.org")) == 403
    assert client.get(f"{page}/peers").status_code == 403
    assert manage(client, hub, "remove", member=id_of(town, "ada@example.org")) == 303
    assert rows(town, MEMBERS) == []
    assert [row["to_address"] for row in letters(town, "member_over")] == ["ada@example.org"]
    assert client.get(path).status_code == 404
    assert seen(town, "member_removed") == ["East hub"]
    noted = str(rows(town, "SELECT note, before, after FROM audit_entry"))
    assert "ada" not in noted.lower()


def test_who_agreed_to_less_stays_without_a_name_to_administrators(
    client: FlaskClient, town: Session, hub: UUID
) -> None:
    join(client, town, hub)
    town.execute(text("UPDATE contact SET consent_words = 'Those who run this hub may see my name.'"))
    town.commit()
    sign_in(client, add_person(town, Role.ADMIN))
    shown = client.get(f"/hubs/{hub}/members").text
    assert "Somebody who has not agreed to be seen by administrators" in shown
    assert "Ada" not in shown
    assert "ada@example.org" not in shown
    assert manage(client, hub, "remove", member=id_of(town, "ada@example.org")) == 303


def test_officers_see_no_members_and_conveners_are_not_written_down_for_looking(
    client: FlaskClient, town: Session, hub: UUID
) -> None:
    join(client, town, hub)
    sign_in(client, add_person(town, Role.OFFICER))
    assert client.get(f"/hubs/{hub}").status_code == 200
    assert f"/hubs/{hub}/members" not in client.get(f"/hubs/{hub}").text
    assert client.get(f"/hubs/{hub}/members").status_code == 403
    sign_out(client)
    convener_of(client, town, hub)
    assert "ada@example.org" in client.get(f"/hubs/{hub}/members").text
    assert seen(town, "members_seen") == []
