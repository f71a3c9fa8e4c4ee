"""How much is wasted, fairly compared: a clinic with three vials is not ranked worst."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import optimize, special, stats

LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Prior:
    """What venues' true rates are like: Beta(`wasted`, `used`), as if so many doses were seen."""

    wasted: float
    used: float

    @property
    def mean(self) -> float:
        return self.wasted / (self.wasted + self.used)


def prior_of(wasted: NDArray[np.float64], handled: NDArray[np.float64]) -> Prior | None:
    """The beta distribution that best explains all venues' figures; None where nothing is wasted.

    Vials wasted, k of n handled, are beta-binomial:
    ``log L = Σ log B(kᵢ + a, nᵢ − kᵢ + b) − log B(a, b)``, and the (a, b) with the highest
    likelihood is taken (empirical Bayes; Casella, *An Introduction to Empirical Bayes Data
    Analysis*, Am. Stat. 39, 1985), with a + b no more than all vials: nobody is surer of what
    venues have in common than that.
    """
    if not wasted.sum() or wasted.sum() == handled.sum():
        return None

    def unlikely(at: NDArray[np.float64]) -> float:
        mean, certainty = 1 / (1 + np.exp(-at[0])), np.exp(at[1])
        a, b = mean * certainty, (1 - mean) * certainty
        chance = special.betaln(wasted + a, handled - wasted + b) - special.betaln(a, b)
        return -float(chance.sum())

    share = wasted.sum() / handled.sum()
    bounds = [(-16.0, 16.0), (np.log(0.5), np.log(max(handled.sum(), 1.0)))]
    starts = [(np.log(share / (1 - share)), np.log(each)) for each in (5.0, 100.0, 5000.0)]
    found = min(
        (optimize.minimize(unlikely, start, bounds=bounds, method="L-BFGS-B") for start in starts),
        key=lambda each: float(each.fun),
    )
    mean, certainty = 1 / (1 + np.exp(-found.x[0])), np.exp(found.x[1])
    return Prior(float(mean * certainty), float((1 - mean) * certainty))


def wastage_rates(venues: pl.DataFrame) -> pl.DataFrame:
    """Each venue's share of vials wasted, drawn towards all venues' where it has few vials.

    ``shrunk = (wasted + a) / (handled + a + b)`` with the prior Beta(a, b) of `prior_of`; `low`
    and `high` are the 95 % credible interval, `above` the probability that the venue's true rate
    is above the mean of all.

    Parameters
    ----------
    venues
        A row a venue: `venue`, `wasted`, `handled` (vials, and parts of vials; wasted ones
        included). Vials, since doses of one vial are wasted together: six at once are one
        mishap, not six.

    Returns
    -------
    `venues` with `rate`, `shrunk`, `low`, `high`, `above`; the highest `low` first: the rate that
    a venue is almost surely above.

    Examples
    --------
    >>> told = pl.DataFrame({"venue": [1, 2, 3, 4], "wasted": [1, 5, 2, 3],
    ...                      "handled": [3, 500, 200, 150]})
    >>> found = wastage_rates(told)
    >>> found["venue"].to_list()  # the one with three vials is not first
    [4, 1, 2, 3]
    """
    seen = venues.filter(pl.col("handled") > 0).sort("venue")
    wasted = seen["wasted"].to_numpy().astype(np.float64)
    handled = seen["handled"].to_numpy().astype(np.float64)
    prior = prior_of(wasted, handled) if seen.height else None
    if prior is None:
        rate = (pl.col("wasted") / pl.col("handled")).cast(pl.Float64)
        return seen.with_columns(
            rate.alias("rate"), rate.alias("shrunk"), *(
                pl.lit(None, pl.Float64).alias(name) for name in ("low", "high", "above")
            )
        )  # fmt: skip
    a, b = wasted + prior.wasted, handled - wasted + prior.used
    posterior = stats.beta(a, b)
    return seen.with_columns(
        rate=pl.col("wasted") / pl.col("handled"),
        shrunk=pl.Series(a / (a + b)),
        low=pl.Series(posterior.ppf((1 - LEVEL) / 2)),
        high=pl.Series(posterior.ppf((1 + LEVEL) / 2)),
        above=pl.Series(posterior.sf(prior.mean)),
    ).sort("low", "venue", descending=[True, False])
