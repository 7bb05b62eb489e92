"""Two people change one entry: nothing is overwritten unseen, both are shown side by side (F12)."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.group_documents import read_group, save_group
from tests.integration.add.filling import fill, hidden_of, sent_documents
from tests.integration.web import web_town


def test_a_change_that_came_first_is_shown_beside_mine(visitor: FlaskClient, town: Session) -> None:
    organisation_id = web_town.add_service(town, "Lunch", (2.6, 2.6))[0]
    town.commit()
    fill(visitor, f"/organisations/{organisation_id}/change")
    fill(visitor, "/add/who?then=check", cost="paid", cost_note="£3", audiences=["women"])
    document, version = read_group(town, organisation_id)  # type: ignore[arg-type]
    renamed = document.model_copy(update={"name": "Late Lunch"})
    save_group(town, renamed, today=today(), organisation_id=organisation_id)  # type: ignore[arg-type]
    town.commit()

    answer = fill(visitor, "/add/check", note="Told by the cook")
    assert answer.status_code == 409
    assert "Late Lunch" in answer.text
    assert "£3" in answer.text
    assert 'value="Told by the cook"' in answer.text
    assert sent_documents(town) == []

    form = hidden_of(answer.text)
    assert visitor.post("/add/check", data=form).location == "/add/sent"
    sent = town.execute(text("SELECT base_version, before ->> 'name' AS before, note FROM submission")).one()
    assert tuple(sent) == (version + 1, "Late Lunch", "Told by the cook")


def test_a_group_may_do_several_things(visitor: FlaskClient, town: Session) -> None:
    organisation_id = web_town.add_service(town, "Lunch", (2.6, 2.6))[0]
    town.commit()
    fill(visitor, f"/organisations/{organisation_id}/change")
    page = visitor.get("/add/check")
    assert visitor.post("/add/services", data=hidden_of(page.text)).location == "/add/what?service=1"
    named = fill(visitor, "/add/what?service=1", service="Supper", themes=["food"])
    assert named.location == "/add/when?service=1"
    fill(visitor, "/add/when?service=1&then=check", **{"days-0": "6", "opens-0": "6pm", "closes-0": "8.30 pm"})
    page = visitor.get("/add/check").text
    assert "Every Saturday, 6pm to 8:30pm" in page
    assert "Every Tuesday, midday to 2pm" in page
    fill(visitor, "/add/check")
    (document,) = sent_documents(town)
    assert [service["name"] for service in document["services"]] == ["Lunch lunch", "Supper"]
    assert document["services"][0]["id"] is not None
