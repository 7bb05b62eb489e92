"""What the database says of each group and address, against the same worked out row by row."""

from __future__ import annotations

import random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.hub_letters import list_candidates
from tests.integration.hub_letters.writing import Writer, agree
from tests.integration.web import web_town

EMAILS = [f"{name}@example.org" for name in ("ann", "bob", "cat", "dan")]


def scramble(writer: Writer, chance: random.Random) -> list[dict[str, object]]:
    """Contacts of all sorts, and letters that went out; what is so of each contact."""
    town = writer.town
    town.execute(text("DELETE FROM contact"))
    made = []
    for name, group in sorted(writer.groups.items()):
        for _contact in range(chance.randrange(4)):
            email = chance.choice([*EMAILS, None])
            contact = agree(town, group, email, phone=None if email else "0161 496 0000")
            fact: dict[str, object] = {
                "id": contact.id, "group": name, "email": email, "said": chance.choice(["nothing", "yes", "stop"]),
                "purpose": chance.choice(["group"] * 4 + ["sender"]), "confirmed": chance.random() < 0.7,
                "had_days_ago": chance.choice([None, None, 1, 6, 8, 90]),
            }  # fmt: skip
            keep(town, fact, group, writer.hub_id)
            made.append(fact)
    town.commit()
    return made


def keep(town: Session, fact: dict[str, object], group: UUID, hub_id: UUID) -> None:
    town.execute(
        text(
            "UPDATE contact SET purpose = :purpose, "
            "email_confirmed_at_utc = CASE WHEN :confirmed THEN now() END, "
            "hub_letters_at_utc = CASE WHEN :said <> 'nothing' THEN now() END, "
            "hub_letters_stopped_at_utc = CASE WHEN :said = 'stop' THEN now() END WHERE id = :id"
        ),
        fact,
    )
    if fact["had_days_ago"] is not None:
        letter = uuid4()
        town.execute(
            text(
                "INSERT INTO hub_letter (id, hub_id, subject, words, theme_names, area_names, sent_to, left_out, "
                "sent_at_utc) VALUES (:letter, :hub, 'x', 'x', '{}', '{}', 1, '{}', "
                "now() - make_interval(days => :had_days_ago))"
            ),
            {"letter": letter, "hub": hub_id, **fact},
        )
        town.execute(
            text("INSERT INTO hub_letter_copy (hub_letter_id, organisation_id, contact_id) VALUES (:l, :g, :c)"),
            {"l": letter, "g": group, "c": fact["id"]},
        )


def lately(facts: list[dict[str, object]], name: str, email: object) -> bool:
    """Whether a letter went to the group, or to the address, in the last week."""
    return any(
        isinstance(days := fact["had_days_ago"], int) and days < 7
        and (fact["group"] == name or (email is not None and fact["email"] == email))
        for fact in facts
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_every_address_of_every_group_is_as_it_was_made(writer: Writer, seed: int) -> None:
    facts = scramble(writer, random.Random(seed))
    area = writer.town.scalar(text("SELECT id FROM area WHERE area_code = 'T1'"))
    rows = list_candidates(writer.town, [area], ["food"], 7)
    assert [row.name for row in rows] == sorted(row.name for row in rows)
    found = {(row.name, row.contact_id): row for row in rows}
    assert len(found) == len(rows)
    for name in writer.groups:
        mine = [fact for fact in facts if fact["group"] == name and fact["purpose"] == "group" and fact["email"]]
        expected = {
            fact["id"]: (
                fact["email"], fact["said"] == "yes", fact["said"] == "stop", fact["confirmed"],
                lately(facts, name, fact["email"]),
            )
            for fact in mine
        } or {None: (None, False, False, False, lately(facts, name, None))}  # fmt: skip
        assert {
            contact: (row.email, row.has_agreed, row.has_stopped, row.is_confirmed, row.had_lately)
            for (group, contact), row in found.items()
            if group == name
        } == expected


def names_in(town: Session, code: str) -> set[str]:
    area = town.scalar(text("SELECT id FROM area WHERE area_code = :code"), {"code": code})
    return {row.name for row in list_candidates(town, [area], [], 7)}


def add_serving(town: Session, name: str, code: str) -> None:
    """A group whose place nobody sees, and that says it serves an area."""
    organisation, service = web_town.add_service(town, name, (6.5, 1.5), privacy="hidden")
    town.execute(
        text(
            "INSERT INTO footprint (organisation_id, service_id, role, area_id, source_id) "
            "SELECT :organisation, :service, 'serves', id, :source FROM area WHERE area_code = :code"
        ),
        {"organisation": organisation, "service": service, "source": web_town.source_id(town), "code": code},
    )


def test_who_serves_a_whole_town_is_not_of_the_ward_in_its_middle(town: Session) -> None:
    add_serving(town, "For the town", "T1")
    add_serving(town, "For a ward", "W0")
    middle = town.scalar(
        text(
            "SELECT w.area_code FROM area w JOIN area t ON t.area_code = 'T1' "
            "WHERE w.area_code LIKE 'W_' AND ST_Covers(w.geom, t.point_geom)"
        )
    )
    assert "For the town" not in names_in(town, middle)
    assert "For the town" in names_in(town, "T1")
    assert "For a ward" in names_in(town, "T1")
    assert "For a ward" in names_in(town, "W0")


def test_a_place_shown_only_as_its_ward_counts_in_the_ward_and_not_where_it_is(town: Session) -> None:
    web_town.add_service(town, "Somewhere there", (1.5, 1.5), privacy="area")
    assert "Somewhere there" in names_in(town, "W0")
    assert "Somewhere there" not in names_in(town, "S11")


def test_where_a_group_is_only_registered_it_does_not_meet(town: Session) -> None:
    for privacy in ("exact", "area"):
        web_town.add_service(town, f"On paper, {privacy}", (1.5, 1.5), role="registered_at", privacy=privacy)
    assert not [name for name in names_in(town, "W0") if name.startswith("On paper")]


def test_of_a_refuge_nobody_learns_its_ward(town: Session) -> None:
    refuge, _service = web_town.add_service(town, "Safe house", (1.5, 1.5))
    town.execute(text("UPDATE organisation SET is_confidential = true WHERE id = :id"), {"id": refuge})
    assert "Safe house" not in names_in(town, "W0") | names_in(town, "S11")
