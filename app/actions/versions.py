"""Which version of the data an answer is made from, for ETags."""

from __future__ import annotations

from app.queries import Session, versions


def places_version(session: Session) -> str:
    return versions.get_version(session, [versions.RECORDS])


def areas_version(session: Session) -> str:
    return versions.get_version(session, [versions.AREAS])
