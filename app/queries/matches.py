"""What suits what: offers and asks with what matching needs, and what came of bringing them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.base import METRIC_SRID
from app.queries.offers import AT
from app.queries.scopes import Scope, in_scope, scope_values
from app.vocabulary import AskKind, OfferDirection, Stage


@dataclass(frozen=True)
class ThingRow:
    """An offer or ask as matching sees it; metres on the National Grid, None where nobody said where."""

    id: UUID
    direction: OfferDirection
    kind: AskKind
    theme_keys: tuple[str, ...]
    stage: Stage
    organisation_id: UUID | None
    x_m: float | None
    y_m: float | None
    is_alone: bool


@dataclass(frozen=True)
class WhomRow:
    """Who is asked about an offer or ask; never shown to anybody before she said yes."""

    contact_id: UUID
    email: str
    name: str


@dataclass(frozen=True)
class PairRow:
    """Two that were brought together, or asked whether they want to be; ``words`` are those of the list."""

    id: UUID
    kind: AskKind
    offer_id: UUID | None
    wanted_id: UUID | None
    organisation_id: UUID | None
    organisation_name: str | None
    offered: str
    wanted: str
    made_at_utc: datetime
    is_shared: bool
    is_over: bool
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class Alone:
    """Whose asks are looked at for being alone: of these kinds, with no other group of their themes so near."""

    kinds: tuple[AskKind, ...]
    within_m: float


def list_asks(session: Session, scope: Scope | None, alone: Alone, limit: int) -> list[ThingRow]:
    """Asks in the scope, the newest first."""
    where = f"f.direction = 'ask' AND at.geom IS NOT NULL AND {in_scope('at.geom')}"
    return _list_things(session, where, scope_values(scope), alone, limit)


def list_other_side(
    session: Session, direction: OfferDirection, kinds: Sequence[AskKind], alone: Alone, limit: int
) -> list[ThingRow]:
    """Offers, or asks, of some kinds, the newest first."""
    values = {"direction": direction.value, "kinds": [kind.value for kind in kinds]}
    return _list_things(session, "f.direction = :direction AND f.kind = ANY(:kinds)", values, alone, limit)


def find_thing(session: Session, public_id: UUID, alone: Alone) -> ThingRow | None:
    return next(iter(_list_things(session, "f.id = :id", {"id": public_id}, alone, 1)), None)


def _list_things(
    session: Session, where: str, values: Mapping[str, object], alone: Alone, limit: int
) -> list[ThingRow]:
    """``where`` is a condition of ours on f (public_offer) and at.geom."""
    rows = session.execute(
        text(f"""
        WITH chosen AS MATERIALIZED (
            SELECT f.id, f.direction, f.kind, f.theme_keys, f.stage, f.organisation_id, f.said_on, at.geom,
                   f.direction = 'ask' AND f.kind = ANY(:lonely) AND cardinality(f.theme_keys) > 0
                   AND at.geom IS NOT NULL AS may_be_alone
            FROM public_offer f CROSS JOIN LATERAL (SELECT {AT} AS geom) at
            WHERE {where} ORDER BY f.said_on DESC NULLS LAST, f.id LIMIT :limit
        ), provision AS MATERIALIZED (
            SELECT DISTINCT theme_key, organisation_id, geom FROM public_provision
            WHERE geom IS NOT NULL
              AND theme_key IN (SELECT unnest(theme_keys) FROM chosen WHERE may_be_alone)
        )
        SELECT c.id, c.direction, c.kind, c.theme_keys, c.stage, c.organisation_id,
               ST_X(ST_Transform(c.geom, {METRIC_SRID})) AS x_m, ST_Y(ST_Transform(c.geom, {METRIC_SRID})) AS y_m,
               c.may_be_alone AND NOT EXISTS (
                   SELECT FROM provision p
                   WHERE p.theme_key = ANY(c.theme_keys) AND p.geom && ST_Expand(c.geom, 0.4, 0.2)
                     AND p.organisation_id IS DISTINCT FROM c.organisation_id
                     AND ST_DistanceSphere(p.geom, c.geom) <= :alone_m) AS is_alone
        FROM chosen c ORDER BY c.said_on DESC NULLS LAST, c.id
        """),  # noqa: S608 - constants of ours, no input
        {
            **values, "lonely": [kind.value for kind in alone.kinds], "alone_m": alone.within_m, "limit": limit,
        },
    )  # fmt: skip
    return [_thing(row) for row in rows.mappings()]


def is_in_scope(session: Session, public_id: UUID, scope: Scope | None) -> bool:
    found = session.scalar(
        text(f"SELECT EXISTS (SELECT FROM public_offer f WHERE f.id = :id AND {in_scope(AT)})"),  # noqa: S608 - ours
        {"id": public_id, **scope_values(scope)},
    )
    return bool(found)


def find_whom(session: Session, public_id: UUID) -> WhomRow | None:
    """Who can be asked: whoever offers or asks; of what a group asks on its page, its oldest confirmed address."""
    row = session.execute(
        text("""
        SELECT c.id AS contact_id, c.email, coalesce(nullif(c.name, ''), o.name, '') AS name
        FROM public_offer p LEFT JOIN offer f ON f.id = p.id LEFT JOIN organisation o ON o.id = p.organisation_id
        JOIN contact c ON c.deleted_at_utc IS NULL AND c.email IS NOT NULL
          AND (c.id = f.contact_id OR (p.is_on_page AND c.organisation_id = p.organisation_id
                                       AND c.purpose = 'group'))
        WHERE p.id = :id ORDER BY c.email_confirmed_at_utc IS NULL, c.added_at_utc, c.id LIMIT 1
        """),
        {"id": public_id},
    )
    found = row.mappings().one_or_none()
    return WhomRow(**found) if found else None


def list_pairs(
    session: Session, scope: Scope | None, *, within_days: int, over_days: int, limit: int
) -> list[PairRow]:
    """Introductions about offers and asks in the scope, the newest first; nobody's name is in them."""
    rows = session.execute(
        text(f"""
        SELECT i.id, i.kind, i.offer_id, i.wanted_id, i.organisation_id, o.name AS organisation_name, i.offered,
               i.wanted, i.made_at_utc, i.shared_at_utc IS NOT NULL AS is_shared,
               i.made_at_utc < now() - make_interval(days => :over_days) AS is_over,
               ARRAY(SELECT a.outcome FROM introduction_answer a
                     WHERE a.introduction_id = i.id AND a.outcome IS NOT NULL ORDER BY 1) AS outcomes
        FROM introduction i LEFT JOIN public_organisation o ON o.id = i.organisation_id
        WHERE i.kind IS NOT NULL AND i.made_at_utc > now() - make_interval(days => :within_days)
          AND NOT EXISTS (SELECT FROM introduction_answer a
                          WHERE a.introduction_id = i.id AND a.asked_at_utc IS NULL)
          AND (i.offered <> '' OR i.wanted <> '') AND {in_scope("i.geom")}
        ORDER BY i.made_at_utc DESC, i.id LIMIT :limit
        """),  # noqa: S608 - as above
        {"within_days": within_days, "over_days": over_days, "limit": limit, **scope_values(scope)},
    )
    return [
        PairRow(**{**row, "kind": AskKind(row["kind"]), "outcomes": tuple(row["outcomes"])})
        for row in rows.mappings()
    ]


def list_known_pairs(session: Session, offer_ids: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
    """Offer and ask that were brought together, or asked, already; a group stands for what it asks on its page."""
    rows = session.execute(
        text("""
        SELECT offer_id, coalesce(wanted_id, organisation_id) AS asker_id FROM introduction
        WHERE offer_id = ANY(:ids) AND coalesce(wanted_id, organisation_id) IS NOT NULL
        """),
        {"ids": list(offer_ids)},
    )
    return {(row.offer_id, row.asker_id) for row in rows}


def _thing(row: object) -> ThingRow:
    values = dict(row)  # type: ignore[call-overload]
    return ThingRow(
        **{
            **values, "direction": OfferDirection(values["direction"]), "kind": AskKind(values["kind"]),
            "theme_keys": tuple(values["theme_keys"]), "stage": Stage(values["stage"]),
        }
    )  # fmt: skip


def has_offer(session: Session, contact_id: UUID) -> bool:
    """Does anything still stand that this contact was given for?"""
    found = session.scalar(
        text("SELECT EXISTS (SELECT FROM offer WHERE contact_id = :id AND withdrawn_at_utc IS NULL)"),
        {"id": contact_id},
    )
    return bool(found)
