"""The services the gap maths reads are those of the public view, however they are found."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.provision import services_table
from tests.integration.web import web_town


def test_the_services_of_a_theme_are_those_of_the_public_view(session: Session) -> None:
    web_town.build(session)
    web_town.add_service(session, "Not yet", (1.0, 1.0), review_status="pending")
    web_town.add_service(session, "Nowhere", (1.0, 1.0), privacy="hidden")
    own = session.execute(text("SELECT id, organisation_id FROM service ORDER BY name LIMIT 1")).one()
    session.execute(
        text("INSERT INTO footprint (organisation_id, service_id, role) VALUES (:o, :s, 'national')"),
        {"o": own.organisation_id, "s": own.id},
    )
    columns = "service_id::text, organisation_id::text, role, place_id::text, area_id"
    for theme in ("food", "sport"):
        wanted = session.execute(
            text(f"SELECT {columns} FROM public_provision WHERE theme_key = :theme"), {"theme": theme}
        ).all()
        table = services_table(session, theme)
        found = table[["service_id", "organisation_id", "role", "place_id", "area_id"]].astype(object)
        found = found.where(found.notna(), None)
        assert sorted(map(str, found.itertuples(index=False, name=None))) == sorted(
            str(tuple(row)) for row in wanted
        )
