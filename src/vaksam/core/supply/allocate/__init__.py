"""Which doses go where and when.

A `Problem` says what arrives, who is due where, what is promised and what each place can do;
`solve` answers with a `Plan`, its distance from the best there can be, and what more would help.
`pro_rata` is the plain rule regions used in 2021, to compare with.
"""

from vaksam.core.supply.allocate.problem import (
    Arrival,
    Due,
    Pack,
    Place,
    Plan,
    Problem,
    Promise,
    Weights,
)
from vaksam.core.supply.allocate.solving import solve

__all__ = [
    "Arrival", "Due", "Pack", "Place", "Plan", "Problem", "Promise", "Weights", "solve",
]  # fmt: skip
