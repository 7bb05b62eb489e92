"""Whatever stands in an address, the answer is a page that says what to choose; never a 500."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.integration.web.pages import Page

NONSENSE = [
    "xyz", "abc", "NaN", "inf", "-1", "1e9", "1e400", "9" * 300, "x" * 10_000, "%00", "food%00", "%ff%fe",
    "%ed%a0%80", "lsoa-2021:", "%25%5F", quote("'; DROP TABLE area; --"), quote("${7*7}"), quote("{{7*7}}"),
    quote("<script>alert(1)</script>"), quote("../../etc/passwd"), quote("=HYPERLINK(1)"), quote("\u202eabc"),
    quote("💥" * 40),
]  # fmt: skip


def is_a_kind_refusal(answer: TestResponse, *, field: str = "") -> None:
    page = Page(answer.text)
    assert answer.status_code == 400
    assert len(page.all("h1")) == 1
    assert "Traceback" not in answer.text
    if field:
        assert page.one(id="problem")


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("field", ["theme", "layer", "within", "minutes", "benchmark", "sort", "order"])
def test_a_nonsense_word_in_the_question_is_a_400_with_the_form(
    town_client: FlaskClient, field: str, value: str
) -> None:
    is_a_kind_refusal(town_client.get(f"/gaps?{field}={value}"), field=field)


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("page", ["/gaps/kinds", "/gaps/kinds.json", "/gaps/overlap", "/what-if", "/what-if.json"])
def test_other_views_of_a_question_refuse_too(town_client: FlaskClient, page: str, value: str) -> None:
    fields = {"/gaps/kinds": "kind", "/gaps/kinds.json": "kind", "/gaps/overlap": "share"}
    for field in ("theme", "minutes", fields.get(page, "change")):
        is_a_kind_refusal(town_client.get(f"{page}?{field}={value}"))


@pytest.mark.parametrize("value", ["0", "-5", "abc", "1.5", "1e9", "%00"])
def test_a_nonsense_standard_is_a_400(town_client: FlaskClient, value: str) -> None:
    is_a_kind_refusal(town_client.get(f"/gaps?benchmark=standard&people_per_service={value}"))


@pytest.mark.parametrize("file", ["/gaps.csv", "/gaps.geojson"])
@pytest.mark.parametrize(
    "query", ["theme=xyz", "minutes=1e9", "utm_source=x", "theme=food&theme=food", "layer=%00"]
)
def test_files_refuse_as_pages_do(town_client: FlaskClient, file: str, query: str) -> None:
    is_a_kind_refusal(town_client.get(f"{file}?{query}"))


@pytest.mark.parametrize(
    "query", ["kind=pub", "theme=xyz", "q=%00", "page=0", "page=99999", "page=x", f"q={'x' * 500}"]
)
def test_the_map_page_refuses_too(town_client: FlaskClient, query: str) -> None:
    is_a_kind_refusal(town_client.get(f"/map?{query}"), field="x")


@pytest.mark.parametrize("query", [f"q={quote(word)}" for word in ("%", "_", "\\", "O'Neill", "((", "[a-", "💥")])
def test_search_words_mean_themselves(town_client: FlaskClient, query: str) -> None:
    answer = town_client.get(f"/map?{query}")
    assert answer.status_code == 200
    assert "Nothing found" in answer.text
    assert town_client.get(f"/tiles/places/6/31/20.json?{query}").status_code == 204


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/places/23/0/0.json", "/tiles/places/99/0/0.json",
        "/tiles/places/-1/0/0.json", "/tiles/places/5/32/0.json", "/tiles/places/5/0/32.json",
        f"/tiles/places/5/{10**30}/0.json", "/tiles/places/a/b/c.json", "/tiles/places/",
        "/tiles/outlines/square/nope.json", "/tiles/outlines/no/S00.json", "/tiles/outlines/square/%00.json",
        "/areas/square/nope", "/areas/nope/S00", "/areas/square/%00", f"/areas/{'x' * 3000}/S00", "/areas/a/b/c",
        "/areas/square/nope/similar", "/areas/square/%00/similar", f"/areas/square/{'x' * 3000}/similar",
        "/organisations/1", "/organisations/00000000-0000-0000-0000-000000000000", "/needs/x", "/services/x",
        "/services/00000000-0000-0000-0000-000000000000", "/needs/00000000-0000-0000-0000-000000000000", "/nope",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_404(town_client: FlaskClient, path: str) -> None:
    answer = town_client.get(path)
    assert answer.status_code == 404
    assert len(Page(answer.text).all("h1")) == 1


def test_a_tile_refuses_a_name_it_does_not_know(town_client: FlaskClient) -> None:
    assert town_client.get("/tiles/places/5/0/0.json?v=1").status_code == 400


def test_what_was_typed_stays_in_the_form_as_text(town_client: FlaskClient) -> None:
    typed = quote('"><script>window.bad=1</script>')
    page = Page(town_client.get(f"/gaps?benchmark=standard&people_per_service={typed}").text)
    assert page.one(id="field-people_per_service").attributes["value"] == '"><script>window.bad=1</script>'
    chosen = [tag.attributes["value"] for tag in page.all("option") if "selected" in tag.attributes]
    assert "standard" in chosen


def test_other_methods_are_refused_in_the_same_look(town_client: FlaskClient) -> None:
    answer = town_client.post("/gaps")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert len(Page(answer.text).all("h1")) == 1
