"""Ranking of areas by coverage, with the confidence that each rank deserves."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks from 1, in the order of the input; 0 where an area could not be ranked.

    `rank` is the observed rank, ties sharing the lower number; `lowest` and `highest` bound the
    rank number (so `lowest` 1 means that the area may well be the first).
    """

    rank: Integers
    lowest: Integers
    highest: Integers


def rank(
    shares: npt.ArrayLike,
    populations: npt.ArrayLike,
    *,
    level: float = 0.95,
    highest_first: bool = True,
) -> Ranks:
    r"""Rank areas by share vaccinated, with a confidence set for each area's rank.

    Parameters
    ----------
    shares : array_like, shape (n,)
        Share vaccinated, in [0, 1]; NaN is not ranked.
    populations : array_like, shape (n,)
        Persons the share is of; an area without any is not ranked.
    level : float
        Confidence level of each area's set, in (0, 1).
    highest_first : bool
        Rank 1 is the highest share, else the lowest.

    Returns
    -------
    Ranks
        Arrays of shape (n,).

    Raises
    ------
    ValueError
        If the shapes differ, a share is outside [0, 1] or the level outside (0, 1).

    Notes
    -----
    The registers count everybody: the observed rank has no sampling error. The confidence set is
    for the rank by *underlying* uptake :math:`\theta_j`, of which the observed share
    :math:`\hat\theta_j` of :math:`n_j` persons is taken as one binomial draw (a superpopulation):
    what would stand if people like these had decided once more. Households and workplaces decide
    together, so the real scatter is larger and the sets rather too narrow.

    Area :math:`j` is compared with each of the other :math:`m = n - 1` areas by the two-sample
    test of binomial shares, with the shares pooled so that 0 and 100 % of a small area do not
    pass for certainty:

    .. math::
        z_{jk} = \frac{\hat\theta_j - \hat\theta_k}
        {\sqrt{\bar\theta_{jk}(1 - \bar\theta_{jk})(1/n_j + 1/n_k)}}, \qquad
        \bar\theta_{jk} = \frac{n_j\hat\theta_j + n_k\hat\theta_k}{n_j + n_k}

    Each pair gives two one-sided hypotheses, and Holm's step-down over all :math:`2m` keeps the
    chance of *any* wrong direction for area :math:`j` at :math:`1 -` `level`: with the two-sided
    p-values of row :math:`j` in ascending order, :math:`p_{(i)} \le 2\alpha / (2m - i + 1)`. If
    :math:`B` areas are then surely better and :math:`W` surely worse, the set is
    :math:`\{B + 1, \dots, n - W\}`. It is marginal: it covers each area's rank, not all areas'
    ranks at once.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024), Inference for Ranks with Applications to Mobility
    across Neighbourhoods and Academic Achievement across Countries, Review of Economic Studies
    91(1), 476–518. doi:10.1093/restud/rdad006
    Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of
    Statistics 6, 65–70.

    Examples
    --------
    >>> ranks = rank([0.80, 0.76, 0.70], [400, 100_000, 100_000])
    >>> ranks.rank.tolist(), ranks.lowest.tolist(), ranks.highest.tolist()
    ([1, 2, 3], [1, 1, 3], [2, 2, 3])
    """
    share, population = _checked(shares, populations, level)
    ranked = ~np.isnan(share) & (population > 0)
    value, persons = share[ranked], population[ranked]
    better = _z(value, persons) if not highest_first else -_z(value, persons)
    sure = _holm(2 * special.ndtr(-np.abs(better)), 1 - level)
    found = np.zeros((3, len(share)), dtype=np.int64)
    ordered = -value if highest_first else value
    found[0, ranked] = 1 + np.searchsorted(np.sort(ordered), ordered)
    found[1, ranked] = 1 + (sure & (better > 0)).sum(axis=1)
    found[2, ranked] = len(value) - (sure & (better < 0)).sum(axis=1)
    return Ranks(*found)


def wilson(count: npt.ArrayLike, population: npt.ArrayLike, level: float = 0.95) -> Floats:
    r"""Wilson's score interval for the share `count` / `population`.

    Parameters
    ----------
    count, population : array_like, shape (n,)
        Persons; 0 ≤ count ≤ population.
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    array, shape (n, 2)
        Lower and upper bound in [0, 1]; NaN where the population is 0.

    Notes
    -----
    With :math:`\hat p = x/n` and the normal quantile :math:`z`,

    .. math::
        \frac{\hat p + z^2/2n \pm z\sqrt{\hat p(1-\hat p)/n + z^2/4n^2}}{1 + z^2/n}

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference, Journal
    of the American Statistical Association 22, 209–212.

    Examples
    --------
    >>> wilson([0, 80], [10, 100]).round(3).tolist()
    [[0.0, 0.278], [0.711, 0.867]]
    """
    x, n = np.asarray(count, dtype=np.float64), np.asarray(population, dtype=np.float64)
    n = np.where(n > 0, n, np.nan)
    z = float(special.ndtri((1 + level) / 2))
    p = x / n
    reach = z * np.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
    bounds = np.stack([p + z**2 / (2 * n) - reach, p + z**2 / (2 * n) + reach], axis=-1)
    return np.clip(bounds / (1 + z**2 / n)[..., None], 0, 1)


def _checked(
    shares: npt.ArrayLike, populations: npt.ArrayLike, level: float
) -> tuple[Floats, Floats]:
    share, population = np.asarray(shares, np.float64), np.asarray(populations, np.float64)
    if share.ndim != 1 or share.shape != population.shape:
        raise ValueError("shares and populations are one-dimensional and of the same length")
    if np.any((share < 0) | (share > 1)) or not 0 < level < 1:
        raise ValueError("shares are in [0, 1] and the level in (0, 1)")
    return share, population


def _z(share: Floats, population: Floats) -> Floats:
    """z of row minus column, for every pair; 0 where two areas are equal."""
    difference = share[:, None] - share[None, :]
    both = population[:, None] + population[None, :]
    pooled = ((share * population)[:, None] + (share * population)[None, :]) / both
    variance = pooled * (1 - pooled) * (1 / population[:, None] + 1 / population[None, :])
    error = np.sqrt(np.maximum(variance, 0))
    return np.divide(difference, error, out=np.zeros_like(difference), where=error > 0)


def _holm(p: Floats, alpha: float) -> npt.NDArray[np.bool_]:
    """Which of each row's two-sided tests are rejected, the diagonal aside."""
    np.fill_diagonal(p, 1)
    tests = p.shape[1] - 1
    order = np.argsort(p, axis=1)
    bounds = 2 * alpha / (2 * tests - np.arange(tests + 1)) if tests else np.zeros(1)
    passed = np.take_along_axis(p, order, axis=1) <= bounds
    rejected = np.zeros(p.shape, dtype=np.bool_)
    np.put_along_axis(rejected, order, np.logical_and.accumulate(passed, axis=1), axis=1)
    return rejected
