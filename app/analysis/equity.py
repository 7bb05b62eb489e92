"""Who carries the gap: is it the people who already have least?"""

from __future__ import annotations

from app.analysis.inputs import FloatArray


def share_in_most_deprived(amounts: FloatArray, rank_share: FloatArray, fifth: float = 0.2) -> float:
    """Share of a total, such as equivalent people without, found in the most deprived part of the people.

    Shapes: (n,) each; ``rank_share`` as deprivation_rank_share gives it, 0 = most deprived. NaN when all is 0.
    """
    total = float(amounts.sum())
    return float(amounts[rank_share < fifth].sum() / total) if total > 0 else float("nan")


def concentration_index(amounts: FloatArray, people: FloatArray, rank_share: FloatArray) -> float:
    """Concentration index 2 cov(amount, rank) / mean: below 0 = the deprived have more of it (Kakwani 1997).

    Shapes: (n,) each; ``amounts`` is per person, such as access or shortfall. NaN when all is 0.
    """
    weight = people / people.sum()
    mean = float(weight @ amounts)
    if mean == 0:
        return float("nan")
    centred = rank_share - float(weight @ rank_share)
    return float(2 * (weight * amounts) @ centred / mean)
