"""Our own Folium layers; each is one small Leaflet class in static/js."""

from __future__ import annotations

from app.maps.csp_map import FetchedLayer

Assets = list[tuple[str, str]]


class AreaTiles(FetchedLayer):
    """The rows of a gap answer as areas, in classes and patterns: shapes from tiles, values from ``url``."""

    function = "areaTiles"
    default_js: Assets = [("mvt", ""), ("fills", ""), ("area_tiles", "")]  # noqa: RUF012 - Folium's own hook


class Outlines(FetchedLayer):
    """Borders and names to find one's way by; nothing to click."""

    function = "outlines"
    default_js: Assets = [("outlines", "")]  # noqa: RUF012 - as above


class PlaceTiles(FetchedLayer):
    """Organisations, services and needs as tiles that the server has already clustered."""

    function = "placeTiles"
    default_js: Assets = [("place_tiles", "")]  # noqa: RUF012 - as above
