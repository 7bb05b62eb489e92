"""What the database says of each group and address, against the same worked out row by row."""

from __future__ import annotations

import random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.hub_letters import list_candidates
from tests.integration.hub_letters.writing import Writer, agree

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
