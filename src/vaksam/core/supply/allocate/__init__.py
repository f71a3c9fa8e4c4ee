"""Which doses go where and when.

A `Problem` says what arrives, who is due where, what is promised and what each place can do;
`solve` answers with a `Plan`, its distance from the best there can be, and what more would help.
`pro_rata` is the plain rule regions used in 2021, to compare with.
"""

from vaksam.core.supply.allocate.compare import Outcome, difference, outcome
from vaksam.core.supply.allocate.pro_rata import pro_rata
from vaksam.core.supply.allocate.problem import (
    SECOND,
    Arrival,
    Due,
    Pack,
    Place,
    Plan,
    Problem,
    Promise,
    Weights,
)
from vaksam.core.supply.allocate.reasons import Extra, Less, Reason, extra_box, why_less
from vaksam.core.supply.allocate.solving import solve, with_sent

__all__ = [
    "SECOND", "Arrival", "Due", "Extra", "Less", "Outcome", "Pack", "Place", "Plan", "Problem",
    "Promise", "Reason", "Weights", "difference", "extra_box", "outcome", "pro_rata", "solve",
    "why_less", "with_sent",
]  # fmt: skip
