"""The paper of a pack can be read aloud: checks of PDF/UA, and that they find faults."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from app.maps.paper import write_paper, write_picture_page
from tests.integration.evidence.conftest import MakePack
from tests.integration.evidence.paper_faults import faults_of
from tests.integration.evidence.test_packs import fetch

MADE = datetime(2026, 11, 22, tzinfo=UTC)
GOOD = """
<html lang="en-GB"><head><title>A paper</title></head><body>
<h1>A paper</h1><p>See <a href="https://example.org/">the page</a>.</p><h2>Numbers</h2><ul><li>one</li></ul>
<table><caption>All</caption><thead><tr><th scope="col">Area</th><th scope="col">People</th></tr></thead>
<tbody><tr><th scope="row">Sale</th><td>2</td></tr></tbody></table>
<img alt="A map of Sale" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'%3E
%3Crect width='9' height='9'/%3E%3C/svg%3E"></body></html>
"""


@pytest.mark.parametrize("question", [{}, {"minutes": "20", "free": "1"}, {"patch": "ward: W1", "within": "T1"}])
def test_the_paper_of_a_pack_has_no_fault(officer: FlaskClient, make: MakePack, question: dict[str, str]) -> None:
    found = faults_of(fetch(officer, make(**question), "evidence.pdf"))
    assert not found, "\n".join(found)


def test_a_good_paper_has_no_fault() -> None:
    assert faults_of(write_paper(GOOD, MADE)) == []


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        (' lang="en-GB"', "", "11: no language"),
        ("<title>A paper</title>", "", "06: no title"),
        ('alt="A map of Sale"', 'alt=" "', "13: a picture without words"),
        ("<h2>Numbers</h2>", "<h4>Numbers</h4>", "14: a heading of level 4 after one of level 1"),
        ("<td>2</td>", "<td>2</td><td>3</td>", "15: a table with rows of [2, 3] cells"),
        ("<h1>A paper</h1>", "", "14: a heading of level 2 after one of level 0"),
    ],
)
def test_each_fault_is_found(was: str, becomes: str, fault: str) -> None:
    assert was in GOOD
    assert fault in faults_of(write_paper(GOOD.replace(was, becomes), MADE))


def test_a_paper_that_is_not_tagged_is_found() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90"><rect width="9" height="9"/></svg>'
    assert faults_of(write_picture_page(svg)) == ["01: no structure tree, so nothing is tagged"]
