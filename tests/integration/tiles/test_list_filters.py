"""The filters of the list, however they are looked for, keep what reading every public record keeps."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from app.queries import places
from app.queries.places import KINDS, Kept
from tests.integration.tiles.records import THEMES, add_organisation, add_service, run
from tests.integration.tiles.test_point_tiles import scatter

TUESDAY_NOON, SUNDAY_LATE = 1440 + 720, 6 * 1440 + 23 * 60
ONE, MANY = dict.fromkeys(KINDS, 1), dict.fromkeys(KINDS, places.MOST_COUNTED + 1)
CHOICES = (
    ("", *KINDS),
    ("", THEMES[0]),
    ("", "women"),
    (None, TUESDAY_NOON, SUNDAY_LATE),
    ("", "0.1", "an", "zz%"),
)
ASKED = [Kept(*asked) for asked in list(product(*CHOICES))[::7]]
Record = dict[str, Any]


@pytest.fixture
def crowd(town: Session) -> Session:
    """Groups with and without services, some of which say for whom and when, some over midnight."""
    scatter(town, 80, 5)
    run(town, "UPDATE service SET audiences = '{}' WHERE name < 'Service 0.4'")
    run(town, "UPDATE need SET audience = 'women' WHERE left(md5(id::text), 1) < '5'")
    run(town, "UPDATE service SET name = o.name FROM organisation o WHERE o.id = organisation_id AND o.name < "
        "'Organisation 0.2'")  # fmt: skip
    times = ((2, "10:00", "12:00"), (2, "12:00", "12:01"), (2, "11:00", "10:00"), (7, "22:30", "02:00"))
    for number, (weekday, opens, closes) in enumerate(times):
        run(town, "INSERT INTO schedule (service_id, weekday, opens, closes, term_time_only) SELECT id, :weekday, "
            ":opens, :closes, :number = 1 FROM service WHERE abs(hashtext(name)) % 7 = :number",
            weekday=weekday, opens=opens, closes=closes, number=number)  # fmt: skip
    quiet = add_organisation(town, "Says nothing")
    add_service(town, quiet, "Something", audiences=[])
    return town


def read_all(session: Session) -> list[Record]:
    """Every public record with what it and its services say."""

    def rows(sql: str) -> list[RowMapping]:
        return list(session.execute(text(sql)).mappings())

    services = [
        {"kind": "service", **row, "themes": set(), "times": []}
        for row in rows("SELECT s.*, o.name AS owner FROM public_service s JOIN public_organisation o "
                        "ON o.id = s.organisation_id")
    ]  # fmt: skip
    by_id = {service["id"]: service for service in services}
    for row in rows("SELECT service_id, theme_key FROM public_service_theme"):
        by_id[row["service_id"]]["themes"].add(row["theme_key"])
    for row in rows(
        "SELECT service_id, weekday, extract(epoch FROM opens)::int / 60 AS opens, "
        "extract(epoch FROM closes)::int / 60 AS closes FROM public_schedule"
    ):
        by_id[row["service_id"]]["times"].append((row["weekday"], row["opens"], row["closes"]))
    records: list[Record] = []
    for row in rows("SELECT id, name, summary AS description FROM public_organisation"):
        own = [service for service in services if service["organisation_id"] == row["id"]]
        records.append({
            "kind": "organisation", **row, "themes": {theme for service in own for theme in service["themes"]},
            "audiences": {whom for service in own for whom in service["audiences"]},
            "times": [time for service in own for time in service["times"]],
        })  # fmt: skip
    needs = rows("SELECT id, statement AS name, theme_key, audience FROM public_need")
    return [*records, *services, *(
        {"kind": "need", "id": row["id"], "name": row["name"], "themes": {row["theme_key"]}, "times": [],
         "audiences": {row["audience"]} - {""}}
        for row in needs
    )]  # fmt: skip


def is_open(times: list[tuple[int, int, int]], minute: int) -> bool:
    week = 7 * 1440
    return any(
        (minute - (weekday - 1) * 1440 - opens) % week
        < (closes - opens if closes > opens else closes - opens + 1440)
        for weekday, opens, closes in times
    )


def fits(record: Record, kept: Kept, unsaid: str = "") -> bool:
    """Does it fit, or, but for a filter that nobody has said anything to?"""
    words = record["name"] + (f" {record['description']}" if record["kind"] != "need" else "")
    bears_its_owners_name = record["kind"] == "service" and record["name"].lower() == record["owner"].lower()
    who, when = set(record["audiences"]), record["times"]
    return (
        kept.kind in ("", record["kind"])
        and (kept.kind == "service" or not bears_its_owners_name)
        and kept.words.lower() in words.lower()
        and (not kept.theme or kept.theme in record["themes"])
        and (not kept.audience or (not who if unsaid == "audiences" else bool(who & {kept.audience, "anyone"})))
        and (
            kept.minute is None
            or (record["kind"] != "need" and not when if unsaid == "minute" else is_open(when, kept.minute))
        )
    )


def test_every_filter_keeps_what_reading_every_record_keeps(crowd: Session) -> None:
    records = read_all(crowd)
    found = set()
    for kept in ASKED:
        expected = {str(record["id"]): record["kind"] for record in records if fits(record, kept)}
        counts = {kind: list(expected.values()).count(kind) for kind in KINDS}
        assert places.count_places(crowd, kept) == counts, kept
        unsaid = {
            name: sum(fits(record, kept, name) for record in records)
            for name, asked in (("audiences", kept.audience), ("minute", kept.minute is not None))
            if asked
        }
        assert places.count_unsaid(crowd, kept) == unsaid, kept
        for near, size in product((None, (2**31, 2**30)), (ONE, MANY)):
            rows = places.list_places(crowd, kept, size, near=near, limit=1_000, skip=0)
            assert {row.id: row.kind for row in rows} == expected, (kept, near, size)
        found.add((len(expected) > 0, sum(unsaid.values()) > 0))
    assert found >= {(True, True), (False, False), (True, False)}  # no filter was compared with nothing only
