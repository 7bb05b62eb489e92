"""Who looks after the map: invited, limited to a place, stopped; never so that nobody is left."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.models import Account, AreaLayer
from app.queries.accounts import find_account
from app.security import Scope, scope_of, signed_in
from app.vocabulary import AreaLayerKind, Role
from tests.integration.accounts.people import add_person, sign_in, token_of

LINK = re.compile(r"http://127\.0\.0\.1:8000(/invitations/\S+)")
NEW = "new.person@example.org"


@pytest.fixture
def admin(client: FlaskClient, session: Session) -> Account:
    account = add_person(session, Role.ADMIN)
    sign_in(client, account)
    return account


def post(client: FlaskClient, address: str, **form: str) -> TestResponse:
    return client.post(address, data={"csrf_token": token_of(client, "/people"), **form})


def invite(client: FlaskClient, email: str = NEW, role: str = "moderator", limit: str = "") -> TestResponse:
    return post(client, "/people", email=email, role=role, limit=limit)


def link_in_letter(session: Session) -> str:
    body = session.scalar(
        text("SELECT body FROM mail WHERE template = 'invitation' ORDER BY made_at_utc DESC, id LIMIT 1")
    )
    found = LINK.search(body or "")
    assert found
    return found[1]


def accept(client: FlaskClient, link: str) -> TestResponse:
    return client.post(link, data={"csrf_token": token_of(client, link)})


def account_of(session: Session, email: str = NEW) -> Account:
    session.expire_all()
    account = find_account(session, email)
    assert account
    return account


def add_area(session: Session) -> int:
    """A ward called Priory & Dane."""
    source_id = session.execute(
        text("""
        INSERT INTO source (key, title, publisher, licence, attribution, loaded_at_utc)
        VALUES ('wards', 'Wards', '', '', '', now()) RETURNING id
        """)
    ).scalar_one()
    layer = AreaLayer(
        key="wards", name="Wards", singular="ward", vintage="2026", kind=AreaLayerKind.ELECTORAL, sort_order=1,
        source_id=source_id,
    )  # fmt: skip
    session.add(layer)
    session.flush()
    box = "ST_MakeEnvelope(-2.4, 53.4, -2.3, 53.5, 4326)"
    area_id = session.execute(
        text(f"""
        INSERT INTO area (area_layer_id, area_code, name, geom, point_geom, size_m2)
        VALUES (:layer, 'W1', 'Priory & Dane', ST_Multi({box}), ST_Centroid({box}), 1) RETURNING id
        """),
        {"layer": layer.id},
    ).scalar_one()
    session.commit()
    return int(area_id)


def test_an_invited_person_accepts_by_a_link_and_is_let_in(
    app: Flask, client: FlaskClient, session: Session, admin: Account
) -> None:
    area_id = add_area(session)
    assert "Priory &amp; Dane" in client.get("/people").text
    answer = invite(client, " New.Person@Example.org ", "moderator", f"area:{area_id}")
    assert answer.status_code == 303
    account = account_of(session)
    assert answer.location == f"/people/{account.id}"
    page = client.get(answer.location).text
    assert "invited, has not accepted yet" in page
    assert "Moderator in Priory &amp; Dane" in page
    link = link_in_letter(session)
    newcomer = app.test_client()
    for _ in range(3):
        assert newcomer.get(link).status_code == 200
        assert newcomer.head(link).status_code == 200
    assert not account_of(session).active
    assert newcomer.get(link).headers["Referrer-Policy"] == "no-referrer"
    assert accept(newcomer, link).status_code == 303
    assert newcomer.get("/data").status_code == 200
    with newcomer:
        newcomer.get("/")
        visitor = signed_in()
        assert visitor
        assert scope_of(visitor, Role.MODERATOR) == Scope(frozenset({area_id}), frozenset())
    assert app.test_client().get(link).status_code == 410
    assert "may sign in" in client.get(f"/people/{account.id}").text


def test_whoever_has_not_accepted_cannot_sign_in(
    client: FlaskClient, app: Flask, session: Session, admin: Account
) -> None:
    invite(client)
    stranger = app.test_client()
    stranger.post("/sign-in/link", data={"csrf_token": token_of(stranger), "email": NEW})
    assert session.scalar(text("SELECT count(*) FROM mail WHERE template = 'sign_in'")) == 0


def test_a_new_invitation_ends_the_one_before(
    client: FlaskClient, app: Flask, session: Session, admin: Account
) -> None:
    invite(client)
    first = link_in_letter(session)
    session.execute(text("UPDATE mail SET made_at_utc = made_at_utc - interval '1 minute'"))
    post(client, f"/people/{account_of(session).id}/invite-again")
    second = link_in_letter(session)
    assert first != second
    assert app.test_client().get(first).status_code == 410
    assert accept(app.test_client(), second).status_code == 303


def test_an_invitation_taken_back_is_over(
    client: FlaskClient, app: Flask, session: Session, admin: Account
) -> None:
    invite(client)
    link = link_in_letter(session)
    post(client, f"/people/{account_of(session).id}/stop")
    assert app.test_client().get(link).status_code == 410


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"email": "nobody"}, "is not an e-mail address"),
        ({"email": ""}, "is not an e-mail address"),
        ({"email": "admin@demo.example"}, "is a demo log-in"),
        ({"email": "admin@example.org", "role": "admin"}, "has this role already"),
        ({"role": "king"}, "is not something"),
        ({"role": "admin", "limit": "area:1"}, "An administrator looks after everything."),
        ({"limit": "area:999999"}, "There is no such area or hub."),
        ({"limit": "hub:00000000-0000-0000-0000-000000000000"}, "There is no such area or hub."),
        ({"limit": "hub:------------------------------------"}, "There is no such area or hub."),
        ({"limit": "everywhere"}, "There is no such area or hub."),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(
    client: FlaskClient, session: Session, admin: Account, form: dict[str, str], words: str
) -> None:
    typed = {"email": NEW, "role": "moderator", "limit": ""} | form
    answer = invite(client, **typed)
    assert answer.status_code == 400
    assert words in answer.text
    assert f'value="{typed["email"]}"' in answer.text
    assert session.scalar(text("SELECT count(*) FROM mail")) == 0
    assert session.scalar(text("SELECT count(*) FROM account")) == 1


def test_roles_are_given_and_taken_and_count_at_once(
    client: FlaskClient, app: Flask, session: Session, admin: Account
) -> None:
    person = add_person(session, Role.CONVENER)
    theirs = app.test_client()
    sign_in(theirs, person)
    assert theirs.get("/data").status_code == 403
    assert post(client, f"/people/{person.id}/roles", role="officer", limit="").status_code == 303
    session.expire_all()
    assert theirs.get("/data").status_code == 200
    again = post(client, f"/people/{person.id}/roles", role="officer", limit="")
    assert again.status_code == 400
    assert "has this role already" in again.text
    (officer,) = [role.id for role in account_of(session, person.email).roles if role.role is Role.OFFICER]
    take = f"/people/{person.id}/roles/{officer}/take"
    assert post(client, take).status_code == 303
    session.expire_all()
    assert theirs.get("/data").status_code == 403
    assert post(client, take).status_code == 404


@pytest.mark.parametrize("act", ["stop", "sign-out"])
def test_whoever_is_stopped_or_signed_out_is_out_at_once(
    client: FlaskClient, app: Flask, session: Session, admin: Account, act: str
) -> None:
    person = add_person(session)
    theirs = app.test_client()
    sign_in(theirs, person)
    post(client, f"/people/{person.id}/{act}")
    session.expire_all()
    assert theirs.get("/data").status_code == 302
    assert account_of(session, person.email).active == (act == "sign-out")
    post(client, f"/people/{person.id}/let")
    assert account_of(session, person.email).active


def test_nobody_is_left_without_an_administrator(client: FlaskClient, session: Session, admin: Account) -> None:
    role = account_of(session, admin.email).roles[0]
    refused = post(client, f"/people/{admin.id}/stop")
    assert (refused.status_code, "You cannot stop yourself" in refused.text) == (403, True)
    refused = post(client, f"/people/{admin.id}/roles/{role.id}/take")
    assert (refused.status_code, "Nobody else could look after this site." in refused.text) == (403, True)
    add_person(session, Role.ADMIN, "second@example.org")
    assert post(client, f"/people/{admin.id}/roles/{role.id}/take").status_code == 303
    session.expire_all()
    assert client.get("/people").status_code == 403


def test_demo_log_ins_stay_as_they_are(client: FlaskClient, session: Session, admin: Account) -> None:
    demo = add_person(session, Role.MODERATOR, "moderator@demo.example", is_demo=True)
    assert "it stays as it is" in client.get(f"/people/{demo.id}").text
    assert post(client, f"/people/{demo.id}/stop").status_code == 403
    assert post(client, f"/people/{demo.id}/roles", role="officer").status_code == 403


def test_who_is_not_there_is_not_found(client: FlaskClient, admin: Account) -> None:
    nobody = UUID(int=5)
    assert client.get(f"/people/{nobody}").status_code == 404
    for act in ("stop", "let", "sign-out", "invite-again", "roles/1/take"):
        assert post(client, f"/people/{nobody}/{act}").status_code == 404
