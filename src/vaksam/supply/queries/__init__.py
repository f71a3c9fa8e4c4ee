"""What others ask of supply. Plain values come back, never models."""

from vaksam.supply.queries.dispatches import DispatchRef, LineRef, dispatch, dispatches
from vaksam.supply.queries.documents import DocumentRef, documents
from vaksam.supply.queries.expected import Expected, doses_of_lots, expected
from vaksam.supply.queries.kept import (
    AllocationRef,
    ScenarioRef,
    accepted,
    allocation,
    allocations,
    scenarios,
)
from vaksam.supply.queries.lots import LotRef, RecallRef, Where, lots, recalls, where_lot
from vaksam.supply.queries.plans import ChangeRef, PlanRef, changes, outcome, plan
from vaksam.supply.queries.signals import AlertRef, alerts
from vaksam.supply.queries.stock import StockRow, VialRef, open_vials, stock
from vaksam.supply.queries.yields import opened_and_drawn, wasted

__all__ = [
    "AlertRef", "AllocationRef", "ChangeRef", "DispatchRef", "DocumentRef", "Expected", "LineRef",
    "LotRef", "PlanRef", "RecallRef", "ScenarioRef", "StockRow", "VialRef", "Where", "accepted",
    "alerts", "allocation", "allocations", "changes", "dispatch", "dispatches", "documents",
    "doses_of_lots", "expected", "lots", "open_vials", "opened_and_drawn", "outcome", "plan",
    "recalls",
    "scenarios", "stock", "wasted", "where_lot",
]  # fmt: skip
