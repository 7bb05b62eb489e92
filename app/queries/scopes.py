"""Where somebody with a role in one area, or for one hub, may act."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol
from uuid import UUID


class Scope(Protocol):
    """Some areas, and the patches of some hubs; None stands for everywhere."""

    @property
    def area_ids(self) -> Collection[int]: ...

    @property
    def hub_ids(self) -> Collection[UUID]: ...


def in_scope(point: str) -> str:
    """A condition on ``point``, an SQL expression of ours; its values come from ``scope_values``."""
    return f"""(:everywhere OR EXISTS (
        SELECT FROM area mine
        WHERE (mine.id = ANY(:area_ids)
               OR mine.id IN (SELECT area_id FROM patch WHERE hub_id = ANY(CAST(:hub_ids AS uuid[]))))
          AND mine.geom && {point} AND ST_Covers(mine.geom, {point})))"""  # noqa: S608 - constants of ours, no input


def scope_values(scope: Scope | None) -> dict[str, object]:
    return {
        "everywhere": scope is None,
        "area_ids": list(scope.area_ids) if scope else [],
        "hub_ids": list(scope.hub_ids) if scope else [],
    }
