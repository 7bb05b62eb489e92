"""Maps as pictures: areas in the classes and patterns of the gap map, drawn by us, without tiles or a network.

One drawing as SVG; a PNG is made from that SVG, so both show the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Any

import numpy as np
import shapely

WIDTH, MARGIN, LEGEND_ROW = 960, 24, 26
MOST_HEIGHT, LEAST_HEIGHT = 1_000, 320
LABELS = 60
"""Names are written on the map while there are no more areas than this."""

COLOURS = {
    "light": {"paper": "#fbf8f2", "ink": "#1e2a32", "quiet": "#55626b", "edge": "#8a8371", "empty": "#f6f1e6",
              "dots": "#7d7a72", "ring": "#fbf8f2",
              "classes": ("#f3ecd9", "#f0c97b", "#e08a4b", "#b94a3b", "#6e1f3a")},
    "print": {"paper": "#ffffff", "ink": "#000000", "quiet": "#333333", "edge": "#808080", "empty": "#ffffff",
              "dots": "#000000", "ring": "#ffffff",
              "classes": ("#ffffff", "#dddddd", "#aaaaaa", "#707070", "#303030")},
}  # fmt: skip
"""As static/css/tokens.css has them, and greys for a printer without colours."""
CHANGES = {"less": "#7fb3a6", "same": "#f3ecd9", "more": "#a63a24"}
"""Fewer people without than then, as many, more."""
EDGE = "edge"
"""The fill of the legend's row for areas at an edge, and the pattern upon them."""
BANDS = ("fair_share", "a_little_short", "short", "very_short", "nearly_all_short")


@dataclass(frozen=True)
class DrawnArea:
    """An area to draw: ``wkb`` in WGS84, ``fill`` as app.actions.gap_values.fill_of names it."""

    name: str
    fill: str
    wkb: bytes
    is_at_edge: bool = False
    """Hatched over its fill: what lies beyond is not known."""


@dataclass(frozen=True)
class Caption:
    """What is written around a map: title, the legend's rows (fill, words), what it rests on, its alternative."""

    title: str
    legend: Sequence[tuple[str, str]]
    source: str
    words: str


def draw_map(areas: Sequence[DrawnArea], caption: Caption, look: str = "light") -> str:
    """The map as SVG text; ``look`` is light, or print for a printer without colours."""
    colours = COLOURS[look]
    shapes = shapely.from_wkb([area.wkb for area in areas]) if areas else np.array([])
    flat, height, metres_per_dot = _to_paper(shapes)
    top = MARGIN + 30 * len(_lines(caption.title, 62)) + 8
    legend_top = top + height + 24
    total = legend_top + LEGEND_ROW * math.ceil(len(caption.legend) / 2) + 58
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total}" width="{WIDTH}" '
        f'height="{total}" role="img" aria-labelledby="title words" '
        "font-family=\"'Atkinson Hyperlegible', Verdana, sans-serif\">",
        f'<title id="title">{escape(caption.title)}</title><desc id="words">{escape(caption.words)}</desc>',
        _patterns(colours),
        f'<rect width="{WIDTH}" height="{total}" fill="{colours["paper"]}"/>',
        *_title(caption.title, colours),
        f'<g transform="translate(0 {top})">',
        *_areas(areas, flat, colours),
        *(_labels(areas, flat, colours) if len(areas) <= LABELS else []),
        "</g>",
        _scale_bar(metres_per_dot, top + height + 4, colours),
        *_legend(caption.legend, legend_top, colours),
        f'<text x="{MARGIN}" y="{total - 14}" font-size="14" fill="{colours["quiet"]}">'
        f"{escape(_shortened(caption.source, 120))}</text>",
        "</svg>",
    ]
    return "".join(body)


def _to_paper(shapes: Any) -> tuple[Any, int, float]:
    """Shapes in dots from the top left; the height in dots; metres that a dot is wide."""
    if not len(shapes):
        return shapes, LEAST_HEIGHT, 1.0
    west, south, east, north = shapely.total_bounds(shapes)
    narrow = math.cos(math.radians((south + north) / 2))
    width, height = max((east - west) * narrow, 1e-9), max(north - south, 1e-9)
    scale = min((WIDTH - 2 * MARGIN) / width, MOST_HEIGHT / height)
    left = (WIDTH - width * scale) / 2

    def move(xy: Any) -> Any:
        return np.column_stack([left + (xy[:, 0] - west) * narrow * scale, (north - xy[:, 1]) * scale])

    return shapely.transform(shapes, move), max(LEAST_HEIGHT, math.ceil(height * scale)), 111_320 / scale


def _areas(areas: Sequence[DrawnArea], flat: Any, colours: dict[str, Any]) -> list[str]:
    thin = 1.2 if len(areas) <= 400 else 0.4
    drawn = []
    for area, shape in zip(areas, flat, strict=True):
        path = _path(shape)
        colour, pattern = _fill(area.fill, colours)
        drawn.append(
            f'<path d="{path}" fill="{colour}" stroke="{colours["edge"]}" stroke-width="{thin}" '
            'stroke-linejoin="round"/>'
        )
        drawn += [f'<path d="{path}" fill="url(#{name})"/>' for name in (pattern, EDGE * area.is_at_edge) if name]
    return drawn


def _path(shape: Any) -> str:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring)[:-1]) + "Z" for ring in rings
    )


def _fill(fill: str, colours: dict[str, Any]) -> tuple[str, str]:
    """A colour, and the name of a pattern upon it."""
    if fill == "not_enough_data":
        return colours["empty"], "dots"
    if fill == EDGE:
        return colours["empty"], EDGE
    if fill in CHANGES:
        return CHANGES[fill], "hatch-dark" if fill == "more" else ""
    if fill == "checked_none":
        return colours["classes"][4], "rings"
    band = fill.removeprefix("unclear-")
    colour = colours["classes"][BANDS.index(band)] if band in BANDS else colours["empty"]
    is_dark = band in BANDS[3:]
    return colour, ("hatch-dark" if is_dark else "hatch") if fill.startswith("unclear") else ""


def _patterns(colours: dict[str, Any]) -> str:
    tile = '<pattern id="{}" width="{}" height="{}" patternUnits="userSpaceOnUse">{}</pattern>'
    dots = "".join(f'<circle cx="{at}" cy="{at}" r="1.3" fill="{colours["dots"]}"/>' for at in (2.5, 7))
    ring = f'<circle cx="5.5" cy="5.5" r="3" fill="none" stroke="{colours["ring"]}" stroke-width="1.4"/>'
    drawn = tile.format("dots", 9, 9, dots) + tile.format("rings", 11, 11, ring)
    for name, colour in (("hatch", colours["ink"]), ("hatch-dark", colours["paper"])):
        line = f'<path d="M-1 1L1 -1M0 6L6 0M5 7L7 5" stroke="{colour}" stroke-width="1"/>'
        drawn += tile.format(name, 6, 6, line)
    across = '<path d="M-1 13L1 15M0 0L14 14M13 -1L15 1" stroke="{}" stroke-width="{}"/>'
    both = across.format(colours["paper"], 4) + across.format(colours["ink"], 1.4)
    drawn += tile.format(EDGE, 14, 14, both)
    return f"<defs>{drawn}</defs>"


def _labels(areas: Sequence[DrawnArea], flat: Any, colours: dict[str, Any]) -> list[str]:
    """Names that fit into their areas."""
    drawn = []
    for area, shape in zip(areas, flat, strict=True):
        largest = max(shapely.get_parts(shape), key=lambda part: part.area)
        inside = shapely.get_coordinates(shapely.point_on_surface(largest))[0]
        west, _, east, _ = largest.bounds
        lines = _lines(area.name, max(6, int((east - west) / 8)))
        if max(len(line) for line in lines) * 7.2 > (east - west) or len(lines) > 3:
            continue
        for number, line in enumerate(lines):
            y = inside[1] + 5 + (number - (len(lines) - 1) / 2) * 16
            at = f'<text x="{inside[0]:.1f}" y="{y:.1f}" font-size="13" text-anchor="middle" '
            halo = (
                f'fill="{colours["paper"]}" stroke="{colours["paper"]}" stroke-width="5" stroke-linejoin="round"'
            )
            drawn.append(f'{at}{halo}>{escape(line)}</text>{at}fill="{colours["ink"]}">{escape(line)}</text>')
    return drawn


def _title(title: str, colours: dict[str, Any]) -> list[str]:
    return [
        f'<text x="{MARGIN}" y="{MARGIN + 22 + 30 * number}" font-size="25" font-weight="700" '
        f'fill="{colours["ink"]}">{escape(line)}</text>'
        for number, line in enumerate(_lines(title, 62))
    ]


def _legend(rows: Sequence[tuple[str, str]], top: int, colours: dict[str, Any]) -> list[str]:
    drawn, half = [], math.ceil(len(rows) / 2)
    for number, (fill, words) in enumerate(rows):
        x, y = MARGIN + (WIDTH - MARGIN) // 2 * (number // half), top + LEGEND_ROW * (number % half)
        colour, pattern = _fill(fill, colours)
        box = f'<rect x="{x}" y="{y}" width="28" height="18" rx="3" '
        drawn.append(f'{box}fill="{colour}" stroke="{colours["ink"]}"/>')
        if pattern:
            drawn.append(f'{box}fill="url(#{pattern})"/>')
        drawn.append(
            f'<text x="{x + 38}" y="{y + 14}" font-size="15" fill="{colours["ink"]}">{escape(words)}</text>'
        )
    return drawn


def _scale_bar(metres_per_dot: float, y: int, colours: dict[str, Any]) -> str:
    """A length that people know, about an eighth of the width; and that north is up."""
    about = WIDTH / 8 * metres_per_dot
    size = 10 ** math.floor(math.log10(about)) if about > 0 else 1
    metres = max(step * size for step in (1, 2, 5) if step * size <= about or step == 1)
    long = metres / metres_per_dot
    words = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    right = WIDTH - MARGIN
    return (
        f'<path d="M{right - long:.1f} {y}v6H{right}v-6" fill="none" stroke="{colours["ink"]}" '
        f'stroke-width="1.5"/><text x="{right - long - 8:.1f}" y="{y + 8}" font-size="14" text-anchor="end" '
        f'fill="{colours["ink"]}">North is up. {words}</text>'
    )


def _lines(words: str, longest: int) -> list[str]:
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > longest:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _shortened(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def to_png(svg: str, dots_wide: int = 1_920) -> bytes:
    """The same drawing as PNG."""
    import pypdfium2  # noqa: PLC0415 - as above

    from app.maps.paper import write_picture_page  # noqa: PLC0415 - WeasyPrint takes a second to import

    document = pypdfium2.PdfDocument(write_picture_page(svg))
    page = document[0]
    picture = page.render(scale=dots_wide / page.get_width()).to_pil().convert("P", palette=1, colors=128)
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    document.close()
    return file.getvalue()
