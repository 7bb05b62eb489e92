"""Telling visitors apart without knowing who they are."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from ipaddress import IPv6Address, ip_address


def visitor_key(secret: str, address: str, day: date | None = None) -> str:
    """A keyed hash of a network address: the same for one visitor, and of no use without the secret.

    With ``day`` the key is another one each day, so that nobody can be followed from day to day.
    """
    words = f"visitor:{household(address)}:{day or ''}"
    return hmac.new(secret.encode(), words.encode(errors="replace"), hashlib.sha256).hexdigest()


def household(address: str) -> str:
    """What stands for one visitor: of IPv6 the first half, because a home has all of the other."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
