"""A Folium map that fits a strict page: no other host, no inline handlers, pinch zoom left alone.

Text never passes through Folium's templates: layers get numbers, codes and addresses of ours, and fetch the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from app.bundles import BUNDLES

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


class UnknownAssetError(LookupError):
    """A layer asked for a script or style sheet that this site does not serve."""


@dataclass(frozen=True)
class Pictures:
    """Map pictures of another site: where each is, with {z}, {x} and {y}; and whose they are, in plain text."""

    address: str
    attribution: str

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc


@dataclass(frozen=True)
class MapParts:
    """A rendered map for the page to put together: names of bundles, markup, and the script for the nonce."""

    css: tuple[str, ...]
    js: tuple[str, ...]
    html: str
    script: str
    fetched: tuple[str, ...] = ()
    """Files that its layers ask for as soon as they run: the page may send for them before."""

    pictures: Pictures | None = None


class CspMap(folium.Map):
    """folium.Map without its head block (which forbids pinch zoom and loads from other hosts) and with a label."""

    default_js: list[tuple[str, str]] = [("map.js", "")]  # noqa: RUF012 - Folium's own hook
    default_css: list[tuple[str, str]] = [("map.css", "")]  # noqa: RUF012 - as above
    _template = Template("""
        {% macro html(this, kwargs) %}
        <div class="folium-map{{ ' small' if this.is_small }}" id={{ this.get_name()|tojson }} role="region"
             aria-labelledby={{ this.label_id|tojson }} tabindex="0" data-settled="false"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }},
            {center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}});
        L.calmMap({{ this.get_name() }}, {{ this.everything|tojson }});
        {% endmacro %}""")

    def __init__(
        self, ident: str, *, label_id: str, is_small: bool = False, everything: Box | None = None, **options: Any
    ) -> None:
        super().__init__(location=(0, 0), zoom_start=2, tiles=None, **options)
        self.label_id = label_id
        self.is_small = is_small
        self.everything = everything
        self._id = ident  # fixed names make the same page the same bytes
        # Folium gives zoom limits to its tile layer only, and there is none
        self.options.update(min_zoom=4, max_zoom=18, zoom_snap=0.25, zoom_control=False, scroll_wheel_zoom=False)


class FetchedLayer(JSCSSMixin, Layer):
    """A layer of our own that fetches its data from ``url``; ``options`` are addresses and words of ours."""

    function = ""
    is_file = False
    """Is ``url`` itself what is fetched, and at once?"""

    _template = Template("""
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.{{ this.function }}({{ this.url|tojson }}, {{ this.options|tojson }});
        {% endmacro %}""")

    def __init__(self, ident: str, url: str, *, is_shown: bool = True, **options: str | float | bool) -> None:
        if not url.startswith("/") or url.startswith("//"):
            raise UnknownAssetError(f"A map layer fetches from this site only, not from {url!r}.")
        super().__init__(name=ident, overlay=True, control=False, show=is_shown)
        self._name = self.function
        self._id = ident
        self.url = url
        self.options = options


class FieldLayer(JSCSSMixin, Layer):
    """A layer of our own that reads and fills in fields of the page; ``options`` are numbers and names of ours."""

    function = ""
    _template = Template("""
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.{{ this.function }}({{ this.options|tojson }});
        {% endmacro %}""")

    def __init__(self, ident: str, **options: str | float | None) -> None:
        super().__init__(name=ident, overlay=True, control=False)
        self._name = self.function
        self._id = ident
        self.options = options


def parts(drawing: folium.Map) -> MapParts:
    """Render ``drawing`` in pieces. Raises UnknownAssetError for a file that has no copy here."""
    figure = cast(Figure, drawing.get_root())
    for child in list(figure._children.values()):
        child.render()
    links = [(name, child) for name, child in figure.header._children.items() if name != "meta_http"]
    script = "\n".join(_rendered(figure.script._children.values()))
    if "</script" in script.lower() or "<!--" in script:
        raise UnknownAssetError("The script of this map would end its own tag.")
    return MapParts(
        css=tuple(_known(name) for name, link in links if _is(link, CssLink, name)),
        js=tuple(_known(name) for name, link in links if _is(link, JavascriptLink, name)),
        html="".join(_rendered(figure.html._children.values())),
        script=script,
        fetched=tuple(
            layer.url for layer in drawing._children.values() if isinstance(layer, FetchedLayer) and layer.is_file
        ),
    )


def _rendered(children: Iterable[Element]) -> list[str]:
    return [child.render() for child in children]


def _is(child: Element, kind: type[Element], name: str) -> bool:
    if not isinstance(child, CssLink | JavascriptLink):
        raise UnknownAssetError(f"Folium put “{name}” into the head of the page; no layer of ours does.")
    return isinstance(child, kind)


def _known(name: str) -> str:
    if name not in BUNDLES:
        raise UnknownAssetError(f"There is no copy of “{name}” on this site.")
    return name
