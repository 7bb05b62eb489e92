"""The morning before the committee, on real data: ask, count again, open an area, dispute it, take the pack along.

The numbers of the page, of its table as a file and of the pack are those of a sum written out here in plain numpy.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pypdf
import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.load_case import load_case
from app.config import ROOT
from app.forms import guard
from app.jobs.evidence import make_pack
from app.vocabulary import Role
from tests.browser.conftest import OpenPage, serving, settle
from tests.browser.signing_in import sign_in
from tests.databases import migrate_to_head, scratch_database, settings_for
from tests.integration.accounts.people import add_person

CASE = ROOT / "geodata" / "catalogue" / "cases" / "trafford.yaml"
OFFICER = "officer@example.org"
ASKED = {"theme": "food", "layer": "lsoa-2021", "within": "district-2023:E08000009", "list_years": "10"}
QUESTION = f"/gaps?{urlencode(ASKED)}"
Rows = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def trafford(worker: str, shared_data: Path) -> Iterator[str]:
    """The Trafford case with an officer, in a database of its own."""
    with scratch_database(f"wdw_officer_{worker}") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url)
        with Session(engine) as session:
            load_case(session, CASE, shared_data, today=today())
            add_person(session, Role.OFFICER, OFFICER)
            session.commit()
        engine.dispose()
        yield url


@pytest.fixture(scope="module")
def app(trafford: str) -> Iterator[Flask]:
    with serving(trafford) as app:
        yield app


@pytest.fixture(scope="module")
def server(app: Flask) -> str:
    """In the place of Web Town: what ``open_page`` opens."""
    return str(app.config["SETTINGS"].base_url)


@dataclass(frozen=True)
class Borough:
    """What the sum is made from, read past the app: metres, people weighted for need, and who is where."""

    points: np.ndarray  # (n, 2)
    weighted: np.ndarray  # (n,)
    area_code: np.ndarray  # (n,) of the small area
    inside: np.ndarray  # (n,) in Trafford
    places: np.ndarray  # (m, 2) where food is to be had
    served: list[np.ndarray]  # points of each area that a service goes out to

    def people_without(self, reach_m: float) -> dict[str, float]:
        """By small area: the same as so many people having none."""
        walk = 1.3 * np.hypot(*(self.points[:, None, :] - self.places[None, :, :]).transpose(2, 0, 1))
        near = walk <= reach_m
        edge = np.exp(-0.5)
        fades = np.where(near, (np.exp(-((walk / reach_m) ** 2) / 2) - edge) / (1 - edge), 0)
        shared = near.T @ self.weighted
        gets = fades[:, shared > 0] @ (1 / shared[shared > 0])
        for members in self.served:
            gets[members] += 1 / self.weighted[members].sum()
        fair = np.average(gets[self.inside], weights=self.weighted[self.inside])
        without = self.weighted * np.maximum(0, 1 - gets / fair)
        codes = np.unique(self.area_code[self.inside])
        return {str(code): float(without[(self.area_code == code) & self.inside].sum()) for code in codes}


@pytest.fixture(scope="module")
def borough(trafford: str) -> Borough:
    engine = create_engine(settings_for(trafford).sqlalchemy_url)
    with engine.connect() as connection:
        points = connection.execute(
            text("""
            SELECT p.id, p.x_m, p.y_m, p.people, v.value, a.area_code, EXISTS (
                SELECT FROM point_area i JOIN site ON site.area_id = i.area_id
                WHERE i.population_point_id = p.id) AS inside
            FROM population_point p JOIN area a ON a.id = p.area_id CROSS JOIN site
            LEFT JOIN indicator_value v ON v.area_id = p.area_id AND v.indicator_id = site.deprivation_indicator_id
            ORDER BY p.id
            """)
        ).all()
        happens = connection.execute(
            text("""
            SELECT f.role, f.area_id, ST_X(ST_Transform(f.geom, 27700)) AS x_m,
                   ST_Y(ST_Transform(f.geom, 27700)) AS y_m
            FROM public_provision f WHERE theme_key = 'food' AND role IN ('meets_at', 'serves')
            """)
        ).all()
        members = [
            connection.scalars(
                text("SELECT population_point_id FROM point_area WHERE area_id = :id"), {"id": row.area_id}
            ).all()
            for row in happens
            if row.role == "serves"
        ]
    engine.dispose()
    people = np.array([row.people for row in points], dtype=float)
    score = np.array([row.value for row in points], dtype=float)
    poorer = np.array([people[score > one].sum() + people[score == one].sum() / 2 for one in np.unique(score)])
    share = poorer[np.searchsorted(np.unique(score), score)] / people.sum()
    row_of = {row.id: number for number, row in enumerate(points)}
    return Borough(
        points=np.array([(row.x_m, row.y_m) for row in points]),
        weighted=people * (1 + 0.5 * (1 - 2 * share)),
        area_code=np.array([row.area_code for row in points]),
        inside=np.array([row.inside for row in points]),
        places=np.array([(row.x_m, row.y_m) for row in happens if row.role == "meets_at" and row.x_m is not None]),
        served=[np.array([row_of[one] for one in ids], dtype=int) for ids in members],
    )


def file_of(page: Page) -> Rows:
    """The table of the question on the page, as a file, by area."""
    link = page.get_by_role("link", name="Get the table (CSV)").get_attribute("href") or ""
    return rows_of(page.request.get(link).text())


def rows_of(words: str) -> Rows:
    return {row["area_code"]: row for row in csv.DictReader(StringIO(words))}


def number_of(page: Page, code: str) -> str:
    return page.locator(f"tr[data-area='{code}'] td[data-label='without']").inner_text().replace(",", "").strip()


def check_numbers(page: Page, expected: dict[str, float]) -> Rows:
    """Page, file and the sum written out here say the same of every area; the rows of the file."""
    rows = file_of(page)
    assert set(rows) == set(expected)
    for code, row in rows.items():
        if row["people_without"]:
            assert float(row["people_without"]) == pytest.approx(expected[code], abs=0.06)
        if row["rank"]:
            assert float(number_of(page, code)) == pytest.approx(expected[code], abs=0.51)
    ranked = sorted((row for row in rows.values() if row["rank"]), key=lambda row: int(row["rank"]))
    assert len(ranked) > 50
    by_sum = sorted((expected[row["area_code"]] for row in ranked), reverse=True)
    assert [expected[row["area_code"]] for row in ranked] == pytest.approx(by_sum, abs=0.001)
    return rows


def begin(page: Page) -> None:
    sign_in(page, OFFICER)
    page.goto("/gaps")
    settle(page)


def ask(page: Page) -> None:
    page.locator("#field-theme").select_option("food")
    page.get_by_text("How to count", exact=True).click()
    page.locator("#field-list_years").select_option("10")
    page.get_by_role("button", name="Show the gaps").click()
    page.wait_for_url("**list_years=10**")
    settle(page)


def test_from_the_question_to_the_pack(
    open_page: OpenPage, app: Flask, borough: Borough, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "LEAST_S", 0)
    page = open_page("/sign-in")
    begin(page)
    ask(page)
    check_numbers(page, borough.people_without(1_200))

    slider = page.locator("[data-slides='minutes']")
    slider.focus()
    for minutes in range(16, 21):
        slider.press("ArrowRight")
        expect(page.locator("#field-minutes")).to_have_value(str(minutes))
    page.wait_for_url("**minutes=20**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("20-minute walk")
    settle(page)
    rows = check_numbers(page, borough.people_without(1_600))

    scored = min((row for row in rows.values() if row["state"] == "score"), key=lambda row: int(row["rank"]))
    said = int(number_of(page, scored["area_code"]))
    expect(open_area(page, scored).locator("summary").first).to_contain_text(f"same as {said:,} people")
    page.go_back()
    settle(page)
    worst = next(row for row in rows.values() if row["rank"] == "1")
    open_area(page, worst).get_by_role("link", name="Something here?").click()
    say_that_there_is_something(page)
    page.goto(f"{QUESTION}&minutes=20")
    settle(page)
    expect(page.locator(f"tr[data-area='{worst['area_code']}']")).to_contain_text("disputed")
    expect(page.locator("#answer")).to_contain_text("1 of the 10 worst is disputed")
    after = file_of(page)
    assert [code for code, row in after.items() if row["disputed"] == "1"] == [worst["area_code"]]
    unchanged = ("rank", "people_without", "shortfall", "state")
    assert [[row[name] for name in unchanged] for row in after.values()] == [
        [row[name] for name in unchanged] for row in rows.values()
    ]

    page.get_by_role("button", name="Make an evidence pack").click()
    page.wait_for_url("**/evidence/*")
    make(app, page.url.rpartition("/")[2])
    page.reload()
    expect(page.locator("p.answer")).to_contain_text("1 of the 10 worst is disputed")
    paper = pypdf.PdfReader(BytesIO(fetch(page, "evidence.pdf")))
    assert worst["area"] in "".join(one.extract_text() for one in paper.pages)
    kept = rows_of(fetch(page, "areas.csv").decode())
    assert {code: row["people_without"] for code, row in kept.items()} == {
        code: row["people_without"] for code, row in after.items()
    }
    assert kept[worst["area_code"]]["disputed"] == "1"


def open_area(page: Page, row: dict[str, str]) -> Locator:
    """From the table to the page of an area: what it says of food, opened."""
    page.locator(f"tr[data-area='{row['area_code']}'] th a").click()
    page.wait_for_url(f"**/areas/lsoa-2021/{row['area_code']}?**")
    expect(page.get_by_role("heading", level=1)).to_have_text(row["area"])
    food = page.locator("details.theme-gap").filter(has=page.get_by_role("heading", name=re.compile("^Food")))
    if food.get_attribute("open") is None:
        food.locator("summary").first.click()
    return food


def say_that_there_is_something(page: Page) -> None:
    page.wait_for_url("**/gaps/challenge?**")
    page.get_by_label("What is it called?").fill("Thursday pantry")
    page.get_by_label("Where is it?").fill("The hall behind the church")
    page.get_by_label("I have been there").check(force=True)
    page.get_by_role("button", name="Send it").click()
    page.wait_for_url("**/gaps/challenge/thanks?**")


def make(app: Flask, code: str) -> None:
    """What the worker does with a pack; in a thread, as Playwright keeps the event loop of this one."""

    def work() -> None:
        with app.app_context():
            make_pack(code)

    with ThreadPoolExecutor(1) as worker:
        worker.submit(work).result()


def fetch(page: Page, name: str) -> bytes:
    """A file that the page of a pack offers."""
    link = page.get_by_role("link", name=name, exact=True).get_attribute("href") or ""
    answer = page.request.get(link)
    assert answer.ok, link
    return answer.body()
