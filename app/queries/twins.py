"""Which list brought each service, and which groups somebody has looked at and told apart."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class ListRow:
    """A list by its key and title; no key where somebody wrote the service here, seeing what its group has."""

    key: str
    title: str


def lists_of_services(session: Session, theme: str) -> dict[str, ListRow]:
    """By id, for every public service of a theme."""
    rows = session.execute(
        text("""
        SELECT s.id::text AS id, CASE WHEN c.key = 'community' THEN '' ELSE c.key END AS key, c.title
        FROM public_service_theme st JOIN public_service s ON s.id = st.service_id
        JOIN source c ON c.id = s.source_id
        WHERE st.theme_key = :theme ORDER BY s.id
        """),
        {"theme": theme},
    )
    lists: dict[tuple[str, str], ListRow] = {}
    return {id_: lists.setdefault((key, title), ListRow(key, title)) for id_, key, title in rows}


def list_themes_of_list(session: Session, source_key: str) -> list[str]:
    """The keys of the themes that public services of a list have, in order."""
    return list(
        session.scalars(
            text("""
            SELECT DISTINCT st.theme_key FROM source c JOIN public_service s ON s.source_id = c.id
            JOIN public_service_theme st ON st.service_id = s.id WHERE c.key = :key ORDER BY st.theme_key
            """),
            {"key": source_key},
        )
    )


def list_told_apart(session: Session) -> set[tuple[str, str]]:
    """Ids of two groups that are not the same, the smaller first; only ever used to say less."""
    rows = session.execute(text("SELECT one_id::text, other_id::text FROM not_same ORDER BY one_id, other_id"))
    return {(one, other) for one, other in rows}
