"""Names that try to run code, blank a map or break out of a page; put everywhere a person can type."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.versions import AREAS, INDICATORS, RECORDS, bump_versions
from tests.integration.web import web_town

PAYLOADS = (
    "<img src=x onerror=window.__pwn=1>",
    "</script><script>window.__pwn=2</script>",
    "${window.__pwn=3}",
    "\\` + (window.__pwn=4) + \\`",
    "`)[0];window.__pwn=5;//",
    "a){}}window.__pwn=6;function z(feature){switch(0",
    "'\"><svg onload=window.__pwn=7>",
    "{{ cycler.__init__.__globals__ }}{% set x = 8 %}",
    "<!--<script>window.__pwn=9",
    "javascript:window.__pwn=10",
    "O’Neill & Söns “<b>bold</b>” 日本語",
    "&lt;script&gt;window.__pwn=12&lt;/script&gt;",
)


SHARED_HALL = "Under one roof"
BIG_HOUSE, IN_BIG_HOUSE = "In the big house", 13


def place_of(number: int) -> tuple[float, float]:
    """A street of its own for each payload, clear of the other pins."""
    return 6.1 + 0.45 * (number % 4), 0.3 + 0.45 * (number // 4)


def add_records(session: Session) -> None:
    """Each payload as an organisation, a service, an address, a need, a website, and the name of an area."""
    for number, payload in enumerate(PAYLOADS):
        web_town.add_service(
            session,
            f"{payload} group",
            place_of(number),
            summary=f"{payload} summary",
            service=f"{payload} service",
            website=payload,
            place=f"{payload} hall",
        )
        web_town.add_need(session, f"{payload} need", (6.1 + 0.14 * number, 5.2))
        session.execute(
            text("UPDATE area SET name = :name WHERE area_code = :code"),
            {"name": f"{payload} square", "code": web_town.code_of(web_town.SQUARES[number])},
        )
    for number in range(5):
        web_town.add_service(session, f"{SHARED_HALL} {number}", (1.2, 5.6))
    for number in range(IN_BIG_HOUSE):
        web_town.add_service(session, f"{BIG_HOUSE} {number:02}", (2.6, 1.4))
    of = f"FROM service s WHERE service_id = s.id AND s.name LIKE '{SHARED_HALL}"
    for statement in (
        f"UPDATE service SET audiences = '{{women}}' WHERE name LIKE '{SHARED_HALL} 0%'",
        f"UPDATE schedule SET term_time_only = true {of} 1%'",
        f"DELETE FROM schedule {of.replace('FROM', 'USING', 1)} 2%'",
    ):
        session.execute(text(statement))
    session.execute(text("UPDATE area SET name = :name WHERE area_code = 'W1'"), {"name": f"{PAYLOADS[0]} ward"})
    session.execute(text("UPDATE theme SET name = :name WHERE key = 'sport'"), {"name": f"{PAYLOADS[1]} sport"})
    session.execute(text("UPDATE source SET attribution = :line"), {"line": f"{PAYLOADS[2]}{PAYLOADS[1]}"})
    bump_versions(session, [AREAS, INDICATORS, RECORDS])
