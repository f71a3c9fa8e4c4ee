"""How likely people are to take the vaccine when it is offered. Hidden from the product.

The mean of an area follows the coefficients of figure 5 in Myndigheten för vård- och
omsorgsanalys, rapport 2022:5 (share with two doses, percentage points):

    p_a = 0.87 + 0.5 (turnout - 0.86) - 0.22 (born in other Europe - 0.05)
        - 0.2 (born outside Europe - 0.08) - 0.001 (index - 16) - 0.02 town or countryside

so that turnout +10 points gives +5, born outside Europe +10 gives -2, born in other Europe +10 a
little over -2, and index +10 gives -1. A person differs from the area on the logit scale by age
and by chance.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

TURNOUT, EUROPE, OUTSIDE, INDEX, NOT_CENTRE = 0.5, -0.22, -0.2, -0.001, -0.02
_SPREAD = 0.8  # of persons around their area, logit
Floats = npt.NDArray[np.float64]


def of_areas(areas: pl.DataFrame) -> pl.Series:
    """The mean propensity of each area."""
    mean = (
        0.87
        + TURNOUT * (pl.col("turnout") - 0.86)
        + EUROPE * (pl.col("born_europe") - 0.05)
        + OUTSIDE * (pl.col("born_outside") - 0.08)
        + INDEX * (pl.col("index") - 16)
        + pl.when(pl.col("kind") == "C").then(0.0).otherwise(NOT_CENTRE)
    )
    return areas.select(propensity=mean.clip(0.2, 0.97))["propensity"]


def of_persons(area_mean: Floats, age: Floats, rng: np.random.Generator) -> Floats:
    """Each person's propensity: the area's, higher with age, and by chance."""
    logit = np.log(area_mean / (1 - area_mean)) + 0.022 * (age - 45)
    return np.asarray(1 / (1 + np.exp(-(logit + rng.normal(0, _SPREAD, len(age))))))


def calibrated(propensity: Floats, groups: npt.NDArray[np.int64], shares: Floats) -> Floats:
    """Shifted on the logit scale so that each group's mean is its share.

    `groups` holds each person's group, as an index into `shares`; -1 is left as it is.
    """
    logit, result = np.log(propensity / (1 - propensity)), propensity.copy()
    for group, share in enumerate(shares):
        mine = groups == group
        if not mine.any():
            continue
        low, high = -12.0, 12.0
        for _ in range(50):  # the mean rises with the shift: halve
            middle = (low + high) / 2
            mean = np.mean(1 / (1 + np.exp(-(logit[mine] + middle))))
            low, high = (middle, high) if mean < share else (low, middle)
        result[mine] = 1 / (1 + np.exp(-(logit[mine] + (low + high) / 2)))
    return result
