"""A letter goes to groups that agreed and to nobody else, once, in the words that were shown."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.integration.hub_letters.writing import (
    WORDS,
    Writer,
    agree,
    days_later,
    press,
    sent_to,
    stop_path,
    tally_of,
)
from tests.integration.web import web_town

AGREED = ["kitchen1@example.org", "kitchen2@example.org", "kitchen3@example.org"]


def test_the_page_counts_before_anything_is_sent(writer: Writer) -> None:
    page = writer.client.get(writer.path)
    assert tally_of(page) == {
        "Get the letter": 3, "Gave no e-mail address": 6, "All groups that match": 9,
    }  # fmt: skip
    assert "@example.org" not in page.text.replace("kim@example.org", "")
    assert sent_to(writer.town) == []


def test_areas_and_kinds_of_help_narrow_the_groups(writer: Writer) -> None:
    south = writer.form("count", area="ward:W0")
    assert tally_of(south)["All groups that match"] == 5
    assert tally_of(south)["Get the letter"] == 2
    assert tally_of(writer.form("count", theme="sport")) == {"Get the letter": 0, "All groups that match": 0}
    both = writer.form("count", theme=["food", "sport"], area=["ward:W0", "ward:W2"])
    assert tally_of(both)["All groups that match"] == 9
    by_address = writer.client.get(f"{writer.path}?theme=food&area=ward:W2")
    assert tally_of(by_address)["All groups that match"] == 4


def test_it_goes_as_it_was_shown_to_those_who_agreed_and_once(writer: Writer) -> None:
    seen = writer.see()
    assert "Send it to 3 groups" in seen.text
    assert "https://van.example.org/?a=1&amp;b=2 &lt;b&gt;now&lt;/b&gt;" in seen.text
    sent = writer.send()
    assert sent.status_code == 303
    assert sent_to(writer.town) == AGREED
    letter = writer.town.execute(text("SELECT * FROM mail WHERE to_address = :e"), {"e": AGREED[0]}).one()
    assert letter.subject == "West hub: A van"
    assert letter.body.startswith(WORDS)
    assert "Kitchen 1" in letter.body
    assert (letter.reply_to, letter.is_one_click) == ("kim@example.org", True)
    assert letter.unsubscribe_address.endswith(stop_path(writer.town, AGREED[0]))
    shown = writer.client.get(str(sent.location))
    assert tally_of(shown) == {"Were sent the letter": 3, "Gave no e-mail address": 6, "All groups that match": 9}
    assert "kitchen1@" not in shown.text
    assert "A van" in writer.client.get(writer.path).text


def test_pressed_twice_it_is_sent_once(writer: Writer) -> None:
    letter_id = str(uuid4())
    first = writer.form("send", letter_id=letter_id, shown_to="3")
    second = writer.form("send", letter_id=letter_id, shown_to="3")
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert sent_to(writer.town) == AGREED


def test_a_hub_writes_once_a_day_and_a_group_hears_once_a_week(writer: Writer) -> None:
    assert writer.send().status_code == 303
    agree(writer.town, writer.groups["Kitchen 4"], "kitchen4@example.org")
    again = writer.form("send", shown_to="1")
    assert again.status_code == 422
    assert "has sent a letter today" in again.text
    assert WORDS.splitlines()[2] in again.text
    days_later(writer.town, 1.1)
    page = tally_of(writer.client.get(writer.path))
    assert page["Had a letter from a hub in the last 7 days"] == 3
    assert page["Get the letter"] == 1
    assert writer.send().status_code == 303
    assert sent_to(writer.town) == [*AGREED, "kitchen4@example.org"]
    days_later(writer.town, 7.1)
    assert tally_of(writer.client.get(writer.path))["Get the letter"] == 4


def test_more_groups_than_one_letter_may_reach_are_refused(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = writer.client.application
    fewer = app.config["SETTINGS"].model_copy(update={"most_letter_groups": 2})
    monkeypatch.setitem(app.config, "SETTINGS", fewer)
    assert "Send it to" not in writer.see().text
    refused = writer.form("send", shown_to="3")
    assert (refused.status_code, sent_to(writer.town)) == (422, [])
    assert "2 at most" in refused.text
    assert writer.form("send", shown_to="2", area="ward:W0").status_code == 303


def test_when_more_agreed_meanwhile_she_is_shown_anew(writer: Writer) -> None:
    agree(writer.town, writer.groups["Kitchen 4"], "kitchen4@example.org")
    refused = writer.form("send", shown_to="3")
    assert (refused.status_code, sent_to(writer.town)) == (422, [])
    assert "It would now go to 4" in refused.text
    assert WORDS.splitlines()[2] in refused.text


def test_nobody_who_agreed_is_nobody_to_write_to(writer: Writer) -> None:
    refused = writer.form("send", shown_to="0", theme="sport")
    assert (refused.status_code, sent_to(writer.town)) == (422, [])


def test_a_try_goes_to_the_convener_alone_and_not_too_often(writer: Writer) -> None:
    tries = [writer.form("try").status_code for _try in range(6)]
    assert tries == [200] * 5 + [429]
    assert set(sent_to(writer.town)) == {"kim@example.org"}
    subject = writer.town.scalar(text("SELECT subject FROM mail LIMIT 1"))
    assert subject == "West hub: A van"
    assert writer.town.scalar(text("SELECT count(*) FROM hub_letter")) == 0
    assert writer.form("count").status_code == 200


def test_what_was_done_is_in_the_trail_without_an_address(writer: Writer) -> None:
    writer.send()
    entry = writer.town.execute(text("SELECT verb, note FROM audit_entry WHERE verb = 'wrote_to_groups'")).one()
    assert entry.note == "West hub: “A van”, to 3 of 9 groups"


def test_a_group_that_is_not_public_or_has_a_hidden_place_is_not_counted(writer: Writer) -> None:
    town = writer.town
    for name, hidden in (("Pending", {"review_status": "pending"}), ("Secret", {"privacy": "hidden"})):
        ident, _service = web_town.add_service(town, name, (1.5, 1.5), **hidden)
        agree(town, ident, f"{name.lower()}@example.org")  # type: ignore[arg-type]
    registered, _service = web_town.add_service(town, "On Paper", (1.5, 1.5), role="registered_at")
    agree(town, registered, "paper@example.org")  # type: ignore[arg-type]
    assert tally_of(writer.client.get(writer.path))["All groups that match"] == 9


def test_a_group_that_serves_an_area_counts_where_that_area_is(writer: Writer) -> None:
    town = writer.town
    for name, code in (("Serves a square", "S11"), ("Serves a ward", "W2"), ("Serves the town", "T1")):
        ident, service = web_town.add_service(town, name, (6.5, 1.5), privacy="hidden")
        town.execute(
            text(
                "INSERT INTO footprint (organisation_id, service_id, role, area_id, source_id) "
                "SELECT :o, :s, 'serves', id, :source FROM area WHERE area_code = :code"
            ),
            {"o": ident, "s": service, "source": web_town.source_id(town), "code": code},
        )
    town.commit()
    shown = writer.client.get(writer.path).text
    assert "Serves a square" in shown
    assert "Serves a ward" in shown
    assert "Serves the town" not in shown
    south = writer.form("count", area="ward:W0").text
    assert ("Serves a square" in south, "Serves a ward" in south) == (True, False)


def test_a_claim_that_is_over_is_no_place_to_write_to(writer: Writer) -> None:
    writer.town.execute(text("UPDATE patch SET claimed_until = current_date - 10"))
    writer.town.commit()
    assert "looks after no area now" in writer.client.get(writer.path).text
    assert writer.form("count", area="ward:W0").status_code == 422


def test_stopping_ends_this_and_nothing_else(writer: Writer) -> None:
    agree(writer.town, writer.groups["Kitchen 4"], AGREED[0])  # somebody who is in two groups
    writer.town.execute(text("UPDATE contact SET publish = true, consent_at_utc = now(), consent_words = 'yes'"))
    writer.town.commit()
    sent = writer.send()
    path = stop_path(writer.town, AGREED[0])
    for _scan in range(3):
        assert "Stop letters from hubs?" in writer.client.get(path).text
    assert "No hub writes to you any more" in press(writer.client, path).text
    assert "No hub writes to you any more" in writer.client.get(path).text
    press_again = writer.client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert press_again.status_code == 200
    assert sent_to(writer.town) == AGREED[1:]  # what still waited is taken back
    days_later(writer.town, 8)
    page = tally_of(writer.client.get(writer.path))
    assert (page["Asked us to stop"], page["Get the letter"]) == (2, 2)
    assert writer.town.scalar(text("SELECT count(*) FROM contact WHERE publish AND email IS NOT NULL")) == 4
    figures = writer.client.get(str(sent.location)).text
    assert "<dt>Asked to stop by the link in it</dt><dd>1</dd>" in figures
    assert "could ask" in writer.client.get(writer.path).text
    assert "Kitchen 1<" not in writer.client.get(writer.path).text


def test_a_mail_program_stops_by_itself_and_a_stranger_by_nothing(writer: Writer) -> None:
    writer.send()
    program = writer.client.application.test_client()
    path = stop_path(writer.town, AGREED[1])
    assert program.post(path).status_code == 400
    assert program.post(path, data={"List-Unsubscribe": "no"}).status_code == 400
    assert program.post("/hub-letters/guess", data={"List-Unsubscribe": "One-Click"}).status_code == 404
    assert len(sent_to(writer.town)) == 3
    as_files_go = program.post(path, data={"List-Unsubscribe": "One-Click"}, content_type="multipart/form-data")
    assert as_files_go.status_code == 200  # RFC 8058 allows both kinds of form
    stopped = writer.town.scalars(text("SELECT email FROM contact WHERE hub_letters_stopped_at_utc IS NOT NULL"))
    assert list(stopped) == [AGREED[1]]
