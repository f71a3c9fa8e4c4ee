"""Everything that changes supply."""

from vaksam.supply.actions.delivered import import_deliveries
from vaksam.supply.actions.dispatches import (
    Arrived,
    Wanted,
    approve_order,
    cancel_dispatch,
    order,
    plan_dispatch,
    receive_dispatch,
    send,
)
from vaksam.supply.actions.fridge import (
    clear,
    count,
    expire,
    give_back,
    quarantine,
    receive,
    reverse,
    thaw,
    waste,
)
from vaksam.supply.actions.giving import give_afterwards, inject, take_back
from vaksam.supply.actions.looking import look, sum_up, take
from vaksam.supply.actions.lots import lift_recall, recall
from vaksam.supply.actions.lots import lot as known_lot
from vaksam.supply.actions.plans import announce
from vaksam.supply.actions.saving import (
    drop_allocation,
    drop_scenario,
    mark_chosen,
    save_allocation,
    save_scenario,
)
from vaksam.supply.actions.vials import draw, empty, give, open_vial, waste_vial

__all__ = [
    "Arrived", "Wanted", "announce", "approve_order", "cancel_dispatch", "clear", "count", "draw",
    "drop_allocation", "drop_scenario", "empty", "expire", "give", "give_afterwards", "give_back",
    "import_deliveries", "inject", "known_lot", "lift_recall", "look", "mark_chosen", "open_vial",
    "order", "plan_dispatch", "quarantine", "recall", "receive", "receive_dispatch", "reverse",
    "save_allocation", "save_scenario", "send", "sum_up", "take", "take_back", "thaw", "waste",
    "waste_vial",
]  # fmt: skip
