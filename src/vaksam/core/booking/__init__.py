"""Who may take which place, who comes next on the reserve list, how far it is to a venue."""

from vaksam.core.booking.deciding import may_book
from vaksam.core.booking.facts import Held, Refusal, Together, Verdict, Wanted
from vaksam.core.booking.quick import Known, surely
from vaksam.core.booking.reserve import Candidate, Leftover, Turn, order

__all__ = [
    "Candidate",
    "Held",
    "Known",
    "Leftover",
    "Refusal",
    "Together",
    "Turn",
    "Verdict",
    "Wanted",
    "may_book",
    "order",
    "surely",
]
