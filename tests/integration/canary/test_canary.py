"""One record per hidden state is planted: no public output says a word of it, nor changes because of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.contacts import add_contact, delete_contact
from app.actions.drafts import begin_draft
from app.actions.duplicates import merge
from app.actions.group_documents import GroupDocument, ServiceDocument, Where, save_group
from app.actions.mail import queue_mail
from app.queries.challenges import add_challenge
from app.queries.group_documents import community_source_id
from app.vocabulary import ContactPurpose, DraftKind, LocationPrivacy, Role, SubmissionKind
from tests.integration.accounts.people import add_person
from tests.integration.canary.outputs import fetch_all, public_ids
from tests.integration.moderation.sent import TODAY, kitchen_id, send_group
from tests.integration.offers.offering import add_offer
from tests.integration.web import web_town

SAID = (
    "pending", "rejected", "hidden", "closed", "need", "private", "words", "person", "note", "sent", "draft",
    "house",
)  # fmt: skip
OVER = {"ends_on": date(2020, 1, 1)}
CORNER = (7.43, 5.57)
"""In squares of Web Town: nobody else is near."""


@pytest.fixture
def corner(town: Session) -> tuple[float, float]:
    """Longitude and latitude of the corner."""
    row = town.execute(
        text(f"SELECT ST_X(p) AS lon, ST_Y(p) AS lat FROM (SELECT {web_town.point_sql(CORNER)} AS p) one")
    ).one()
    return float(row.lon), float(row.lat)


def group(name: str, at: tuple[float, float], privacy: LocationPrivacy = LocationPrivacy.EXACT) -> GroupDocument:
    secret = Where(
        name="Qanary House", address="9 Qanary Street", postcode="ZZ9 9ZZ", lon=at[0], lat=at[1], privacy=privacy
    )
    return GroupDocument(
        name=name, summary="Qanary words", website="https://qanary.example", places=(secret,),
        services=(ServiceDocument(name=f"{name} service", description="Qanary words", themes=("food",)),),
    )  # fmt: skip


def plant_hidden(town: Session, at: tuple[float, float]) -> list[UUID]:
    """Records that nobody may know of, in every state there is; their ids."""
    ids = []
    for state in ("pending", "rejected", "hidden"):
        group_id, _version = save_group(town, group(f"Qanary {state}", at), today=TODAY)
        town.execute(
            text("UPDATE organisation SET review_status = :state WHERE id = :id"), {"state": state, "id": group_id}
        )
        ids.append(group_id)
        plant_grant(town, group_id, f"Qanary {state}")
        ids.append(UUID(web_town.add_need(town, f"Qanary need {state}", CORNER, review_status=state)))
    closed, _version = save_group(town, group("Qanary closed", at), today=TODAY)
    town.execute(text("UPDATE organisation SET stage = 'closed' WHERE id = :id"), {"id": closed})
    ids += [closed, UUID(web_town.add_need(town, "Qanary private need", CORNER, privacy="hidden"))]
    ids += list(town.scalars(text("SELECT id FROM service WHERE name LIKE 'Qanary%' ORDER BY name")))
    plant_people(town, at)
    for hidden in ({"review_status": "pending"}, {"review_status": "hidden"}, {"privacy": "hidden"}, OVER):
        ids.append(
            add_offer(town, f"Qanary words {hidden}", CORNER, "qanary@example.org", "Qanary Person", **hidden)
        )
    return ids


def plant_grant(town: Session, group_id: UUID, name: str) -> None:
    web_town.insert(
        town, "grant_award", source_id=web_town.source_id(town), grant_ref=f"360G-{name}", title=f"{name} grant",
        currency="GBP", amount=1, awarded_on=TODAY, funder_name="Qanary person", recipient_name=name,
        organisation_id=group_id, matched_by="register_number", recipient_postcode="ZZ9 9ZZ",
    )  # fmt: skip


def plant_people(town: Session, at: tuple[float, float]) -> None:
    """Contacts nobody agreed to show, and what people sent or began."""
    kitchen = kitchen_id(town)
    named = {"email": "qanary@example.org", "phone": "07700 900999", "name": "Qanary Person", "source": "Qanary"}
    sender = add_contact(town, ContactPurpose.SENDER, **named)  # type: ignore[arg-type]
    add_contact(town, ContactPurpose.GROUP, organisation_id=kitchen, **named)  # type: ignore[arg-type]
    gone = add_contact(
        town, ContactPurpose.GROUP, organisation_id=kitchen, publish=True, consent_words="Yes", **named  # type: ignore[arg-type]
    )  # fmt: skip
    delete_contact(town, gone)
    send_group(town, group("Qanary sent", at), contact_id=sender.id, note="Qanary note", sender_key="Qanary")
    plant_challenge(town, at)
    town.execute(text("UPDATE submission SET flags = '{too_fast}' WHERE kind = 'challenge'"))
    begin_draft(town, DraftKind.GROUP, {"document": {"name": "Qanary draft"}})
    queue_mail(town, "qanary@example.org", "asked", name="Qanary", question="Qanary?", answer="x", delete_me="x")


def plant_challenge(town: Session, at: tuple[float, float]) -> None:
    """Somebody says that there is food in the middle of the town."""
    sent = send_group(town, group("Qanary challenge", at), kind=SubmissionKind.CHALLENGE, note="Qanary note")
    area_id = town.scalar(text("SELECT id FROM area WHERE area_code = 'S33'"))
    add_challenge(town, sent.id, "food", int(area_id or 0))


def test_a_disputed_area_says_nothing_that_was_typed(
    app: Flask, client: FlaskClient, town: Session, corner: tuple[float, float]
) -> None:
    plant_challenge(town, corner)
    town.commit()
    found = fetch_all(app, client, corner, public_ids(town))
    said = [address for address, (_status, words, _etag) in found.items() if "being checked since" in words]
    assert {"/gaps", "/gaps.csv", "/gaps.json", "/gaps.geojson", "/areas/square/S33"} <= set(said)
    assert not mentions(found, "Qanary challenge", "Qanary note")


def test_what_is_hidden_changes_no_public_output(
    app: Flask, client: FlaskClient, town: Session, corner: tuple[float, float]
) -> None:
    ids = [*public_ids(town), uuid4()]
    community_source_id(town)  # the list of sources may name it
    before = fetch_all(app, client, corner, ids)
    assert len(before) > 60
    hidden = plant_hidden(town, corner)
    town.commit()
    after = fetch_all(app, client, corner, ids)
    assert not [difference(before[a][1], after[a][1]) for a in before if before[a][:2] != after[a][:2]]
    assert not mentions(after)
    asked = fetch_all(app, client, corner, hidden)
    assert not mentions(asked)
    of_records = [answer for address, answer in asked.items() if any(str(one) in address for one in hidden)]
    assert len(of_records) > 20
    assert {status for status, _words, _etag in of_records} == {404}


def difference(before: str, after: str) -> str:
    """Where two answers part."""
    at = next((n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    return f"{before[max(0, at - 60) : at + 60]} -> {after[max(0, at - 60) : at + 60]}"


def mentions(outputs: dict[str, tuple[int, str, str]], *words: str) -> list[str]:
    """Addresses of outputs that say one of the words; what was asked for is not counted."""
    wanted = words or (*(f"Qanary {word}" for word in SAID), "qanary@", "qanary.example", "900999", "9 Qanary")
    return [
        f"{address}: {word}"
        for address, (_status, body, etag) in outputs.items()
        for word in wanted
        if word.lower() in (body + etag).lower()
    ]


@pytest.mark.parametrize("privacy", ["refuge", "area", "hidden", "rough"])
def test_a_private_place_is_in_no_public_output(
    app: Flask, client: FlaskClient, town: Session, corner: tuple[float, float], privacy: str
) -> None:
    ids = public_ids(town)
    empty = fetch_all(app, client, corner, ids)
    place = LocationPrivacy.EXACT if privacy == "refuge" else LocationPrivacy(privacy)
    document = group("Open name", corner, place).model_copy(update={"is_confidential": privacy == "refuge"})
    group_id, _version = save_group(town, document, today=TODAY)
    service_ids = town.scalars(text("SELECT id FROM service WHERE organisation_id = :id"), {"id": group_id})
    ids += [group_id, *service_ids]
    town.commit()
    found = fetch_all(app, client, corner, ids)
    exact = [f"{number:.4f}" for number in corner]
    told = {address: answer for address, answer in found.items() if "%2C" not in address}
    assert not mentions(found, "Qanary House", "9 Qanary Street")
    assert not mentions(told, *exact)
    assert f"/organisations/{group_id}" in found
    assert "Open name" in found[f"/organisations/{group_id}"][1]
    if privacy != "rough":
        tiles = [address for address in empty if address.startswith("/tiles/places/") and address.count("/") > 3]
        assert len(tiles) >= 4
        assert not [address for address in tiles if empty[address][1] != found[address][1]]


def test_a_merged_entry_leads_to_the_other_and_says_nothing(
    app: Flask, client: FlaskClient, town: Session, corner: tuple[float, float]
) -> None:
    keep, drop = kitchen_id(town), save_group(town, group("Qanary twin", corner), today=TODAY)[0]
    merge(town, keep, drop, add_person(town, Role.ADMIN).id)
    town.commit()
    answer = client.get(f"/organisations/{drop}")
    assert (answer.status_code, answer.location) == (301, f"/organisations/{keep}")
    assert not mentions(fetch_all(app, client, corner, public_ids(town)), "Qanary twin,", ">Qanary twin<")
