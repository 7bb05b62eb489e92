"""Local statistics for raw counts, against the numbers in PySAL's own tests."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from app.analysis.neighbours import getis_ord, local_moran, moran_i, row_standardised
from app.analysis.robustness import marshall_empirical_bayes

# Golden 14: pysal/esda test_getisord.py, six points, neighbours within 15.
SIX = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], dtype=float)
VALUES = np.array([2, 3, 3.2, 5, 8, 7])


def within(places: np.ndarray, distance: float) -> sparse.csr_array:
    apart = np.hypot(*(places[:, None] - places).transpose(2, 0, 1))
    return sparse.csr_array(((apart <= distance) & (apart > 0)).astype(float))


def test_golden_14_getis_ord() -> None:
    neighbours = within(SIX, 15)
    assert getis_ord(VALUES, neighbours)[0] == pytest.approx(-1.0136729, abs=1e-7)
    assert getis_ord(VALUES, neighbours, star=True)[0] == pytest.approx(-1.39727626, abs=1e-8)


def test_an_area_without_neighbours_has_no_score() -> None:
    lonely = sparse.csr_array(np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], dtype=float))
    assert np.isnan(getis_ord(np.array([1.0, 5, 2]), lonely)).tolist() == [False, False, True]


def test_moran_of_a_chessboard_and_of_two_halves() -> None:
    side = 6
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(side), np.arange(side)))
    rook = within(np.column_stack([x, y]).astype(float), 1)
    chess = ((x + y) % 2).astype(float)
    assert moran_i(chess, rook) == pytest.approx(-1)
    halves = (x >= 3).astype(float)
    # 60 pairs of neighbours, 6 of them across the middle: (54 - 6) / 60.
    assert moran_i(halves, rook) == pytest.approx(0.8)
    assert (local_moran(chess, rook) < 0).all()
    assert (local_moran(halves, rook) > 0).all()


def test_local_moran_adds_up_to_moran() -> None:
    random = np.random.default_rng(2)
    weights = row_standardised(within(random.uniform(0, 10, (40, 2)), 4))
    values = random.normal(size=40)
    expected = moran_i(values, weights) * weights.sum() * 39 / 40
    assert local_moran(values, weights).sum() == pytest.approx(expected)


def test_equal_values_have_no_pattern() -> None:
    with pytest.raises(ValueError, match="values that differ"):
        moran_i(np.ones(6), within(SIX, 15))
    with pytest.raises(ValueError, match="values that differ"):
        local_moran(np.ones(6), within(SIX, 15))


def example(name: str) -> Path:
    examples = pytest.importorskip("libpysal.examples", reason="libpysal (requirements-dev.txt) is not installed")
    return Path(examples.get_path(name))


def contiguity(gal: Path) -> sparse.csr_array:
    """Row-standardised neighbours from a GAL file, whose rows are in the order of its table."""
    lines = gal.read_text().splitlines()[1:]
    near = {
        int(head.split()[0]): [int(name) for name in names.split()]
        for head, names in zip(lines[::2], lines[1::2], strict=True)
    }
    index = {name: place for place, name in enumerate(near)}
    rows = [index[name] for name, names in near.items() for _ in names]
    columns = [index[other] for names in near.values() for other in names]
    size = len(near)
    return row_standardised(sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(size, size)))


def table(dbf: Path, *columns: str) -> list[np.ndarray]:
    frame = importlib.import_module("pyogrio").read_dataframe(dbf.with_suffix(".shp"))
    return [frame[column].to_numpy(dtype=float) for column in columns]


def test_golden_13_empirical_bayes_of_north_carolina() -> None:
    """pysal/esda test_smoothing.py: SIDS deaths 1974 over births, the first five of 100 counties."""
    births, deaths = table(example("sids2.shp"), "BIR74", "SID74")
    found = marshall_empirical_bayes(deaths, births)
    np.testing.assert_allclose(found[:5], [0.0016973, 0.0017054, 0.0017731, 0.0020129, 0.0035349], atol=5e-8)
    esda = pytest.importorskip("esda", reason="esda (requirements-dev.txt) is not installed")
    theirs = esda.smoothing.Empirical_Bayes(deaths[:, None], births[:, None]).r.ravel()
    np.testing.assert_allclose(found, theirs, rtol=0, atol=1e-15)


def test_golden_14_moran_of_st_louis_and_north_carolina() -> None:
    (homicides,) = table(example("stl_hom.shp"), "HR8893")
    assert moran_i(homicides, contiguity(example("stl.gal"))) == pytest.approx(0.24365583, abs=5e-9)
    (rate,) = table(example("sids2.shp"), "SIDR74")
    assert moran_i(rate, contiguity(example("sids2.gal"))) == pytest.approx(0.24772519, abs=5e-9)
