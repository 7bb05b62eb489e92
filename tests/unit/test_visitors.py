"""A visitor is told from others by a key that tells nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from app.actions.visitors import household, visitor_key

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
