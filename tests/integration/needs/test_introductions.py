"""Neighbours who would do the same: asked once, told of each other only after both said yes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.actions.introductions import answer_introduction, list_clusters
from app.actions.links import make_link
from app.actions.pledges import NewPledge, forget_old_pledges, make_pledge
from app.vocabulary import LinkPurpose, PledgeRole, Role
from tests.databases import migrate_to_head, scratch_database, settings_for
from tests.integration.accounts.people import add_person, sign_in
from tests.integration.needs.asking import letters, link_in, press, rows, unhurried
from tests.integration.web import web_town

ANN, BOB, CAT = "ann@example.org", "bob@example.org", "cat@example.org"


@pytest.fixture
def need(town: Session) -> str:
    made = web_town.add_need(town, "A shed to mend things in", (3.5, 2.5))
    town.commit()
    return made


@pytest.fixture
def convener(app: Flask, town: Session) -> FlaskClient:
    client = app.test_client()
    sign_in(client, add_person(town, Role.CONVENER))
    return client


def offer(visitor: FlaskClient, town: Session, need: str, email: str, role: str = "start", name: str = "") -> str:
    """Offer and confirm; the path of the mailed link."""
    values = {"role": role, "name": name or email.split("@", maxsplit=1)[0].title(), "email": email}
    before = letters(town, "need_pledge")
    assert unhurried(visitor, f"/needs/{need}/pledge", **values).status_code == 302
    (letter,) = [row for row in letters(town, "need_pledge") if row not in before]
    path = link_in(letter, "pledges")
    assert press(visitor, path, f"{path}/confirm").status_code == 302
    return path


def introduce(convener: FlaskClient, need: str) -> int:
    return press(convener, "/", "/introductions", need=need).status_code


def answer(visitor: FlaskClient, town: Session, path: str, answer: str) -> int:
    (introduction,) = rows(town, "SELECT id FROM introduction")
    return press(
        visitor, "/sign-in", f"{path}/answer", introduction=str(introduction["id"]), answer=answer
    ).status_code


def test_two_are_introduced_when_both_say_yes_and_not_before(
    visitor: FlaskClient, convener: FlaskClient, town: Session, need: str
) -> None:
    ann, bob = offer(visitor, town, need, ANN), offer(visitor, town, need, BOB, "host")
    page = convener.get("/introductions").text
    assert "2 people" in page
    assert "1 would start one, 1 would host one" in page
    assert not [word for word in (ANN, BOB, "Ann", "Bob") if word in page], "a convener sees no names"
    assert introduce(convener, need) == 302
    asked = letters(town, "introduction_ask")
    assert [letter["to_address"] for letter in asked] == [ANN, BOB]
    assert not [letter for letter in asked if "Bob" in str(letter["body"]) or "Ann" in str(letter["body"])]
    assert "Shall we introduce you?" in visitor.get(ann).text
    assert answer(visitor, town, ann, "yes") == 302
    assert letters(town, "introduction_made") == []
    assert answer(visitor, town, bob, "yes") == 302
    to_ann, to_bob = letters(town, "introduction_made")
    assert BOB in str(to_ann["body"])
    assert "would host one" in str(to_ann["body"])
    assert ANN in str(to_bob["body"])
    assert not [word for word in ("Ann", "Bob") if word in str(to_ann["subject"])]


def test_a_no_is_silent_and_a_third_yes_joins_the_others(
    visitor: FlaskClient, convener: FlaskClient, town: Session, need: str
) -> None:
    ann, bob, cat = (offer(visitor, town, need, email) for email in (ANN, BOB, CAT))
    introduce(convener, need)
    answer(visitor, town, ann, "no")
    answer(visitor, town, bob, "yes")
    assert letters(town, "introduction_made") == []
    answer(visitor, town, cat, "yes")
    told = letters(town, "introduction_made")
    assert [letter["to_address"] for letter in told] == [BOB, CAT]
    assert not [letter for letter in told if ANN in str(letter["body"])]
    answer(visitor, town, cat, "yes")
    assert len(letters(town, "introduction_made")) == 2, "the same answer again tells nobody"
    answer(visitor, town, ann, "yes")
    last = letters(town, "introduction_made")
    assert [letter["to_address"] for letter in last].count(ANN) == 1
    assert all(ANN in str(letter["body"]) for letter in last if letter["to_address"] != ANN and letter not in told)


def test_one_person_alone_and_people_far_apart_are_no_cluster(
    visitor: FlaskClient, town: Session, need: str
) -> None:
    far = web_town.add_need(town, "A shed over there", (7.5, 5.5))
    town.commit()
    offer(visitor, town, need, ANN)
    offer(visitor, town, need, ANN, "host")
    offer(visitor, town, far, BOB)
    assert list_clusters(town, None) == []


def test_neighbouring_needs_of_one_subject_are_one_cluster_and_other_subjects_are_not(
    visitor: FlaskClient, town: Session, need: str
) -> None:
    near = web_town.add_need(town, "Tools to borrow", (4.5, 3.5))
    other = web_town.add_need(town, "A pitch", (3.5, 2.5))
    town.execute(text("UPDATE need SET theme_key = 'sport' WHERE id = :id"), {"id": other})
    town.commit()
    offer(visitor, town, need, ANN)
    offer(visitor, town, near, BOB)
    offer(visitor, town, near, ANN)
    offer(visitor, town, other, CAT)
    (cluster,) = list_clusters(town, None)
    assert (cluster.people, str(cluster.need_id)) == (2, near)
    assert set(cluster.statements) == {"A shed to mend things in", "Tools to borrow"}


def test_asking_twice_asks_nobody_twice_and_newcomers_are_asked_later(
    visitor: FlaskClient, convener: FlaskClient, town: Session, need: str
) -> None:
    offer(visitor, town, need, ANN)
    offer(visitor, town, need, BOB)
    assert introduce(convener, need) == 302
    assert introduce(convener, need) == 409
    offer(visitor, town, need, CAT)
    assert introduce(convener, need) == 302
    assert [letter["to_address"] for letter in letters(town, "introduction_ask")] == [ANN, BOB, CAT]
    assert len(rows(town, "SELECT * FROM introduction")) == 1


def test_an_offer_that_is_not_confirmed_or_was_taken_back_does_not_count(
    visitor: FlaskClient, convener: FlaskClient, town: Session, need: str
) -> None:
    ann = offer(visitor, town, need, ANN)
    unhurried(visitor, f"/needs/{need}/pledge", role="help", name="Bob", email=BOB)
    assert introduce(convener, need) == 409
    offer(visitor, town, need, CAT)
    assert list_clusters(town, None)[0].people == 2
    assert press(visitor, ann, f"{ann}/withdraw").status_code == 302
    assert list_clusters(town, None) == []
    assert rows(town, "SELECT * FROM contact WHERE email = :e OR name = 'Ann'", e=ANN) == []
    assert "forgotten your name" in visitor.get(ann).text
    assert press(visitor, "/sign-in", f"{ann}/confirm").status_code == 404


def test_taking_an_offer_back_after_a_yes_keeps_the_name_from_those_who_answer_later(
    visitor: FlaskClient, convener: FlaskClient, town: Session, need: str
) -> None:
    ann, bob = offer(visitor, town, need, ANN), offer(visitor, town, need, BOB)
    introduce(convener, need)
    answer(visitor, town, ann, "yes")
    press(visitor, "/sign-in", f"{ann}/withdraw")
    answer(visitor, town, bob, "yes")
    assert letters(town, "introduction_made") == []


def test_an_introduction_is_over_after_sixty_days(
    visitor: FlaskClient, convener: FlaskClient, town: Session, need: str
) -> None:
    ann = offer(visitor, town, need, ANN)
    offer(visitor, town, need, BOB)
    introduce(convener, need)
    town.execute(text("UPDATE introduction SET made_at_utc = now() - interval '61 days'"))
    town.commit()
    assert answer(visitor, town, ann, "yes") == 410
    assert "Shall we introduce you?" not in visitor.get(ann).text
    assert list_clusters(town, None)[0].can_be_asked


def test_somebody_who_was_not_asked_cannot_answer(
    visitor: FlaskClient, convener: FlaskClient, town: Session, need: str
) -> None:
    offer(visitor, town, need, ANN)
    offer(visitor, town, need, BOB)
    introduce(convener, need)
    cat = offer(visitor, town, need, CAT)
    assert answer(visitor, town, cat, "yes") == 410
    assert press(visitor, cat, f"{cat}/answer", introduction="x", answer="yes").status_code == 404
    assert press(visitor, cat, f"{cat}/answer", introduction=need, answer="perhaps").status_code == 400


def test_offers_are_forgotten_after_a_year_and_unconfirmed_ones_after_two_weeks(
    visitor: FlaskClient, town: Session, need: str
) -> None:
    offer(visitor, town, need, ANN)
    unhurried(visitor, f"/needs/{need}/pledge", role="help", name="Bob", email=BOB)
    for days, left in ((10, [ANN, BOB]), (20, [ANN]), (370, [])):
        town.execute(text(f"UPDATE pledge SET made_at_utc = now() - interval '{days} days'"))
        forget_old_pledges(town)
        found = rows(town, "SELECT email FROM contact WHERE email IS NOT NULL ORDER BY email")
        assert [row["email"] for row in found] == left


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"role": ""}, "role"), ({"role": "own"}, "role"), ({"name": ""}, "name"), ({"name": " "}, "name"),
        ({"name": "see http://spam.example"}, "name"), ({"name": "07700 900123"}, "name"),
        ({"email": ""}, "email"), ({"email": "a@b"}, "email"), ({"words": "x" * 501}, "words"),
    ],
)  # fmt: skip
def test_a_wrong_offer_is_explained_and_kept(
    visitor: FlaskClient, town: Session, need: str, values: dict[str, str], field: str
) -> None:
    typed = {"role": "help", "name": "Ann", "email": ANN, "words": "Tuesdays", **values}
    answer = unhurried(visitor, f"/needs/{need}/pledge", **typed)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert f'id="field-{field}"' in answer.text
    assert typed["words"] in answer.text
    assert letters(town, "need_pledge") == []


def test_nothing_of_an_offer_is_public(visitor: FlaskClient, town: Session, need: str) -> None:
    typed = {"role": "help", "name": "Canaryname", "email": "canary@example.org", "words": "Canarywords"}
    unhurried(visitor, f"/needs/{need}/pledge", **typed)
    path = link_in(letters(town, "need_pledge")[0], "pledges")
    press(visitor, path, f"{path}/confirm")
    for address in (f"/needs/{need}", "/needs", f"/needs/{need}/where.json", "/map?kind=need", "/"):
        assert "canary" not in visitor.get(address).text.lower()


def test_two_yeses_at_one_moment_are_one_introduction(worker: str) -> None:
    with scratch_database(f"wdw_intro_{worker}") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url)
        with Session(engine) as session:
            tokens, introduction = two_who_were_asked(session)

        def say_yes(token: str) -> None:
            with Session(engine) as own:
                answer_introduction(own, token, introduction, True, lambda token: f"https://x/pledges/{token}")
                own.commit()

        with ThreadPoolExecutor(2) as both:
            list(both.map(say_yes, tokens))
        with Session(engine) as session:
            told = letters(session, "introduction_made")
        engine.dispose()
    assert [letter["to_address"] for letter in told] == [ANN, BOB]


def two_who_were_asked(session: Session) -> tuple[list[str], UUID]:
    web_town.build(session)
    need = web_town.add_need(session, "A shed", (3.5, 2.5))
    for email in (ANN, BOB):
        new = NewPledge(PledgeRole.HELP, "Name", email)
        make_pledge(session, UUID(need), new, "key", lambda token: f"https://x/pledges/{token}")
    introduction: UUID = web_town.insert(session, "introduction", need_id=need)
    session.execute(text("UPDATE contact SET email_confirmed_at_utc = now()"))
    session.execute(
        text("INSERT INTO introduction_answer (introduction_id, contact_id) SELECT :id, id FROM contact"),
        {"id": introduction},
    )
    pledges = session.execute(text("SELECT id, contact_id FROM pledge ORDER BY id")).all()
    tokens = [
        make_link(session, LinkPurpose.INTRODUCTION, record_id=row.id, contact_id=row.contact_id)
        for row in pledges
    ]
    session.commit()
    return tokens, introduction
