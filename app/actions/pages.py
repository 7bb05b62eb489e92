"""One page of a long list."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import BadQuestionError


@dataclass(frozen=True)
class Page:
    number: int
    last: int
    skip: int
    """How many rows come before it."""


def page_of(number: int, total: int, per_page: int) -> Page:
    """Page ``number`` (from 1) of ``total`` rows. Raises BadQuestionError (field page) past the last one."""
    last = max(1, -(-total // per_page))
    if number > last:
        raise BadQuestionError(f"There is no page {number:,}.", f"Choose a page from 1 to {last:,}.", field="page")
    return Page(number, last, (number - 1) * per_page)
