"""Where the demo's chance comes from: one stream per subject, so that more words never move the coast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

Floats = NDArray[np.float64]
T = TypeVar("T")


def stream(seed: int, subject: str) -> np.random.Generator:
    """A random stream that depends on the seed and the subject alone (crc32, as ``hash`` differs by process)."""
    return np.random.default_rng([seed, crc32(subject.encode())])


def pick(rng: np.random.Generator, choices: Sequence[T]) -> T:
    """One of the choices, each as likely as the others."""
    return choices[int(rng.integers(len(choices)))]


def pick_weighted(rng: np.random.Generator, weights: Mapping[T, float]) -> T:
    """One key, as likely as its weight says."""
    shares = np.fromiter(weights.values(), dtype=float)
    return list(weights)[int(rng.choice(len(shares), p=shares / shares.sum()))]


def smooth_noise(rng: np.random.Generator, points_m: Floats, wavelength_m: float) -> Floats:
    """Gentle noise in about -1..1 at (n, 2) points: a random lattice, read with cubic splines."""
    steps = (points_m - points_m.min(axis=0)) / wavelength_m
    size = np.ceil(steps.max(axis=0)).astype(int) + 4
    lattice = rng.uniform(-1, 1, size=tuple(size))
    values: Floats = map_coordinates(lattice, (steps + 1.5).T, order=3, mode="reflect")
    return values
