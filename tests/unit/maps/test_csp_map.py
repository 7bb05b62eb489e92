"""Maps carry nothing of other hosts and nothing that could leave its tag."""

from __future__ import annotations

import re

import pytest
from branca.element import Element
from folium.plugins import MarkerCluster

from app.config import ROOT
from app.maps.csp_map import CspMap, UnknownAssetError, parts
from app.maps.layers import AreaTiles
from app.maps.render import area_map, gap_map, places_map

MAPS = {
    "gaps": lambda: gap_map(
        "/gaps.json?theme=food", "/tiles/outlines.json", "/tiles/places/", "/", label_id="map-title"
    ),
    "places": lambda: places_map(
        "/tiles/places/", "/tiles/outlines.json", "/", label_id="map-title", everything=(-2.4, 53.3, -2.2, 53.5)
    ),
    "area": lambda: area_map("/tiles/outlines/lsoa/E1.json", label_id="map-title"),
}


@pytest.mark.parametrize("name", MAPS)
def test_a_map_names_no_other_host(name: str) -> None:
    drawing = MAPS[name]()
    assert not re.search(r"(?:https?:)?//", drawing.html + drawing.script)
    assert all(path.endswith(".js") for path in drawing.js)
    assert all(path.endswith(".css") for path in drawing.css)


@pytest.mark.parametrize("name", MAPS)
def test_a_map_is_the_same_bytes_every_time(name: str) -> None:
    assert MAPS[name]() == MAPS[name]()


@pytest.mark.parametrize("name", MAPS)
def test_a_map_has_no_inline_style_or_handler(name: str) -> None:
    assert not re.search(r"style=|\son\w+=|<script|<style|user-scalable", MAPS[name]().html)


@pytest.mark.parametrize("name", MAPS)
def test_a_map_is_a_labelled_region(name: str) -> None:
    assert 'role="region"' in MAPS[name]().html
    assert 'aria-labelledby="map-title"' in MAPS[name]().html


def test_a_plugin_that_wants_files_of_others_is_refused() -> None:
    drawing = CspMap("x", label_id="t")
    MarkerCluster().add_to(drawing)
    with pytest.raises(UnknownAssetError, match="no copy"):
        parts(drawing)


def test_whatever_else_wants_into_the_head_is_refused() -> None:
    drawing = CspMap("x", label_id="t")
    drawing.get_root().header.add_child(Element("<style>p {}</style>"))
    with pytest.raises(UnknownAssetError, match="into the head"):
        parts(drawing)


def test_the_folium_classes_that_run_text_are_not_used() -> None:
    """Popup, Tooltip and their kin put names into the page as code; ours are set as text by our scripts."""
    used = "".join(file.read_text() for file in (ROOT / "app" / "maps").glob("*.py"))
    assert not re.search(
        r"Popup|Tooltip|DivIcon|Marker|TileLayer|GeoJson|Choropleth|LayerControl|Html|IFrame", used
    )


@pytest.mark.parametrize("url", ["//evil.example/x.json", "https://evil.example/x.json", "x.json", ""])
def test_a_layer_fetches_from_this_site_only(url: str) -> None:
    with pytest.raises(UnknownAssetError, match="this site only"):
        AreaTiles("areas", url)


def test_an_address_cannot_end_the_script() -> None:
    drawing = CspMap("x", label_id="t")
    AreaTiles("areas", "/gaps.geojson?theme=</script><script>alert(1)</script>", profiles="'+alert(1)+'").add_to(
        drawing
    )
    script = parts(drawing).script
    assert "</script" not in script
    assert r"\u003c/script\u003e" in script
    assert r"\u0027+alert(1)+\u0027" in script
