"""“There is something here”: taken without an account, marked as disputed, settled by a person, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions import challenges
from app.actions.clock import today
from app.actions.gap_answers import AreaGap, GapQuestion
from app.actions.gaps import answer_gap_question
from app.actions.submissions import approve, reject
from app.actions.undo import undo
from app.errors import BadQuestionError, ChangedMeanwhileError, NotFoundError
from app.models import Account
from app.vocabulary import GapState
from tests.integration.accounts.people import sign_in, token_of
from tests.integration.add.filling import add_postcode
from tests.integration.moderation.sent import PAGES, choir, column, kitchen_id, send_group
from tests.integration.records.forms import Form
from tests.integration.web.pages import Page

ADDRESS = "/gaps/challenge?theme=food&area=square:S71"
TYPED = {"name": "Soup on Sundays", "where": "Old barn, Farm Lane", "when": "Sundays", "known": "goes"}
QUESTION = GapQuestion("food", "square", "town:T1")


def row_of(session: Session, code: str = "S71", layer: str = "square") -> AreaGap:
    answer = answer_gap_question(session, GapQuestion("food", layer, "town:T1"), draws=0)
    return next(row for row in answer.rows if row.area.area_code == code)


def newest(session: Session) -> Any:
    return session.execute(text("SELECT * FROM submission ORDER BY sent_at_utc DESC, id LIMIT 1")).one()


def test_a_challenge_waits_and_marks_the_area_as_disputed_with_nothing_that_was_typed(
    town: Session, form: Form
) -> None:
    before = answer_gap_question(town, QUESTION, draws=0)
    answer = form.send(ADDRESS, **TYPED)
    assert (answer.status_code, answer.location) == (303, "/gaps/challenge/thanks?theme=food&area=square:S71")
    sent = newest(town)
    assert (sent.kind, sent.state, sent.note) == ("challenge", "waiting", "I have been there.")
    assert sent.document["name"] == "Soup on Sundays"
    after = answer_gap_question(town, QUESTION, draws=0)
    disputed = [row for row in after.rows if row.disputed]
    assert [row.area.area_code for row in disputed] == ["S71"]
    assert disputed[0].disputed_since == today()
    assert "Somebody says there is something here: being checked since" in disputed[0].sentence
    assert after.data_version != before.data_version
    assert [(row.area, row.rank, row.people_without) for row in after.rows] == [
        (row.area, row.rank, row.people_without) for row in before.rows
    ]
    for address in ("/gaps?theme=food", "/gaps.csv?theme=food", "/gaps.geojson?theme=food",
                    "/gaps.json?theme=food", "/areas/square/S71"):  # fmt: skip
        shown = form.client.get(address).text
        assert "disputed" in shown or "being checked since" in shown, address
        assert not any(words in shown for words in ("Soup", "Old barn", "Farm Lane", "Sundays")), address


def test_the_answer_says_how_many_of_the_worst_are_disputed(town: Session, form: Form) -> None:
    worst = [row.area.area_code for row in answer_gap_question(town, QUESTION, draws=0).rows[:2]]
    for number, code in enumerate(worst):
        form.send(f"/gaps/challenge?theme=food&area=square:{code}", **TYPED)
        said = answer_gap_question(town, QUESTION, draws=0).sentence
        assert f"{number + 1} of the 10 worst {'are' if number else 'is'} disputed" in said


def test_a_bigger_area_that_holds_most_of_it_is_disputed_and_a_smaller_one_is_not(
    town: Session, form: Form
) -> None:
    form.send(ADDRESS, **TYPED)
    ward = town.scalar(
        text("""
        SELECT a.area_code FROM area s JOIN area a ON ST_Covers(a.geom, s.point_geom)
        JOIN area_layer l ON l.id = a.area_layer_id AND l.key = 'ward' WHERE s.area_code = 'S71'
        """)
    )
    assert row_of(town, str(ward), "ward").disputed == 1
    form.send(f"/gaps/challenge?theme=food&area=ward:{ward}", **TYPED)
    assert row_of(town, str(ward), "ward").disputed == 2
    assert row_of(town).disputed == 1
    others = answer_gap_question(town, GapQuestion("sport", "square", "town:T1"), draws=0)
    assert not any(row.disputed for row in others.rows)


def test_many_from_one_visitor_are_not_shown_before_an_address_is_confirmed(town: Session, form: Form) -> None:
    codes = [f"S{number}{row}" for row in (0, 1) for number in range(4)]
    for code in codes:
        form.send(f"/gaps/challenge?theme=food&area=square:{code}", **TYPED, email="jo@example.org")
    disputed = {row.area.area_code for row in answer_gap_question(town, QUESTION, draws=0).rows if row.disputed}
    assert disputed == set(codes[:5])
    body = town.scalar(
        text("SELECT body FROM mail WHERE template = 'confirm_challenge' ORDER BY made_at_utc LIMIT 1")
    )
    link = next(part for part in str(body).split() if "/gaps/challenge/confirm/" in part)
    path = link[link.index("/gaps/") :]
    assert "Is this your e-mail address?" in form.client.get(path).text
    assert not column(town, "SELECT 1 FROM contact WHERE email_confirmed_at_utc IS NOT NULL")
    assert form.send(path).status_code == 200
    assert column(town, "SELECT 1 FROM contact WHERE email_confirmed_at_utc IS NOT NULL") == [1]
    town.execute(text("UPDATE contact SET email_confirmed_at_utc = now()"))
    disputed = {row.area.area_code for row in answer_gap_question(town, QUESTION, draws=0).rows if row.disputed}
    assert disputed == set(codes)


def test_a_link_that_confirms_a_challenge_gives_no_way_to_edit(town: Session, form: Form) -> None:
    form.send(ADDRESS, **TYPED, email="jo@example.org")
    body = str(column(town, "SELECT body FROM mail")[0])
    token = next(part for part in body.split() if "/confirm/" in part).rpartition("/")[2]
    assert form.client.get(f"/add/confirm/{token}").status_code == 404
    assert form.client.get("/gaps/challenge/confirm/nonsense").status_code == 404


def test_no_more_than_a_person_would_send_is_taken(town: Session, form: Form) -> None:
    for _time in range(challenges.MOST_PER_DAY):
        assert form.send(ADDRESS, **TYPED).status_code == 303
    assert form.send(ADDRESS, **TYPED).status_code == 429
    assert column(town, "SELECT count(*) FROM challenge") == [challenges.MOST_PER_DAY]


def test_pressed_twice_it_is_sent_once(town: Session, form: Form) -> None:
    filled = {**form.open(ADDRESS), **TYPED}
    for _time in range(2):
        assert form.client.post(ADDRESS, data=filled).status_code == 303
    assert column(town, "SELECT count(*) FROM challenge") == [1]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"where": " "}, "where"),
        ({"where": "y" * 161}, "where"),
        ({"when": "z" * 1_501}, "when"),
        ({"known": ""}, "known"),
        ({"known": "magic"}, "known"),
        ({"email": "jo at example"}, "email"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_field_and_nothing_is_lost(
    town: Session, form: Form, typed: dict[str, str], field: str
) -> None:
    answer = form.send(ADDRESS, **{**TYPED, "words": "Kept words", **typed})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.one("a", href=f"#field-{field}")
    assert page.one(id=f"wrong-{field}")
    assert "Kept words" in answer.text
    assert column(town, "SELECT count(*) FROM submission") == [0]


@pytest.mark.parametrize(
    "query",
    ["", "?theme=food", "?theme=none&area=square:S71", "?theme=food&area=S999", "?theme=food&area=:", "?area=%00",
     "?theme=food&theme=sport&area=square:S71", "?theme=food&area=" + "x" * 200],
)  # fmt: skip
def test_an_address_that_names_no_gap_says_what_to_do(town: Session, client: FlaskClient, query: str) -> None:
    for path in ("/gaps/challenge", "/gaps/challenge/thanks"):
        assert client.get(path + query).status_code == 400


def test_a_robot_is_thanked_and_haste_is_asked_to_look_again(
    town: Session, client: FlaskClient, form: Form
) -> None:
    assert form.send(ADDRESS, **TYPED, web_page="http://x").status_code == 303
    assert form.send(ADDRESS, **TYPED, csrf_token="").status_code == 400
    assert form.send(ADDRESS, **TYPED, form_time="forged").status_code == 422
    assert column(town, "SELECT count(*) FROM submission") == [0]


def test_there_is_it_goes_on_the_map_where_its_postcode_is_and_closes_the_gap(
    town: Session, form: Form, moderator: Account
) -> None:
    add_postcode(town)
    postcode = column(town, "SELECT postcode FROM postcode LIMIT 1")[0]
    form.send(ADDRESS, **{**TYPED, "where": f"Old barn, {postcode}"}, email="jo@example.org")
    sent = newest(town)
    place = sent.document["services"][0]["places"][0]
    assert (place["address"], place["lon"] is not None) == ("Old barn", True)
    approve(town, sent.id, moderator.id, today(), pages=PAGES)
    town.commit()
    assert row_of(town).disputed == 0
    counted = (
        "SELECT count(*) FROM public_provision p JOIN public_service s ON s.id = p.service_id "
        "WHERE s.name = 'Soup on Sundays' AND p.theme_key = 'food' AND p.geom IS NOT NULL"
    )
    assert column(town, counted) == [1]
    letters = column(town, "SELECT subject FROM mail")
    assert sorted(letters) == ["Is this your e-mail address?", "Thank you: we have looked into it"]
    undo(town, sent.id, moderator.id, today())
    assert row_of(town).disputed == 1
    assert not column(town, "SELECT 1 FROM public_organisation WHERE name = 'Soup on Sundays'")


def test_listed_already_confirms_that_entry_and_gives_it_the_theme_and_can_be_taken_back(
    town: Session, form: Form, moderator: Account
) -> None:
    form.send("/gaps/challenge?theme=sport&area=square:S00", **TYPED)
    sent, kitchen = newest(town), kitchen_id(town)
    town.execute(text("UPDATE organisation SET confirmed_on = :day"), {"day": today() - timedelta(days=400)})
    themes = (
        "SELECT theme_key FROM public_service_theme st JOIN public_service s ON s.id = st.service_id "
        "WHERE s.organisation_id = :id ORDER BY 1"
    )
    challenges.settle_listed(town, sent.id, kitchen, moderator.id, today(), areas=None, pages=PAGES)
    assert column(town, themes, id=kitchen) == ["food", "sport"]
    assert column(town, "SELECT confirmed_on FROM organisation WHERE id = :id", id=kitchen) == [today()]
    assert not column(town, "SELECT 1 FROM public_dispute")
    assert not column(town, "SELECT 1 FROM organisation WHERE name = 'Soup on Sundays'")
    undo(town, sent.id, moderator.id, today())
    assert column(town, themes, id=kitchen) == ["food"]
    assert newest(town).record_id is None
    assert column(town, "SELECT message_count FROM public_dispute") == [1]


def test_an_entry_outside_the_areas_of_a_moderator_cannot_be_said_to_be_it(
    town: Session, form: Form, moderator: Account
) -> None:
    form.send(ADDRESS, **TYPED)
    sent = newest(town)
    far = column(town, "SELECT id FROM area WHERE area_code = 'S71'")
    with pytest.raises(NotFoundError):
        challenges.settle_listed(town, sent.id, kitchen_id(town), moderator.id, today(), areas=far)


def test_looked_and_nothing_there_is_a_check_of_today_until_it_is_taken_back(
    town: Session, form: Form, moderator: Account
) -> None:
    area = "square:S74"  # where nobody has looked
    assert row_of(town, "S74").state == GapState.NOT_ENOUGH_DATA
    form.send(f"/gaps/challenge?theme=food&area={area}", **TYPED, email="jo@example.org")
    sent = newest(town)
    with pytest.raises(BadQuestionError):
        challenges.settle_nothing(town, sent.id, moderator.id, " ", today())
    challenges.settle_nothing(town, sent.id, moderator.id, "We walked all of it.", today(), pages=PAGES)
    row = row_of(town, "S74")
    assert (row.state, row.checked_on, row.disputed) == (GapState.CHECKED_NONE, today(), 0)
    letters = column(town, "SELECT body FROM mail WHERE template = 'looked_nothing'")
    assert len(letters) == 1
    assert "We walked all of it." in letters[0]
    with pytest.raises(ChangedMeanwhileError):
        challenges.settle_nothing(town, sent.id, moderator.id, "Again", today())
    undo(town, sent.id, moderator.id, today())
    row = row_of(town, "S74")
    assert (row.state, row.disputed) == (GapState.NOT_ENOUGH_DATA, 1)
    verbs = column(town, "SELECT verb FROM audit_entry WHERE submission_id = :id ORDER BY id", id=sent.id)
    assert verbs == ["sent", "rejected", "undone"]


def test_of_two_looks_taking_one_back_leaves_the_other(town: Session, form: Form, moderator: Account) -> None:
    surveys = "SELECT checked_on FROM survey s JOIN area a ON a.id = s.area_id WHERE area_code = 'S74'"
    for _time in range(3):
        form.send("/gaps/challenge?theme=food&area=square:S74", **TYPED)
    earlier, now = today() - timedelta(days=9), today()
    sent = dict(zip(column(town, "SELECT id FROM submission"), (earlier, now, now), strict=True))
    for submission_id, day in sent.items():
        challenges.settle_nothing(town, submission_id, moderator.id, "Looked.", day)
    first, second, third = sent
    left = []
    for submission_id in (second, third, first):
        assert column(town, surveys) == [max(day for one, day in sent.items() if one not in left)]
        undo(town, submission_id, moderator.id, now)
        left.append(submission_id)
    assert column(town, surveys) == []


def test_a_look_stays_when_the_message_is_cleared_away(town: Session, form: Form, moderator: Account) -> None:
    form.send("/gaps/challenge?theme=food&area=square:S74", **TYPED)
    challenges.settle_nothing(town, newest(town).id, moderator.id, "Looked.", today())
    town.execute(text("DELETE FROM submission"))
    assert row_of(town, "S74").checked_on == today()


def test_a_plain_refusal_is_no_look(town: Session, form: Form, moderator: Account) -> None:
    form.send("/gaps/challenge?theme=food&area=square:S74", **TYPED)
    reject(town, newest(town).id, moderator.id, "This is an advertisement.")
    assert row_of(town, "S74").state == GapState.NOT_ENOUGH_DATA
    assert row_of(town, "S74").disputed == 0


@pytest.fixture
def desk(client: FlaskClient, moderator: Account) -> FlaskClient:
    sign_in(client, moderator)
    return client


def decide(desk: FlaskClient, sent: Any, decision: str, **typed: str) -> Any:
    page = f"/moderation/{sent.id}"
    return desk.post(page, data={"csrf_token": token_of(desk, page), "decision": decision, **typed})


def test_a_moderator_sees_the_gap_and_settles_it_on_its_page(town: Session, form: Form, desk: FlaskClient) -> None:
    form.send("/gaps/challenge?theme=sport&area=square:S02", **TYPED)
    sent, kitchen = newest(town), kitchen_id(town, "Kitchen 2")
    page = desk.get(f"/moderation/{sent.id}").text
    assert "There is: put it on the map" in page
    assert "Sport, Square 0-2" in page
    assert "Kitchen 2" in page  # it meets there, so it may be what was meant
    for typed in ({}, {"listed_page": "https://example.org/other"}, {"listed": "x"}):
        answer = decide(desk, sent, "listed", **typed)
        assert answer.status_code == 400
        assert "field-listed" in answer.text
    assert decide(desk, sent, "listed", listed_page=f"http://x/organisations/{UUID(int=7)}").status_code == 404
    answer = decide(desk, sent, "listed", listed_page=f"http://localhost/organisations/{kitchen}?x=1")
    assert answer.status_code == 302
    assert "Approved" in desk.get(f"/moderation/{sent.id}").text
    assert not column(town, "SELECT 1 FROM public_dispute")


def test_looked_needs_words_and_keeps_them(town: Session, form: Form, desk: FlaskClient) -> None:
    form.send("/gaps/challenge?theme=food&area=square:S74", **TYPED)
    sent = newest(town)
    assert decide(desk, sent, "nothing", reason="").status_code == 400
    assert decide(desk, sent, "nothing", reason="Ada walked round.").status_code == 302
    assert "Somebody looked on" in desk.get(f"/moderation/{sent.id}").text
    assert column(town, "SELECT count(*) FROM survey WHERE checked_on = :day", day=today()) == [1]


def test_only_a_challenge_is_settled_like_one(town: Session, desk: FlaskClient) -> None:
    sent = send_group(town, choir(town))
    assert decide(desk, sent, "nothing", reason="No").status_code == 404
    assert decide(desk, sent, "listed", listed=str(kitchen_id(town))).status_code == 404
    assert column(town, "SELECT state FROM submission") == ["waiting"]
