"""A visitor is told from others by a key that tells nothing else."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from app.actions.visitors import household, visitor_key
from app.security import Grant, Scope, SignedIn, scope_of
from app.vocabulary import Role

SECRET = "a secret of the tests"


def test_the_key_is_the_same_for_one_visitor_and_useless_without_the_secret() -> None:
    key = visitor_key(SECRET, "192.0.2.1")
    assert key == visitor_key(SECRET, "192.0.2.1")
    assert len({key, visitor_key(SECRET, "192.0.2.2"), visitor_key("another", "192.0.2.1")}) == 3
    assert "192" not in key


def test_with_a_day_nobody_is_followed_to_the_next() -> None:
    keys = {visitor_key(SECRET, "192.0.2.1", day) for day in (None, date(2026, 11, 22), date(2026, 11, 23))}
    assert len(keys) == 3


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("not an address", "not an address"),
    ],
)
def test_a_home_with_many_addresses_counts_as_one(address: str, kept: str) -> None:
    assert household(address) == kept


HUB = UUID(int=7)


@pytest.mark.parametrize(
    ("grants", "scope"),
    [
        ([Grant(Role.MODERATOR)], None),
        ([Grant(Role.MODERATOR, area_id=3), Grant(Role.MODERATOR)], None),
        ([Grant(Role.MODERATOR, area_id=3), Grant(Role.OFFICER)], Scope(frozenset({3}), frozenset())),
        ([Grant(Role.MODERATOR, 3), Grant(Role.MODERATOR, None, HUB)], Scope(frozenset({3}), frozenset({HUB}))),
        ([Grant(Role.OFFICER)], Scope(frozenset(), frozenset())),
    ],
)
def test_a_role_holds_everywhere_or_where_it_was_given(grants: list[Grant], scope: Scope | None) -> None:
    assert scope_of(SignedIn(UUID(int=1), "ada@example.org", frozenset(grants)), Role.MODERATOR) == scope
