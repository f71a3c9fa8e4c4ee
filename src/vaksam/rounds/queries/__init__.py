"""What others may ask about rounds. Plain values come back, never models."""

from vaksam.rounds.queries.returned import RowView, SheetView, conflicts, returned, waiting
from vaksam.rounds.queries.rounds import (
    MemberView,
    RoundRef,
    StopView,
    round_ref,
    rounds,
    stops,
)

__all__ = [
    "MemberView",
    "RoundRef",
    "RowView",
    "SheetView",
    "StopView",
    "conflicts",
    "returned",
    "round_ref",
    "rounds",
    "stops",
    "waiting",
]
