"""Our own Folium layers; each is one small Leaflet class in static/js."""

from __future__ import annotations

from collections.abc import Iterable

from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from app.maps.csp_map import FetchedLayer, FieldLayer

Assets = list[tuple[str, str]]


class AreaTiles(FetchedLayer):
    """The rows of a gap answer as areas, in classes and patterns: shapes from tiles, values from ``url``.

    With ``is_under`` they are the ground of something else, which says what the map shows and is what to click.
    """

    function = "areaTiles"
    is_file = True
    default_js: Assets = [("area_tiles.js", "")]  # noqa: RUF012 - Folium's own hook


class Outlines(FetchedLayer):
    """Borders and names to find one's way by; nothing to click."""

    function = "outlines"
    is_file = True


class PlaceTiles(FetchedLayer):
    """Organisations, services and needs as tiles that the server has already clustered."""

    function = "placeTiles"
    default_js: Assets = [("place_tiles.js", "")]  # noqa: RUF012 - as above


class AreaShapes(JSCSSMixin, Layer):
    """Areas that are in the page itself, as GeoJSON in the element ``data_id``."""

    default_js: Assets = [("area_shapes.js", "")]  # noqa: RUF012 - as above
    _template = Template("""
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.areaShapes({{ this.data_id|tojson }});
        {% endmacro %}""")

    def __init__(self, ident: str, data_id: str) -> None:
        super().__init__(name=ident, overlay=True, control=False)
        self._name = "area_shapes"
        self._id = ident
        self.data_id = data_id


class AreaCounts(AreaShapes):
    """Areas in the page itself, marked, with a number on each."""

    default_js: Assets = [("area_counts.js", "")]  # noqa: RUF012 - as above
    _template = Template("""
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.areaCounts({{ this.data_id|tojson }});
        {% endmacro %}""")

    def __init__(self, ident: str, data_id: str) -> None:
        super().__init__(ident, data_id)
        self._name = "area_counts"


class Spots(JSCSSMixin, Layer):
    """A few points, given in the page itself as numbers: longitude, latitude, and whether only roughly there."""

    default_js: Assets = [("spots.js", "")]  # noqa: RUF012 - as above
    _template = Template("""
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.spots({{ this.spots|tojson }}, {{ this.rough_within_m|tojson }});
        {% endmacro %}""")

    def __init__(self, ident: str, spots: Iterable[tuple[float, float, bool]], rough_within_m: float) -> None:
        super().__init__(name=ident, overlay=True, control=False)
        self._name = "spots"
        self._id = ident
        self.spots = [[float(lon), float(lat), bool(is_rough)] for lon, lat, is_rough in spots]
        self.rough_within_m = float(rough_within_m)


class Corners(FieldLayer):
    """Corners that a visitor puts on the map, kept in a field of the form around it."""

    function = "corners"
    default_js: Assets = [("corners.js", "")]  # noqa: RUF012 - as above


class Pin(FieldLayer):
    """A pin to move by dragging, arrow keys or buttons; it fills in field-lon and field-lat."""

    function = "addPin"
    default_js: Assets = [("pin.js", "")]  # noqa: RUF012 - as above


class FoundPins(FetchedLayer):
    """The results of the finder, numbered as in its list; they come with the page."""

    function = "foundPins"
    default_js: Assets = [("found.js", "")]  # noqa: RUF012 - as above


class PlanStars(JSCSSMixin, Layer):
    """The places of a plan, numbered as in its list; they come with the page, which may let them be moved."""

    default_js: Assets = [("plan.js", "")]  # noqa: RUF012 - as above
    _template = Template("""
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.planStars();
        {% endmacro %}""")

    def __init__(self, ident: str) -> None:
        super().__init__(name=ident, overlay=True, control=False)
        self._name = "planStars"
        self._id = ident


class OutsideTiles(JSCSSMixin, Layer):
    """Map pictures of another site, under everything; the page says whose they are."""

    default_js: Assets = [("outside_tiles.js", "")]  # noqa: RUF012 - as above
    _template = Template("""
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.outsideTiles({{ this.address|tojson }});
        {% endmacro %}""")

    def __init__(self, ident: str, address: str) -> None:
        super().__init__(name=ident, overlay=True, control=False)
        self._name = "outsideTiles"
        self._id = ident
        self.address = address
