"""How many come, and how soon, learnt from the course so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

# Before anything is seen: about 85 % come, a third of them each week. Weeks of 2021 in Sweden.
PRIOR_SHARE: Final = (17.0, 3.0)
PRIOR_PACE: Final = (3.0, 6.0)
#: A week's turnout tells less than so many independent persons would: booking, weather, supply.
OVERDISPERSION: Final = 25.0
_SHARES: Final = np.linspace(0.2, 0.99, 60)
_PACES: Final = np.linspace(0.03, 0.9, 45)


@dataclass(frozen=True, slots=True)
class Uptake:
    """What is believed of share (who will ever come) and pace (of those left, each week)."""

    shares: NDArray[np.float64]
    paces: NDArray[np.float64]
    weights: NDArray[np.float64]

    @property
    def share(self) -> float:
        """The mean."""
        return float(self.shares @ self.weights)

    @property
    def pace(self) -> float:
        return float(self.paces @ self.weights)

    def draw(self, rng: np.random.Generator, size: int) -> tuple[NDArray[np.float64], ...]:
        """Shares and paces that belong together."""
        picks = rng.choice(len(self.weights), size=size, p=self.weights)
        return self.shares[picks], self.paces[picks]


def learn(came: Sequence[float], persons: float) -> Uptake:
    """What a cohort's first weeks say.

    Of n persons a share u will come, and of those left a part k comes each week, so week t
    (from 0) brings ``n · u · k · (1 − k)^t`` and the rest has not come. Came and not come are
    multinomial, tempered by `OVERDISPERSION`; u and k have beta priors; the posterior is taken on
    a grid (Gelman et al., *Bayesian Data Analysis*, 3rd ed., section 10.1).

    Parameters
    ----------
    came
        Persons with a first dose, by week since the cohort was opened. Empty: nothing is known.

    Examples
    --------
    >>> round(learn([], 0).share, 2)
    0.85
    >>> found = learn([300, 210, 147, 103, 72, 50, 35, 25, 17], 1000.0)
    >>> 0.9 < found.share <= 0.99, round(found.pace, 1)
    (True, 0.3)
    """
    shares, paces = (each.ravel() for each in np.meshgrid(_SHARES, _PACES, indexing="ij"))
    log = stats.beta.logpdf(shares, *PRIOR_SHARE) + stats.beta.logpdf(paces, *PRIOR_PACE)
    if came and persons > 0:
        seen = np.clip(np.asarray(came, dtype=float), 0, None)
        expected = shares * paces * (1 - paces) ** np.arange(len(seen))[:, None]
        rest = np.clip(1 - expected.sum(axis=0), 1e-9, 1)
        told = seen @ np.log(expected) + max(persons - seen.sum(), 0) * np.log(rest)
        log = log + told / OVERDISPERSION
    weights = np.exp(log - log.max())
    return Uptake(shares, paces, weights / weights.sum())
