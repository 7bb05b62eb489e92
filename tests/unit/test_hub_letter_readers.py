"""Who gets a hub's letter: every group once, no address twice, each left out for the first reason that holds."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.actions.hub_letters import sort_out
from app.queries.hub_letters import CandidateRow
from app.vocabulary import LeftOut

EMAILS = st.sampled_from(["a@example.org", "b@example.org", "c@example.org"])


def row(
    group: int, email: str | None, *, agreed: bool, stopped: bool, confirmed: bool, lately: bool
) -> CandidateRow:
    return CandidateRow(UUID(int=group), f"Group {group}", None, email, agreed, stopped, confirmed, lately)


@st.composite
def candidates(draw: st.DrawFn) -> list[CandidateRow]:
    """Groups with no address, or some; whoever stopped has not agreed since."""
    rows: list[CandidateRow] = []
    for group in range(draw(st.integers(0, 7))):
        emails = draw(st.lists(EMAILS, max_size=3, unique=True))
        if not emails:
            had = draw(st.booleans())
            rows.append(row(group, None, agreed=False, stopped=False, confirmed=False, lately=had))
        for email in emails:
            said = draw(st.sampled_from(["nothing", "yes", "stop"]))
            rows.append(
                row(
                    group, email, agreed=said == "yes", stopped=said == "stop", confirmed=draw(st.booleans()),
                    lately=draw(st.booleans()),
                )
            )  # fmt: skip
    return rows


def slow_sort(rows: list[CandidateRow]) -> tuple[dict[UUID, str], dict[UUID, LeftOut]]:
    """The same by the words of the rule, one group after the other."""
    gets: dict[UUID, str] = {}
    left: dict[UUID, LeftOut] = {}
    for group, found in groupby(rows, key=lambda one: one.organisation_id):
        all_of = list(found)
        said_yes = [one for one in all_of if one.email and one.has_agreed]
        if [one for one in all_of if one.email] == []:
            left[group] = LeftOut.NO_ADDRESS
        elif said_yes == [] and [one for one in all_of if one.has_stopped] != []:
            left[group] = LeftOut.STOPPED
        elif said_yes == []:
            left[group] = LeftOut.NOT_AGREED
        elif [one for one in said_yes if one.is_confirmed] == []:
            left[group] = LeftOut.NOT_CONFIRMED
        elif [one for one in said_yes if one.is_confirmed and not one.had_lately] == []:
            left[group] = LeftOut.LATELY
        else:
            free = [str(one.email) for one in said_yes if one.is_confirmed and not one.had_lately]
            new = [email for email in free if email not in gets.values()]
            if new:
                gets[group] = new[0]
            else:
                left[group] = LeftOut.SHARED
    return gets, left


@given(candidates())
def test_every_group_gets_it_or_is_left_out_for_one_reason(rows: list[CandidateRow]) -> None:
    readers = sort_out(rows)
    gets, left = slow_sort(rows)
    assert {one.organisation_id: one.email for one in readers.gets} == gets
    assert {one.organisation_id: reason for reason, found in readers.left_out.items() for one in found} == left
    groups = {one.organisation_id for one in rows}
    assert readers.matched == len(groups) == len(readers.gets) + sum(readers.counts.values())
    assert len({one.email for one in readers.gets}) == len(readers.gets)
    assert all(one.has_agreed and one.is_confirmed and not one.had_lately for one in readers.gets)
    asked = {one.organisation_id for one in readers.to_ask}
    assert asked <= set(left)
    assert not asked & {group for group, reason in left.items() if reason == LeftOut.STOPPED}
