"""What the hubs of the invented borough did: people joined, a plan was made, somebody went and found something.

Plans are answered, groups approved and looks kept by the same actions as anybody's; only the days are set back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from app.actions.contacts import add_contact, confirm_email
from app.actions.find_demo import SOURCE_KEY
from app.actions.gap_answers import TRAVEL_M_PER_MINUTE
from app.actions.gap_scope import list_choices
from app.actions.group_documents import Where
from app.actions.members import CONSENT_WORDS
from app.actions.offer_documents import OfferDocument, save_offer
from app.actions.offer_owners import CONSENT_WORDS as OFFER_WORDS
from app.actions.plan_answers import PlanQuestion
from app.actions.plans import NewPlan, Planner, find_stop, get_plan, save_plan, set_day
from app.actions.spots import locate
from app.actions.visit_finds import PHONE, FoundGroup
from app.actions.visits import (
    NewLook,
    NewVisit,
    add_found_group,
    describe_visit,
    list_areas_to_look_at,
    note_look,
    note_visit,
)
from app.queries import Session, accounts, areas, loading_people, members, offers, submissions
from app.queries.plans import PlanRow, StopRow
from app.vocabulary import ContactPurpose, LocationPrivacy, Role, Stage, VisitOutcome
from geodata.demo import WARDS
from geodata.demo.hub_work import HubWork

CONVENER = "convener@demo.example"


def add_hub_work(session: Session, work: HubWork, *, today: date) -> bool:
    """Add what the hubs did, once; False when it is there already. The island must be loaded and counted."""
    hub_ids = loading_people.find_hub_ids(session, SOURCE_KEY)
    sent = (_visit_id(plan, number) for plan in work.plans for number in range(len(plan["visits"])))
    if loading_people.has_hub_work(session) or any(
        submissions.find_submission_of_draft(session, one) for one in sent
    ):
        return False
    for row in work.members:
        _join(session, hub_ids[row["hub"]], row)
    for row in work.offers:
        _offer(session, row, today)
    planner = Planner(_convener(session), frozenset(hub_ids.values()), sees_all=True)
    for row in work.plans:
        _go(session, hub_ids[row["hub"]], row, planner, today)
    return True


def _convener(session: Session) -> UUID:
    """The demo's log-in that made the plans; it has no password before the log-ins are made sure of."""
    account = accounts.find_account(session, CONVENER)
    return (account or accounts.add_account(session, CONVENER, "", [Role.CONVENER], is_demo=True)).id


def _join(session: Session, hub_id: UUID, row: dict[str, Any]) -> None:
    contact = add_contact(
        session, ContactPurpose.MEMBER, email=_address(row["name"]), name=row["name"], consent_words=CONSENT_WORDS,
        source=SOURCE_KEY,
    )  # fmt: skip
    confirm_email(session, contact)
    wards = next(layer for layer in areas.list_layers(session) if layer.key == WARDS)
    ward = next(area for area in areas.list_layer_areas(session, wards.id) if area.name == row["ward"])
    members.set_details(
        session, members.add_member(session, hub_id, contact.id, is_accepted=True), organisation_id=None,
        venture=row["venture"], stage=Stage(row["stage"]), words=row["words"], area_id=ward.id,
        themes=row["themes"], on_peer_map=row["on_map"],
    )  # fmt: skip


def _offer(session: Session, row: dict[str, Any], today: date) -> None:
    spot = locate(session, row["ward"])
    document = OfferDocument(
        direction=row["direction"], kind=row["kind"], words=row["words"], theme=row["theme"], stage=row["stage"],
        places=(Where(lon=spot.lon, lat=spot.lat, privacy=LocationPrivacy.ROUGH),),
    )  # fmt: skip
    contact = add_contact(
        session, ContactPurpose.OFFER, email=_address(row["by"]), name=row["by"], consent_words=OFFER_WORDS,
        source=SOURCE_KEY,
    )  # fmt: skip
    confirm_email(session, contact)
    offers.set_contact(session, save_offer(session, document, today), contact.id)


def _address(name: str) -> str:
    return f"{name.lower()}@members.example"


def _go(session: Session, hub_id: UUID, row: dict[str, Any], planner: Planner, today: date) -> None:
    """Make a plan as it would have been made that day, and do its visits."""
    asked = {**row["asked"], "for_hub": str(hub_id)}
    gap = list_choices(session).defaults
    assert gap is not None
    gap = replace(gap, theme="", reach_m=int(asked["minutes"]) * TRAVEL_M_PER_MINUTE["foot"])
    question = PlanQuestion(
        tuple(asked["theme"]), gap, asked["candidates"], count=int(asked["count"]), hub=str(hub_id)
    )
    made = today - timedelta(days=row["made"])
    new = NewPlan(row["title"], question, asked, hub_id, made, today + timedelta(days=row["until"]))
    plan_id = save_plan(session, new, planner)
    loading_people.set_plan_day(session, plan_id, made)
    plan = get_plan(session, plan_id, planner)
    for position, days in enumerate(row["days"], 1):
        set_day(session, plan_id, position, today - timedelta(days=days))
    for number, visit in enumerate(row["visits"]):
        stop = find_stop(session, plan_id, visit["stop"])
        went = today - timedelta(days=row["days"][visit["stop"] - 1])
        _visit(session, plan, stop, visit, planner, _visit_id(row, number), went, gap.reach_m)


def _visit_id(plan: dict[str, Any], number: int) -> UUID:
    return uuid5(NAMESPACE_OID, f"{SOURCE_KEY}/{plan['title']}/{number}")


def _visit(
    session: Session,
    plan: PlanRow,
    stop: StopRow,
    row: dict[str, Any],
    planner: Planner,
    visit_id: UUID,
    went: date,
    reach_m: float,
) -> None:
    if "found" in row:
        found = FoundGroup(
            visit_id, went, row["found"], row["theme"], row["day"], row["part"], "", PHONE, "",
            f"{stop.lat},{stop.lon}", False, row["audience"],
        )  # fmt: skip
        add_found_group(session, plan, stop, found, planner, None)
    elif "looked" in row:
        area = list_areas_to_look_at(session, stop)[0]
        note_look(session, plan, stop, NewLook(visit_id, went, area.value, tuple(plan.question["theme"])), planner)
    elif "confirmed" in row:
        near = describe_visit(session, plan, stop, reach_m).groups[: row["confirmed"]]
        for group in near:
            visit = NewVisit(uuid5(visit_id, str(group.id)), went, VisitOutcome.MET, organisation_id=group.id)
            note_visit(session, plan, stop, visit, planner, reach_m=reach_m, pledge_address=str)
    else:
        visit = NewVisit(visit_id, went, VisitOutcome(row["outcome"]), words=row["words"])
        note_visit(session, plan, stop, visit, planner, reach_m=reach_m, pledge_address=str)
