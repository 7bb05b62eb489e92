"""Small areas, wards and the borough, grown from building blocks so that every border is shared exactly."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi
from shapely import MultiPolygon, STRtree

from geodata.demo.chance import Floats, smooth_noise
from geodata.demo.settlements import Sketch, houses_per_m2

Ints = NDArray[np.int64]
GRID = "EPSG:27700"
COARSEST_M, FINEST_M = 560.0, 70.0
PEOPLE_PER_BLOCK = 45.0
SMOOTHING_M = 14.0
STREAM_PULL_M = 260.0  # how much further away the other bank of a stream feels


@dataclass(frozen=True)
class Blocks:
    """The building blocks: (n,) polygons in metres that tile the island, their middles (n, 2) and people (n,)."""

    shapes: NDArray[np.object_]
    middles_m: Floats
    people: Floats


def make_blocks(
    sketch: Sketch, island: MultiPolygon, localities: pd.DataFrame, rng: np.random.Generator
) -> Blocks:
    """Tile the island with blocks, small where people are many: street blocks in town, fields outside."""
    seeds = _block_seeds(sketch, island, localities, rng)
    lines = shapely.union_all([*_voronoi_edges(seeds, island), shapely.boundary(island)], grid_size=0.1)
    faces = shapely.get_parts(shapely.polygonize([*shapely.get_parts(lines)]))
    shapely.prepare(island)
    spots = shapely.point_on_surface(faces)
    faces, spots = faces[shapely.contains(island, spots)], spots[shapely.contains(island, spots)]
    middles = shapely.get_coordinates(spots)
    people = houses_per_m2(localities, middles, rng) * shapely.area(faces)
    people[shapely.disjoint(faces, island.geoms[0].buffer(-1))] = 0.0  # nobody lives on the islets
    return Blocks(faces, middles, people * localities["people"].sum() / people.sum())


def _block_seeds(
    sketch: Sketch, island: MultiPolygon, localities: pd.DataFrame, rng: np.random.Generator
) -> Floats:
    """Middles of squares that are quartered until each holds few people, every one nudged off the grid."""
    west, south, east, north = island.bounds
    xs, ys = np.meshgrid(np.arange(west, east, COARSEST_M), np.arange(south, north, COARSEST_M))
    squares = np.column_stack([xs.ravel(), ys.ravel()]) + COARSEST_M / 2
    size, kept = COARSEST_M, []
    while size > FINEST_M:
        full = houses_per_m2(localities, squares, rng) * size**2 > PEOPLE_PER_BLOCK
        kept.append(squares[~full] + rng.uniform(-0.42, 0.42, (int((~full).sum()), 2)) * size)
        size /= 2
        quarters = np.array([(-1, -1), (-1, 1), (1, -1), (1, 1)]) * size / 2
        squares = (squares[full][:, None, :] + quarters).reshape(-1, 2)
    kept.append(squares + rng.uniform(-0.42, 0.42, squares.shape) * size)
    seeds = np.vstack(kept)
    return np.vstack([_clear_of_streams(sketch, seeds), *_along_streams(sketch, rng)])


def _clear_of_streams(sketch: Sketch, seeds: Floats) -> Floats:
    water = shapely.union_all(sketch.streams_m)
    far: Floats = seeds[shapely.distance(shapely.points(seeds), water) > 45]
    return far


def _along_streams(sketch: Sketch, rng: np.random.Generator) -> list[Floats]:
    """Pairs of seeds on both banks, so that the edge between each pair lies along the (wandering) stream."""
    banks = []
    for line in sketch.streams_m:
        at = np.arange(0, line.length, 70.0)
        here = shapely.get_coordinates(shapely.line_interpolate_point(line, at))
        ahead = np.gradient(here, axis=0)
        across = np.column_stack([-ahead[:, 1], ahead[:, 0]]) / np.hypot(*ahead.T)[:, None]
        bends = smooth_noise(rng, here, 420.0)[:, None] * 110 * across
        banks += [here + bends + 32 * across, here + bends - 32 * across]
    return banks


def _voronoi_edges(seeds: Floats, island: MultiPolygon) -> list[shapely.LineString]:
    west, south, east, north = island.bounds
    far = np.array(
        [
            (west - 9e3, south - 9e3),
            (west - 9e3, north + 9e3),
            (east + 9e3, south - 9e3),
            (east + 9e3, north + 9e3),
        ]
    )
    diagram = Voronoi(np.vstack([seeds, far]))
    ridges = np.array([ridge for ridge in diagram.ridge_vertices if -1 not in ridge])
    edges = shapely.linestrings(diagram.vertices[ridges])
    shapely.prepare(island)
    return list(edges[shapely.intersects(island, edges)])


def neighbours(blocks: Blocks) -> tuple[Ints, Ints]:
    """Pairs of blocks (two arrays of indexes) that share an edge, each pair both ways round."""
    left, right = STRtree(blocks.shapes).query(blocks.shapes, predicate="touches")
    shared = shapely.length(shapely.intersection(blocks.shapes[left], blocks.shapes[right])) > 1
    return left[shared], right[shared]


def partition(blocks: Blocks, seeds_m: Floats, targets: Floats, banks: Ints, pairs: tuple[Ints, Ints]) -> Ints:
    """Give each block to one seed so that each seed gets about its target of people and stays in one piece.

    A power diagram whose weights are moved until the sums fit (Aurenhammer, Hoffmann and Aronov 1998, by a
    damped step). ``banks`` (n,) holds each block's bank of its nearest stream; crossing costs STREAM_PULL_M.
    """
    reach = np.hypot(*(blocks.middles_m[:, None, :] - seeds_m[None]).transpose(2, 0, 1))
    home = banks[np.argmin(reach, axis=0)]
    reach = reach + STREAM_PULL_M * (banks[:, None] * home[None] < 0)
    typical = np.sqrt(np.ptp(seeds_m, axis=0).prod() / len(seeds_m))
    weights = np.zeros(len(seeds_m))
    for step in np.geomspace(0.25, 0.02, 90):
        owner = np.argmin(reach**2 - weights, axis=1)
        got = np.bincount(owner, blocks.people, len(seeds_m))
        weights += step * typical**2 * np.clip((targets - got) / targets, -1, 1)
    return _in_one_piece(blocks, np.argmin(reach**2 - weights, axis=1), pairs)


def _in_one_piece(blocks: Blocks, owner: Ints, pairs: tuple[Ints, Ints]) -> Ints:
    """Hand stray pieces to the neighbour they share most edges with, until every owner is one piece.

    Pieces without a neighbour (islets) keep their owner.
    """
    left, right = pairs
    size = len(owner)
    for _ in range(20):
        same = owner[left] == owner[right]
        graph = coo_matrix((np.ones(int(same.sum())), (left[same], right[same])), shape=(size, size))
        count, piece = connected_components(graph, directed=False)
        people = np.bincount(piece, blocks.people + 1e-3, count)
        main = pd.Series(people).groupby(owner[np.unique(piece, return_index=True)[1]]).idxmax()
        stray = ~np.isin(piece, main.to_numpy())
        edge = stray[left] & ~stray[right]
        if not edge.any():
            return owner
        votes = pd.crosstab(piece[left[edge]], owner[right[edge]])
        winners = votes.columns.to_numpy(np.int64)[votes.to_numpy().argmax(axis=1)]
        for name, winner in zip(votes.index, winners, strict=True):
            owner = np.where(piece == name, winner, owner)
    return owner


def bank_of(sketch: Sketch, middles_m: Floats) -> Ints:
    """+1 or -1 for the bank of the nearest stream each point is on, 0 when none is within 700 m."""
    points = shapely.points(middles_m)
    away = np.column_stack([shapely.distance(points, line) for line in sketch.streams_m])
    side = np.zeros(away.shape, dtype=np.int64)
    for column, line in enumerate(sketch.streams_m):
        at = shapely.line_locate_point(line, points)
        here = shapely.get_coordinates(shapely.line_interpolate_point(line, at))
        ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, np.minimum(at + 20, line.length)))
        behind = shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(at - 20, 0)))
        along, off = ahead - behind, middles_m - here
        side[:, column] = np.sign(along[:, 0] * off[:, 1] - along[:, 1] * off[:, 0]).astype(np.int64)
    nearest = np.argmin(away, axis=1)
    rows = np.arange(len(points))
    return np.where(away[rows, nearest] < 700, side[rows, nearest] * (nearest + 1), 0)


def dissolve(blocks: Blocks, owner: Ints, count: int) -> gpd.GeoSeries:
    """Join each owner's blocks and smooth the shared borders, all of them at once (EPSG:27700)."""
    joined = np.array([shapely.coverage_union_all(blocks.shapes[owner == one]) for one in range(count)])
    smooth = shapely.coverage_simplify(joined, SMOOTHING_M)
    return gpd.GeoSeries(smooth, crs=GRID)
