"""“I could use this”: asked by letter, told only after two yeses, never twice; and what came of it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.hubs import HubScope
from app.actions.pairs import MOST_ASKED, ask_what_came, ask_who_was_held, forget_unconfirmed
from app.queries.forgetting import forget_address, forget_contacts
from app.queries.introductions import count_outcomes
from app.queries.offers import withdraw
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in
from tests.integration.needs.asking import letters, link_in, press, rows, unhurried
from tests.integration.needs.test_introductions import offer as pledge
from tests.integration.offers.offering import ANN, BOB, CAT, add_offer, publish
from tests.integration.offers.offering import say as say_offer
from tests.integration.test_hubs import add_hub, codes_of, convener_of
from tests.integration.web import web_town

WORDS = "We would cook in it on Tuesdays"


def reply(visitor: FlaskClient, town: Session, offer_id: UUID, email: str = BOB, **values: str) -> str:
    """Say “I could use this”; the path of the link in the letter."""
    before = letters(town, "offer_reply")
    form = {"name": email.split("@", maxsplit=1)[0].title(), "email": email, "words": WORDS, **values}
    assert unhurried(visitor, f"/offers/{offer_id}/reply", **form).status_code == 302
    new = [row for row in letters(town, "offer_reply") if row not in before]
    return link_in(new[-1], "introduced")


def say(visitor: FlaskClient, path: str, answer: str) -> int:
    return press(visitor, "/sign-in", f"{path}/answer", answer=answer).status_code


def asked(town: Session, number: int = -1) -> str:
    return link_in(letters(town, "pair_ask")[number], "introduced")


def introduce(visitor: FlaskClient, town: Session, offer_id: UUID) -> tuple[str, str]:
    """Bob replies, Ann says yes; the links of both."""
    mine = reply(visitor, town, offer_id)
    assert say(visitor, mine, "yes") == 302
    theirs = asked(town)
    assert say(visitor, theirs, "yes") == 302
    return mine, theirs


def test_nobody_is_asked_before_the_address_is_confirmed_and_nobody_told_before_two_yeses(
    visitor: FlaskClient, town: Session
) -> None:
    offer_id = add_offer(town, "A hall", (3.5, 2.5), ANN, "Ann")
    mine = reply(visitor, town, offer_id)
    for _scan in range(2):
        assert "Shall we ask the other side?" in visitor.get(mine).text
    assert letters(town, "pair_ask") == []
    assert say(visitor, mine, "yes") == 302
    (ask,) = letters(town, "pair_ask")
    assert ask["to_address"] == ANN
    assert WORDS in str(ask["body"])
    assert "A hall" in str(ask["body"])
    assert "Bob" not in str(ask["body"]) + visitor.get(asked(town)).text
    assert BOB not in str(ask["body"]) + visitor.get(asked(town)).text
    assert letters(town, "pair_made") == []
    assert "Ann" not in visitor.get(mine).text
    assert say(visitor, asked(town), "yes") == 302
    to_ann, to_bob = letters(town, "pair_made")
    assert BOB in str(to_ann["body"])
    assert "Bob" in str(to_ann["body"])
    assert ANN in str(to_bob["body"])
    assert say(visitor, asked(town), "yes") == 302
    assert len(letters(town, "pair_made")) == 2, "the same yes again tells nobody again"


def test_a_no_is_told_to_nobody_and_can_be_changed(visitor: FlaskClient, town: Session) -> None:
    mine = reply(visitor, town, add_offer(town, "A hall", (3.5, 2.5), ANN))
    say(visitor, mine, "yes")
    before = visitor.get(mine).text
    say(visitor, asked(town), "no")
    assert letters(town, "pair_made") == []
    shown = visitor.get(mine).text
    assert [line for line in shown.splitlines() if "csrf" not in line and "nonce" not in line] == [
        line for line in before.splitlines() if "csrf" not in line and "nonce" not in line
    ]
    say(visitor, asked(town), "yes")
    assert len(letters(town, "pair_made")) == 2


def test_the_same_pair_is_asked_once(visitor: FlaskClient, town: Session) -> None:
    offer_id = add_offer(town, "A hall", (3.5, 2.5), ANN)
    say(visitor, reply(visitor, town, offer_id), "yes")
    again = reply(visitor, town, offer_id)
    say(visitor, again, "yes")
    assert len(letters(town, "pair_ask")) == 1
    assert rows(town, "SELECT count(*) AS n FROM introduction") == [{"n": 1}]


def test_an_introduction_is_over_after_sixty_days(visitor: FlaskClient, town: Session) -> None:
    mine = reply(visitor, town, add_offer(town, "A hall", (3.5, 2.5), ANN))
    say(visitor, mine, "yes")
    town.execute(text("UPDATE introduction SET made_at_utc = now() - interval '61 days'"))
    town.commit()
    assert say(visitor, asked(town), "yes") == 410
    assert "This introduction is over" in visitor.get(asked(town)).text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"), ({"name": "see http://spam.example"}, "name"), ({"email": "a@b"}, "email"),
        ({"email": ANN}, "email"), ({"words": ""}, "words"), ({"words": "x" * 301}, "words"),
        ({"words": "Ring 0161 496 0000"}, "words"), ({"words": "See www.spam.example"}, "words"),
        ({"words": "a\0"}, "words"),
    ],
)  # fmt: skip
def test_a_wrong_reply_is_explained_and_kept(
    visitor: FlaskClient, town: Session, values: dict[str, str], field: str
) -> None:
    offer_id = add_offer(town, "A hall", (3.5, 2.5), ANN)
    typed = {"name": "Bob", "email": BOB, "words": WORDS, **values}
    answer = unhurried(visitor, f"/offers/{offer_id}/reply", **typed)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert letters(town, "offer_reply") == []
    if field != "words":
        assert WORDS in answer.text


def test_what_nobody_can_be_asked_about_says_so(visitor: FlaskClient, town: Session) -> None:
    offer_id = add_offer(town, "A hall", (3.5, 2.5))
    answer = unhurried(visitor, f"/offers/{offer_id}/reply", name="Bob", email=BOB, words=WORDS)
    assert answer.status_code == 422
    assert "Nobody can be written to" in answer.text
    assert rows(town, "SELECT * FROM contact") == []


def test_help_for_what_a_group_asks_on_its_page_reaches_the_group(visitor: FlaskClient, town: Session) -> None:
    (kitchen,) = rows(town, "SELECT id FROM organisation WHERE name = 'Kitchen 1'")
    town.execute(
        text("INSERT INTO ask (organisation_id, kind, words) VALUES (:id, 'volunteers', 'Two cooks')"), kitchen
    )
    town.execute(
        text("INSERT INTO contact (organisation_id, purpose, email, source) "
             "VALUES (:id, 'group', 'kitchen@example.org', 'test')"), kitchen
    )  # fmt: skip
    town.commit()
    page = visitor.get(f"/organisations/{kitchen['id']}").text
    (ask,) = rows(town, "SELECT id FROM ask")
    assert f"/offers/{ask['id']}/reply" in page
    say(visitor, reply(visitor, town, UUID(str(ask["id"])), words="I cook for forty"), "yes")
    (letter,) = letters(town, "pair_ask")
    assert letter["to_address"] == "kitchen@example.org"
    assert "I cook for forty" in str(letter["body"])
    say(visitor, asked(town), "yes")
    to_bob = letters(town, "pair_made")[0]
    assert "Kitchen 1: kitchen@example.org" in str(to_bob["body"])


def test_what_came_of_it_is_asked_twice_at_most_and_counted(visitor: FlaskClient, town: Session) -> None:
    mine, theirs = introduce(visitor, town, add_offer(town, "A hall", (3.5, 2.5), ANN, kind="mentoring"))

    def letters_after(days: int) -> int:
        town.execute(
            text("UPDATE introduction SET shared_at_utc = now() - make_interval(days => :d)"), {"d": days}
        )
        town.execute(
            text("UPDATE introduction_answer SET answered_at_utc = now() - make_interval(days => :d), "
                 "outcome_asked_at_utc = outcome_asked_at_utc - interval '15 days'"), {"d": days}
        )  # fmt: skip
        return ask_what_came(town, lambda token: f"https://x/introduced/{token}")

    assert [letters_after(days) for days in (20, 22)] == [0, 2]
    path = link_in(letters(town, "introduction_outcome")[0], "introduced")
    shown = visitor.get(path).text
    for words in ("It helped", "We are still at it", "It came to nothing", "We never met"):
        assert words in shown
    assert rows(town, "SELECT * FROM introduction_answer WHERE outcome IS NOT NULL") == [], "looking says nothing"
    assert press(visitor, "/sign-in", f"{path}/outcome", outcome="going_on").status_code == 302
    assert "You said: We are still at it" in visitor.get(path).text
    assert press(visitor, "/sign-in", f"{path}/outcome", outcome="helped").status_code == 302
    assert press(visitor, "/sign-in", f"{path}/outcome", outcome="perhaps").status_code == 400
    assert [letters_after(days) for days in (38, 54, 70)] == [1, 0, 0]
    town.execute(text("UPDATE introduction SET shared_at_utc = now()"))
    counts = count_outcomes(town, None, today(), today())
    assert (counts.introductions, counts.people, counts.helped, counts.going_on, counts.unsaid) == (1, 2, 1, 0, 1)
    assert count_outcomes(town, None, today() + timedelta(days=1), today() + timedelta(days=9)).people == 0
    assert {mine, theirs}


def test_two_who_were_not_introduced_cannot_say_what_came_of_it(visitor: FlaskClient, town: Session) -> None:
    mine = reply(visitor, town, add_offer(town, "A hall", (3.5, 2.5), ANN))
    assert press(visitor, "/sign-in", f"{mine}/outcome", outcome="helped").status_code == 410


def test_leaving_forgets_the_address_and_what_was_never_confirmed_goes(
    visitor: FlaskClient, town: Session
) -> None:
    offer_id = add_offer(town, "A hall", (3.5, 2.5), ANN)
    mine = reply(visitor, town, offer_id)
    assert press(visitor, "/sign-in", f"{mine}/leave").location == "/introduced/left"
    assert rows(town, "SELECT * FROM contact WHERE email = :e", e=BOB) == []
    reply(visitor, town, offer_id, CAT)
    town.execute(text("UPDATE introduction SET made_at_utc = now() - interval '15 days'"))
    assert forget_unconfirmed(town) == 2
    assert rows(town, "SELECT * FROM introduction") == []


def test_leaving_an_introduction_leaves_the_offer_and_its_address(visitor: FlaskClient, town: Session) -> None:
    offer_id = add_offer(town, "A hall", (3.5, 2.5), ANN)
    mine = reply(visitor, town, offer_id)
    say(visitor, mine, "yes")
    assert press(visitor, "/sign-in", f"{asked(town)}/leave").status_code == 302
    assert rows(town, "SELECT count(*) AS n FROM contact WHERE email = :e", e=ANN) == [{"n": 1}], (
        "her offer stands"
    )


@pytest.fixture
def hub(town: Session) -> UUID:
    return add_hub(town, "West hub", "square", codes_of(town, "square")[:24])


def test_a_convener_sees_matches_with_reasons_and_asks_both(
    app: Flask, visitor: FlaskClient, town: Session, hub: UUID
) -> None:
    ask = add_offer(town, "Looking for a warm room", (3.5, 1.5), ANN, "Ann", direction="ask")
    good = add_offer(town, "Chapel hall", (3.5, 2.5), BOB, "Bob")
    add_offer(town, "Sports hall", (3.4, 1.6), CAT, "Cat", theme_key="sport")
    add_offer(town, "Room in the east", (7.5, 5.5), direction="ask")
    convener = app.test_client()
    convener_of(convener, town, hub)
    page = convener.get(f"/hubs/{hub}/matches").text
    assert page.index("Chapel hall") < page.index("Sports hall"), "the same subject before the nearer"
    assert "about the same subject" in page
    assert "Room in the east" not in page
    assert not [word for word in ("Ann", "Bob", ANN, BOB) if word in page]
    form = {"ask": str(ask), "offer": str(good)}
    assert press(convener, "/", f"/hubs/{hub}/matches", **form).status_code == 303
    assert [letter["to_address"] for letter in letters(town, "pair_ask")] == [ANN, BOB]
    assert "They have been asked." in convener.get(f"/hubs/{hub}/matches").text
    assert press(convener, "/", f"/hubs/{hub}/matches", **form).status_code == 409
    for number in (0, 1):
        say(visitor, asked(town, number), "yes")
    assert len(letters(town, "pair_made")) == 2
    page = convener.get(f"/hubs/{hub}/matches").text
    assert "they know of each other" in page
    assert "one introduction, 2 people" in page
    swapped = {"ask": str(good), "offer": str(ask)}
    assert press(convener, "/", f"/hubs/{hub}/matches", **swapped).status_code == 404
    for wrong in ({"ask": "x"}, {"ask": str(UUID(int=3)), "offer": str(good)}, {}):
        assert press(convener, "/", f"/hubs/{hub}/matches", **wrong).status_code == 404


def test_a_hub_asks_only_in_its_patches_and_nobody_too_often(app: Flask, town: Session, hub: UUID) -> None:
    east = add_offer(town, "Room wanted in the east", (7.5, 5.5), ANN, direction="ask")
    offers = [add_offer(town, f"Hall {n}", (3.5, 2.5), f"bob{n}@example.org") for n in range(4)]
    asks = [add_offer(town, f"Wanted {n}", (3.5, 2.5), CAT, direction="ask") for n in range(4)]
    convener, other = app.test_client(), app.test_client()
    convener_of(convener, town, hub)
    address = f"/hubs/{hub}/matches"
    assert press(convener, "/", address, ask=str(east), offer=str(offers[0])).status_code == 404
    codes = [
        press(convener, "/", address, ask=str(ask), offer=str(offer)).status_code
        for ask, offer in zip(asks, offers, strict=True)
    ]
    assert codes == [303, 303, 303, 409], "Cat has been asked three times this month"
    sign_in(other, add_person(town, Role.MODERATOR))
    assert other.get(address).status_code == 403


def test_who_is_forgotten_is_in_no_table_and_the_other_side_is_left_in_peace(
    visitor: FlaskClient, town: Session
) -> None:
    say_offer(visitor, town, words="Qanary hall for Qanarians", email=BOB, name="Qanabob")
    offer_id = publish(town)
    mine = reply(visitor, town, offer_id, CAT, words="Cats would love it")
    say(visitor, mine, "yes")
    (bob,) = rows(town, "SELECT id FROM contact WHERE email = :e", e=BOB)
    forget_contacts(town, [UUID(str(bob["id"]))])
    forget_address(town, BOB)
    town.commit()
    for table in ("offer", "contact", "submission", "revision", "introduction", "introduction_answer", "draft"):
        found = town.scalar(text(f"SELECT count(*) FROM {table} t WHERE t::text ~* 'qana|bob@'"))
        assert found == 0, table
    assert rows(town, "SELECT id FROM mail m WHERE m::text ~* 'qanabob|bob@'") == []
    assert visitor.get(f"/offers/{offer_id}").status_code == 404
    assert visitor.get(mine).status_code == 200
    assert visitor.get("/offers").status_code == 200


def test_somebody_whom_many_ask_is_asked_three_times_a_month_and_the_others_later(
    visitor: FlaskClient, town: Session
) -> None:
    offer_id = add_offer(town, "A hall", (3.5, 2.5), ANN)
    for number in range(5):
        assert say(visitor, reply(visitor, town, offer_id, f"asker{number}@example.org", name="Bob"), "yes") == 302

    def asked_of_ann() -> int:
        ask_who_was_held(town, lambda token: f"https://x/introduced/{token}")
        town.commit()
        return len(letters(town, "pair_ask"))

    assert asked_of_ann() == MOST_ASKED
    assert forget_unconfirmed(town) == 0
    town.execute(text("UPDATE introduction_answer SET asked_at_utc = now() - interval '31 days' "
                      "WHERE asked_at_utc IS NOT NULL"))  # fmt: skip
    assert asked_of_ann() == 5


def test_neighbours_of_a_need_are_asked_what_came_of_it_too(
    app: Flask, visitor: FlaskClient, town: Session, hub: UUID
) -> None:
    need = web_town.add_need(town, "A shed to mend things in", (3.5, 2.5))
    town.commit()
    convener = app.test_client()
    sign_in(convener, add_person(town, Role.CONVENER))
    paths = [pledge(visitor, town, need, email) for email in (ANN, BOB)]
    assert press(convener, "/", "/introductions", need=need).status_code == 302
    (introduction,) = rows(town, "SELECT id FROM introduction")
    for path in paths:
        press(visitor, "/sign-in", f"{path}/answer", introduction=str(introduction["id"]), answer="yes")
    town.execute(text("UPDATE introduction SET shared_at_utc = now() - interval '22 days'"))
    town.execute(text("UPDATE introduction_answer SET answered_at_utc = now() - interval '22 days'"))
    assert ask_what_came(town, lambda token: f"https://x/introduced/{token}") == 2
    letter = letters(town, "introduction_outcome")[0]
    assert "A shed to mend things in" in str(letter["body"])
    path = link_in(letter, "introduced")
    assert press(visitor, "/sign-in", f"{path}/outcome", outcome="never_met").status_code == 302
    counts = count_outcomes(town, HubScope((hub,)), today() - timedelta(days=30), today())
    assert (counts.introductions, counts.people, counts.never_met) == (1, 2, 1)
    assert count_outcomes(town, HubScope((UUID(int=9),)), date(2026, 1, 1), today()).people == 0


def test_taking_the_offer_back_after_a_yes_keeps_the_name_from_those_who_answer_later(
    app: Flask, town: Session, hub: UUID
) -> None:
    ask = add_offer(town, "Wanted", (3.5, 1.5), ANN, direction="ask")
    offer = add_offer(town, "Hall", (3.5, 2.5), BOB)
    convener = app.test_client()
    convener_of(convener, town, hub)
    assert press(convener, "/", f"/hubs/{hub}/matches", ask=str(ask), offer=str(offer)).status_code == 303
    visitor = app.test_client()
    to_ann, to_bob = (link_in(letter, "introduced") for letter in letters(town, "pair_ask"))
    assert say(visitor, to_bob, "yes") == 302
    withdraw(town, [offer])
    town.commit()
    assert say(visitor, to_ann, "yes") == 302
    assert letters(town, "pair_made") == []
