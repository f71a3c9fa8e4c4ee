"""Everything that changes supply."""

from vaksam.supply.actions.dispatches import (
    Arrived,
    Wanted,
    cancel_dispatch,
    plan_dispatch,
    receive_dispatch,
    send,
)
from vaksam.supply.actions.fridge import (
    clear,
    count,
    give_back,
    quarantine,
    receive,
    reverse,
    thaw,
    waste,
)
from vaksam.supply.actions.looking import look, sum_up, take
from vaksam.supply.actions.lots import lift_recall, recall
from vaksam.supply.actions.lots import lot as known_lot
from vaksam.supply.actions.plans import announce
from vaksam.supply.actions.vials import draw, empty, give, open_vial, waste_vial

__all__ = [
    "Arrived", "Wanted", "announce", "cancel_dispatch", "clear", "count", "draw", "empty",
    "give", "give_back", "known_lot", "lift_recall", "look", "open_vial",
    "plan_dispatch", "quarantine", "recall", "receive", "receive_dispatch", "reverse", "send",
    "sum_up", "take", "thaw", "waste", "waste_vial",
]  # fmt: skip
