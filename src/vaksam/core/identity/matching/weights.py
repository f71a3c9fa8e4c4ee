"""How much each agreement tells.

m is the probability of the level where two records are of one person, u where they are of two.
The weight is log2(m / u) bits. A field that either record lacks weighs nothing.

The probabilities are chosen, not estimated: u from how common names, days and addresses are in a
Swedish region (80 years of birth days; some hundred postcodes; the commonest family name has 2.3 %
of the people), m from how often such fields are mistyped, old or changed by marriage or moving.
When pairs reviewed by people are at hand, estimate them anew by expectation-maximisation.
"""

from dataclasses import dataclass
from math import log2
from typing import Final


@dataclass(frozen=True, slots=True)
class Chance:
    """Probability of a level among pairs of one person (m) and of two persons (u)."""

    m: float
    u: float

    @property
    def bits(self) -> float:
        return log2(self.m / self.u)


WEIGHTS: Final = {
    "given_name": {
        "exact": Chance(0.86, 0.008),
        "part": Chance(0.06, 0.012),
        "close": Chance(0.06, 0.010),
        "different": Chance(0.02, 0.970),
    },
    "family_name": {
        "exact": Chance(0.84, 0.004),
        "part": Chance(0.04, 0.002),
        "close": Chance(0.05, 0.009),
        "different": Chance(0.07, 0.985),
    },
    # Given name and family name in each other's place.
    "swapped_names": {"swapped": Chance(0.01, 0.00002)},
    "born": {
        "exact": Chance(0.950, 0.000035),
        "day_and_month_swapped": Chance(0.010, 0.000035),
        "one_digit": Chance(0.020, 0.000800),
        "same_year": Chance(0.010, 0.012500),
        "different": Chance(0.010, 0.986630),
    },
    # Where one of the two records knows the year only.
    "born_year": {"same": Chance(0.97, 0.0125), "different": Chance(0.03, 0.9875)},
    "sex": {"same": Chance(0.995, 0.5), "different": Chance(0.005, 0.5)},
    # One field: street, postcode and municipality say much the same.
    "address": {
        "street_and_postcode": Chance(0.70, 0.0005),
        "postcode": Chance(0.10, 0.0095),
        "municipality": Chance(0.12, 0.2400),
        "different": Chance(0.08, 0.7500),
    },
    "identity": {"same": Chance(0.9999, 0.000001), "conflict": Chance(0.0001, 0.999999)},
}
"""Chance of each level of each field, the likeliest first.

Over the levels of a field both sum to one; `swapped_names` stands for the two name fields."""

PRIOR_BITS: Final = -10.0
"""One in about a thousand pairs that share a key are of one person."""

SAME_FROM: Final = 0.9999
"""Probability from which two records are taken for the same, awaiting a person's word."""

REVIEW_FROM: Final = 0.05
"""Probability from which somebody should look."""
