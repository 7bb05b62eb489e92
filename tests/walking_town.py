"""Small OpenStreetMap extracts that tests write: nodes by number, lines of them with tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import osmium


class Line:
    """A way through nodes, with its tags: ``Line((1, 2), highway="footway")``."""

    def __init__(self, nodes: Sequence[int], **tags: str) -> None:
        self.nodes = list(nodes)
        self.tags = tags


def write_extract(
    file: Path,
    nodes: Mapping[int, tuple[float, float]],
    lines: Sequence[Line],
    header: osmium.io.Header | None = None,
) -> None:
    """``nodes`` are longitude and latitude."""
    with osmium.SimpleWriter(str(file), header=header or osmium.io.Header()) as writer:
        for number, at in sorted(nodes.items()):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=at, version=1))
        for number, line in enumerate(lines, 1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=line.nodes, tags=line.tags, version=1))
