"""Walks measured along streets and paths, where somebody has loaded a network of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO

import numpy as np

from app.actions.loading import SILENT, LoadReport, Progress, SourceCard, begin_load, finish_load, save_source
from app.actions.remembered import Remembered
from app.analysis.catchments import Pairs
from app.analysis.inputs import BoolArray, FloatArray, PopulationPoints, ReachSettings, ServicePoints
from app.analysis.walking import Snapped, WalkingNetwork, find_walks, nearest_walk, split_edges
from app.queries import Session, loading
from app.queries import walking as queries
from app.queries.loading import Changes
from app.queries.versions import AREAS, INDICATORS, WALKING, get_version
from geodata.frames import WalkingFrame

ARRAYS = ("x_m", "y_m", "start", "stop", "length_m")


@dataclass(frozen=True, eq=False)
class Walking:
    """The network with everybody on it: ``homes`` is where each population point joins it.

    With ``packed``, the network as it is kept, the same walks can be found again.
    """

    network: WalkingNetwork
    homes: Snapped
    packed: bytes
    made_at_utc: datetime | None = None

    def of_some(self, chosen: BoolArray) -> Walking:
        """The same for the chosen (n,) of the points."""
        return replace(self, homes=Snapped(self.homes.node[chosen], self.homes.away_m[chosen]))

    def find_pairs(self, points: PopulationPoints, services: ServicePoints, reach: ReachSettings) -> Pairs:
        """As analysis.catchments.find_pairs, by the paths."""
        return find_walks(self.network, points, self.homes, services, reach)

    def nearest(self, points: PopulationPoints, services: ServicePoints, detour: float) -> FloatArray:
        """Metres to the nearest service, (n,), by the paths where one leads there."""
        return nearest_walk(self.network, points, self.homes, services, detour)


_walking: Remembered[Walking | None] = Remembered(2)
_networks: Remembered[Walking | None] = Remembered(2)
"""By the versions of what it is made of: a new service is no reason to read the network again."""


def find_walking(session: Session, version: str, points: PopulationPoints) -> Walking | None:
    """The network that is loaded, with ``points`` (in the order of their ids) on it; None where none is."""

    def read() -> Walking | None:
        own_version = get_version(session, (AREAS, INDICATORS, WALKING))
        return _networks.get(own_version, lambda: _read(session, points))

    return _walking.get(version, read)


def has_walking(session: Session) -> bool:
    return queries.find_walking_source(session) is not None


def _read(session: Session, points: PopulationPoints) -> Walking | None:
    row = queries.find_walking(session)
    if row is None:
        return None
    return unpack_walking(row.network, points, row.made_at_utc)


def unpack_walking(packed: bytes, points: PopulationPoints, made_at_utc: datetime | None = None) -> Walking:
    """A network as it is kept, with ``points`` on it."""
    with np.load(BytesIO(packed), allow_pickle=False) as kept:
        network = split_edges(WalkingNetwork(*(kept[name] for name in ARRAYS)))
    return Walking(network, network.snap(points.x_m, points.y_m), packed, made_at_utc)


def load_walking(
    session: Session, frame: WalkingFrame, card: SourceCard, *, file: str, progress: Progress = SILENT
) -> LoadReport:
    """Keep a network instead of the one before; from now on walks are measured along it."""
    begin_load(session)
    report = LoadReport("walking", card.title, file)
    progress.start("Streets and paths", None)
    network = _packed(frame)
    source_id = save_source(session, card)
    done = Changes(0, 0)
    if not queries.has_network(session, network):
        was_there = queries.save_walking(
            session,
            network,
            node_count=len(frame.x_m),
            edge_count=len(frame.start),
            made_at_utc=frame.made_on,
            source_id=source_id,
        )
        done = Changes(0, 1) if was_there else Changes(1, 0)
    report.add("walking networks", 1, done)
    report.notes.append(
        f"{frame.lines:,} streets and paths, {len(frame.x_m):,} corners, "
        f"{frame.length_m.sum() / 1000:,.0f} km to walk on."
    )
    if frame.missing_nodes:
        report.notes.append(f"{frame.missing_nodes:,} corners lie outside the extract and were left out.")
    return finish_load(session, report, source_id, versions=[WALKING], tables=["walking"])


def remove_walking(session: Session) -> bool:
    """Walks are 1.3 times the straight line again; says whether a network was there."""
    begin_load(session)
    was_there = queries.remove_walking(session)
    if was_there:
        loading.bump_versions(session, [WALKING])
    return was_there


def _packed(frame: WalkingFrame) -> bytes:
    """The same network gives the same bytes."""
    packed = BytesIO()
    np.savez_compressed(packed, **{name: getattr(frame, name) for name in ARRAYS})
    return packed.getvalue()
