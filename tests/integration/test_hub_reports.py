"""A hub's report for funders: what it counts, who may read it, its paper, and that empty days say so."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.evidence_snapshots import take_snapshot
from app.actions.gap_change import find_change
from app.actions.gap_scope import list_choices
from app.actions.group_documents import GroupDocument, ServiceDocument, Where
from app.actions.hub_reports import describe_report, usual_days
from app.actions.submissions import approve
from app.queries.hub_reports import Days
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import LocationPrivacy, Role, SubmissionKind
from tests.integration.accounts.people import add_convener, add_person, sign_in, sign_out, token_of
from tests.integration.evidence.test_packs import tags
from tests.integration.grants.awards import award, load
from tests.integration.moderation.sent import send_group
from tests.integration.web import web_town

ASKED = {"theme": "food", "candidates": "areas", "count": "2", "others": "share", "within": "ward:W3"}


@pytest.fixture
def hub(town: Session) -> UUID:
    """It looks after the two wards of the east."""
    source = web_town.source_id(town)
    ident = web_town.insert(
        town, "hub", name="Kitchen Network", summary="We cook together.", source_id=source, source_ref="k"
    )
    town.execute(
        text("INSERT INTO patch (hub_id, area_id) SELECT :hub, id FROM area WHERE area_code IN ('W1', 'W3')"),
        {"hub": ident},
    )
    town.commit()
    return UUID(str(ident))


@pytest.fixture
def convener(client: FlaskClient, town: Session, hub: UUID) -> FlaskClient:
    sign_in(client, add_convener(town, hub))
    return client


def keep_plan(client: FlaskClient, hub_id: UUID) -> str:
    form = {**ASKED, "title": "Food, autumn", "hub": str(hub_id), "csrf_token": token_of(client, "/plans/new")}
    answer = client.post("/plans", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.location).rsplit("/", 1)[-1]


def note(session: Session, plan_id: str, outcome: str, on: date, position: int = 1, **more: Any) -> None:
    web_town.insert(
        session, "visit", id=uuid4(), visited_on=on, outcome=outcome, **more,
        sql={"plan_stop_id": f"(SELECT id FROM plan_stop WHERE plan_id = '{plan_id}' AND position = {position})"},
    )  # fmt: skip
    session.commit()


def send_found(session: Session, name: str, *, is_approved: bool) -> UUID:
    """A group that a visit sends in."""
    place = Where(name=f"{name} hall", lon=-2.2, lat=53.5, privacy=LocationPrivacy.EXACT)
    service = ServiceDocument(name=f"{name} lunch", themes=("food",))
    document = GroupDocument(name=name, places=(place,), services=(service,))
    submission = send_group(session, document, kind=SubmissionKind.NEW_GROUP)
    if is_approved:
        approve(
            session, submission.id, add_person(session, Role.ADMIN, f"{uuid4()}@example.org").id, today=today()
        )
    session.commit()
    return submission.id


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_empty_days_say_so(convener: FlaskClient, hub: UUID) -> None:
    page = convener.get(f"/hubs/{hub}/report").text
    assert "Nothing was noted, planned or awarded between these days" in page
    assert "No list of grants is loaded here, so nobody can say." in page
    assert "We cook together." in page
    assert 'href="/hubs/' in page


def test_visits_of_these_days_and_this_hub_are_counted(convener: FlaskClient, town: Session, hub: UUID) -> None:
    plan = keep_plan(convener, hub)
    met, _ = web_town.add_service(town, "Met Kitchen", (6.5, 4.5))
    inside, before = today() - timedelta(days=10), today() - timedelta(days=200)
    note(town, plan, "met", inside, organisation_id=met)
    note(town, plan, "met", inside, organisation_id=met)
    note(town, plan, "nobody_there", today(), position=2, words="Ring Ann first", group_name="Secret Club")
    note(town, plan, "call_back", before)
    report = describe_report(town, hub, usual_days(), ())
    assert (report.visits.notes, report.visits.places, report.visits.days) == (3, 2, 2)
    assert report.visits.confirmed == 1
    assert report.outcomes == {"met": 2, "nobody_there": 1}
    assert [patch.area_code for patch in report.visited] == ["W3"]
    assert [(place.notes, place.days) for place in report.places] == [(1, 1), (2, 1)]
    older = describe_report(town, hub, Days(before, before), ())
    assert older.outcomes == {"call_back": 1}
    page = convener.get(f"/hubs/{hub}/report").text
    assert "Areas with a visit: North East (3)" in text_of(page)
    assert "Without one: South East" in text_of(page)
    assert "Ring Ann" not in page
    assert "Secret Club" not in page
    other = web_town.insert(
        town, "hub", name="Other", summary="", source_id=web_town.source_id(town), source_ref="o"
    )
    assert describe_report(town, other, usual_days(), ()).visits.notes == 0


def test_groups_that_no_register_held_are_named_once_they_are_on_the_map(
    convener: FlaskClient, town: Session, hub: UUID
) -> None:
    plan = keep_plan(convener, hub)
    known, waiting = (
        send_found(town, "Soup Ladies", is_approved=True),
        send_found(town, "Waiters", is_approved=False),
    )
    numbered = send_found(town, "Numbered Club", is_approved=True)
    town.execute(
        text("""
        INSERT INTO organisation_identifier (organisation_id, scheme, identifier)
        SELECT record_id, 'GB-CHC', '1146179' FROM submission WHERE id = :id
        """),
        {"id": numbered},
    )
    for submission in (known, known, waiting, numbered):
        note(town, plan, "met", today(), submission_id=submission)
    report = describe_report(town, hub, usual_days(), ())
    assert [one.name for one in report.on_the_map] == ["Soup Ladies"]
    assert (report.in_registers, report.not_on_the_map) == (1, 1)
    page = text_of(convener.get(f"/hubs/{hub}/report").text)
    assert "One group that no register held is on the map since." in page
    assert "Waiters" not in page
    town.execute(text("UPDATE organisation SET review_status = 'hidden' WHERE name = 'Soup Ladies'"))
    bump_versions(town, [RECORDS])
    town.commit()
    assert "Soup Ladies" not in convener.get(f"/hubs/{hub}/report").text


def test_introductions_in_its_areas_are_counted_with_what_came_of_them(town: Session, hub: UUID) -> None:
    near = web_town.add_need(town, "A men's shed", (6.5, 4.5))
    far = web_town.add_need(town, "A choir", (0.5, 0.5))
    contacts = [
        web_town.insert(town, "contact", purpose="pledge", name="Q", email=f"q{n}@example.org", source="test")
        for n in range(3)
    ]
    for need, outcome in ((near, "helped"), (near, None), (far, "helped")):
        made = web_town.insert(town, "introduction", need_id=need, sql={"shared_at_utc": "now()"})
        for number, contact in enumerate(contacts[:2]):
            web_town.insert(
                town, "introduction_answer", returning="contact_id", introduction_id=made, contact_id=contact,
                says_yes=True, outcome=outcome if number else None,
            )  # fmt: skip
    counts = describe_report(town, hub, usual_days(), ()).introductions
    assert (counts.made, counts.shared, counts.people, counts.unsaid) == (2, 2, 2, 1)
    assert counts.outcomes == {"helped": 1}


def test_people_newly_within_reach_and_what_moved_area_by_area(
    convener: FlaskClient, town: Session, hub: UUID
) -> None:
    choices = list_choices(town)
    assert choices.defaults is not None
    take_snapshot(town, choices.defaults)
    town.execute(text("UPDATE evidence SET made_on = made_on - 120"))
    town.commit()
    keep_plan(convener, hub)
    lon, lat = town.execute(
        text("SELECT ST_X(m), ST_Y(m) FROM plan_stop, ST_Transform(geom, 27700) AS m ORDER BY position")
    ).first() or (0, 0)
    at = ((lon - web_town.LEFT_M) / web_town.SIDE_M, (lat - web_town.BOTTOM_M) / web_town.SIDE_M)
    before = convener.get(f"/hubs/{hub}/report").text
    web_town.add_service(town, "New kitchen", at)
    bump_versions(town, [RECORDS])
    town.commit()
    after = convener.get(f"/hubs/{hub}/report").text
    newly = re.compile(r'data-label="Newly"><b>(\+?[\d,]+)</b>')
    assert newly.findall(before) == ["0"]
    assert int(newly.findall(after)[0].replace(",", "").removeprefix("+")) > 0
    assert re.search(r'data-label="Cannot tell">\+[1-9]', after)
    assert re.search(r'data-label="Real">0<', after)
    assert "Before and after, area by area" in after
    assert 'src="data:image/svg+xml;base64,' in after
    assert "Square 6-4" in after
    assert "Square 0-0" not in after
    assert "cannot tell: −" in text_of(after)


def test_of_a_theme_that_was_not_kept_it_says_so(convener: FlaskClient, hub: UUID) -> None:
    keep_plan(convener, hub)
    page = text_of(convener.get(f"/hubs/{hub}/report").text)
    assert "Of Food no answer was kept on or before these days" in page
    assert "Before and after, area by area" not in page


def test_money_of_these_days_in_these_areas(convener: FlaskClient, town: Session, hub: UUID) -> None:
    east, old = {"beneficiary_codes": ["W3"]}, today() - timedelta(days=300)
    load(
        town, award("1", **east, awarded_on=today()), award("2", **east, awarded_on=old),
        award("3", beneficiary_codes=["W0"], awarded_on=today()),
    )  # fmt: skip
    page = text_of(convener.get(f"/hubs/{hub}/report").text)
    assert "£1,000 in one grant" in page
    assert "Title of town-grants" in page
    report = describe_report(town, hub, Days(old, today()), ())
    assert report.funding.total == 2


def test_own_words_are_kept_for_these_days_only(convener: FlaskClient, hub: UUID) -> None:
    address = f"/hubs/{hub}/report"
    form = {"csrf_token": token_of(convener, address), "from": "2026-01-01", "to": "2026-03-31",
            "words": "Thank you <b>all</b>.\nIt was cold."}  # fmt: skip
    assert convener.post(address, data=form).status_code == 303
    assert convener.post(address, data=form).status_code == 303
    page = convener.get(f"{address}?from=2026-01-01&to=2026-03-31").text
    assert "<p>Thank you &lt;b&gt;all&lt;/b&gt;.</p><p>It was cold.</p>" in page
    assert "Thank you" not in convener.get(address).text
    assert "1 January 2026 to 31 March 2026" in convener.get(address).text
    assert convener.post(address, data={**form, "words": ""}).status_code == 303
    assert "1 January 2026 to 31 March 2026" not in convener.get(address).text
    too_long = convener.post(address, data={**form, "words": "x" * 4_001})
    assert too_long.status_code == 400
    assert "x" * 4_001 in too_long.text
    assert convener.post(address, data={**form, "words": "a\x00b"}).status_code == 400
    for reach in ("Write to ann@example.org", "Ring 0161 496 0000"):
        refused = convener.post(address, data={**form, "words": reach, "share": "yes"})
        assert refused.status_code == 400
        assert reach in refused.text
    assert "Other reports that were kept" not in convener.get(address).text


def shared_link(page: str) -> str:
    found = re.search(r'href="(/reports/[0-9a-f-]+)"', page)
    assert found
    return found.group(1)


def test_it_is_read_by_its_people_and_by_others_once_it_is_shared(
    convener: FlaskClient, town: Session, hub: UUID
) -> None:
    address = f"/hubs/{hub}/report"
    form = {"csrf_token": token_of(convener, address), "words": "Hello funder", "share": "yes"}
    assert convener.post(address, data=form).status_code == 303
    link = shared_link(convener.get(address).text)
    sign_out(convener)
    page = convener.get(link)
    assert page.status_code == 200
    assert "Hello funder" in page.text
    assert 'content="noindex"' in page.text
    assert "<form" not in page.text.split("<main")[1].split("</main>")[0]
    assert convener.get(f"{link}/report.pdf").data.startswith(b"%PDF")
    assert convener.get(address).status_code == 302
    other = web_town.insert(
        town, "hub", name="Other", summary="", source_id=web_town.source_id(town), source_ref="o"
    )
    sign_in(convener, add_convener(town, UUID(str(other)), "other@example.org"))
    token = token_of(convener, "/plans/new")
    for answer in (
        convener.get(address), convener.get(f"{address}.pdf"),
        convener.post(address, data={"csrf_token": token, "words": "Mine"}),
    ):  # fmt: skip
        assert answer.status_code == 404
    sign_out(convener)
    sign_in(convener, add_person(town, Role.OFFICER))
    form = {"csrf_token": token_of(convener, address), "words": "Hello funder"}
    assert convener.post(address, data=form).status_code == 303
    assert convener.get(link).status_code == 404
    assert convener.get(f"{link}/report.pdf").status_code == 404


def test_the_paper_is_tagged_and_says_whose_it_is(convener: FlaskClient, town: Session, hub: UUID) -> None:
    choices = list_choices(town)
    assert choices.defaults is not None
    take_snapshot(town, choices.defaults)
    town.execute(text("UPDATE evidence SET made_on = made_on - 120"))
    town.commit()
    note(town, keep_plan(convener, hub), "met", today())
    answer = convener.get(f"/hubs/{hub}/report.pdf")
    assert answer.mimetype == "application/pdf"
    paper = pypdf.PdfReader(BytesIO(answer.data))
    root = paper.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert "Report of Kitchen Network" in str(paper.metadata and paper.metadata.title)
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    found = tags(root["/StructTreeRoot"])
    names = [name for name, _ in found]
    assert names.count("H1") == 1
    assert {"H2", "Table", "TH", "TD", "L", "Figure"} <= set(names)
    figures = [node for name, node in found if name == "Figure"]
    assert all("A map of" in str(node["/Alt"]) for node in figures)
    words = " ".join(page.extract_text() for page in paper.pages)
    assert "Kitchen Network" in words
    assert "Where we went" in words


@pytest.mark.parametrize(
    "query",
    ["from=soon", "from=2026-02-01&to=2026-01-01", "to=2999-01-01", "from=1900-01-01", "from=%00",
     "from=2026-01-01&from=2026-01-01", "to=" + "9" * 500],
)  # fmt: skip
def test_days_that_are_none_are_said_to_be_wrong(convener: FlaskClient, hub: UUID, query: str) -> None:
    answer = convener.get(f"/hubs/{hub}/report?{query}")
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert convener.get(f"/hubs/{hub}/report.pdf?{query}").status_code == 400


def test_a_report_about_days_that_are_over_ends_with_the_kept_day_before_its_last(
    convener: FlaskClient, town: Session, hub: UUID
) -> None:
    """A kitchen that opened between the two kept days counts, one that opened after the last does not."""
    defaults = list_choices(town).defaults
    assert defaults is not None
    first, last = today() - timedelta(days=120), today() - timedelta(days=40)
    take_snapshot(town, defaults)
    town.execute(text("UPDATE evidence SET made_on = :day"), {"day": first})
    keep_plan(convener, hub)
    town.execute(text("UPDATE plan SET made_at_utc = now() - interval '90 days'"))
    for name, day in (("Second kitchen", last), ("Third kitchen", None)):
        web_town.add_service(town, name, (5.5, 1.5) if day else (6.5, 1.5))
        bump_versions(town, [RECORDS])
        if day:
            take_snapshot(town, defaults)
            town.execute(
                text("UPDATE evidence SET made_on = :day WHERE made_on = :now"), {"day": day, "now": today()}
            )
        town.commit()
    food = replace(defaults, theme="food")
    whole, part = find_change(town, food, first), find_change(town, food, first, last)
    assert whole is not None
    assert part is not None
    assert (whole.now_on, part.now_on, part.then_on) == (None, last, first)
    kept = {row.area.area_code: row.people_without or 0 for row in part.now.rows if row.rank}
    then = {row.area.area_code: row.people_without or 0 for row in part.then.rows if row.rank}
    assert part.total == pytest.approx(sum(kept.values()) - sum(then.values()))
    assert whole.total < part.total < 0
    assert {one.name for one in part.services} == {"Second kitchen lunch"}

    over = f"/hubs/{hub}/report?from={first}&to={last + timedelta(days=3)}"
    page = text_of(convener.get(over).text)
    assert f"compared with {last.day} {last:%B %Y}:" in page
    assert f"is told as it was on {last.day} {last:%B %Y}" in page
    assert "compared with now:" in text_of(convener.get(f"/hubs/{hub}/report?from={first}").text)
    assert f"to={last}" in convener.get(over).text, "the kept days are offered to choose"
    early = text_of(convener.get(f"/hubs/{hub}/report?from={first}&to={first + timedelta(days=40)}").text)
    assert "no answer was kept near the last day of the report, so it is told as it is now" in early
    paper = convener.get(over.replace("/report?", "/report.pdf?"))
    assert paper.status_code == 200
