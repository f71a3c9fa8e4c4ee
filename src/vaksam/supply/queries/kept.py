"""Allocations and scenarios that are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vaksam.core.errors import NotFound
from vaksam.supply.models import Allocation, Scenario


@dataclass(frozen=True, slots=True)
class AllocationRef:
    id: int
    region_code: str
    name: str
    question: dict[str, Any]
    answer: dict[str, Any]
    made_at: datetime
    by: str
    chosen_at: datetime | None


@dataclass(frozen=True, slots=True)
class ScenarioRef:
    id: int
    region_code: str
    name: str
    text: str
    saved_at: datetime
    by: str


def allocations(region_code: str) -> list[AllocationRef]:
    """The newest thirty, newest first."""
    rows = Allocation.objects.filter(region_code=region_code).select_related("by")
    return [_allocation(row) for row in rows.order_by("-made_at", "-pk")[:30]]


def allocation(pk: int) -> AllocationRef:
    """Raises NotFound."""
    row = Allocation.objects.select_related("by").filter(pk=pk).first()
    if row is None:
        raise NotFound("unknown-allocation", "There is no such plan.")
    return _allocation(row)


def accepted(region_code: str) -> AllocationRef | None:
    """The plan chosen last."""
    row = (
        Allocation.objects.filter(region_code=region_code, chosen_at__isnull=False)
        .select_related("by").order_by("-chosen_at").first()
    )  # fmt: skip
    return _allocation(row) if row else None


def scenarios(region_code: str) -> list[ScenarioRef]:
    """By name."""
    rows = Scenario.objects.filter(region_code=region_code).select_related("by").order_by("name")
    return [
        ScenarioRef(row.pk, row.region_code, row.name, row.text, row.saved_at,
                    row.by.get_username() if row.by else "")
        for row in rows
    ]  # fmt: skip


def _allocation(row: Allocation) -> AllocationRef:
    return AllocationRef(
        row.pk, row.region_code, row.name, row.question, row.answer, row.made_at,
        row.by.get_username() if row.by else "", row.chosen_at,
    )  # fmt: skip
