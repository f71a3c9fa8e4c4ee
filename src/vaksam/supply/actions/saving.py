"""Allocations and scenarios that are kept, to compare and to choose from."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.core.supply.forecast import read_scenario
from vaksam.supply import access
from vaksam.supply.models import Allocation, Dispatch, Scenario


@transaction.atomic
def save_allocation(
    *, region_code: str, name: str, question: Mapping[str, Any], answer: Mapping[str, Any],
    by: User | None,
) -> int:  # fmt: skip
    """Keep a plan beside the others; its id."""
    access.demand(by, region_code, *access.PLANNERS)
    if not name.strip():
        raise Refused("needs-name", "Give the plan a name.")
    row = Allocation.objects.create(
        region_code=region_code, name=name.strip()[:120], question=dict(question),
        answer=dict(answer), made_at=clock.now(), by=by,
    )  # fmt: skip
    audit.record(by=by, action="supply.save_allocation", target=f"allocation:{row.pk}")
    return row.pk


@transaction.atomic
def mark_chosen(*, allocation: int, by: User | None) -> None:
    """From now on this is the accepted plan; dispatches of former ones that wait are cancelled.

    Two plans of a region chosen at the same moment wait for one another. Raises Refused where it
    is chosen already.
    """
    region = Allocation.objects.filter(pk=allocation).values_list("region_code", flat=True).first()
    if region is None:
        raise NotFound("unknown-allocation", "There is no such plan.")
    access.demand(by, region, *access.PLANNERS)
    all_of_region = Allocation.objects.select_for_update().filter(region_code=region)
    row = next((each for each in all_of_region.order_by("pk") if each.pk == allocation), None)
    if row is None:
        raise NotFound("unknown-allocation", "There is no such plan.")
    if row.chosen_at is not None:
        raise Refused("chosen-already", "The plan is chosen already, and its dispatches are made.")
    row.chosen_at, row.chosen_by = clock.now(), by
    row.save(update_fields=["chosen_at", "chosen_by"])
    Dispatch.objects.filter(
        allocation__region_code=row.region_code, stage=Dispatch.Stage.PLANNED
    ).update(stage=Dispatch.Stage.CANCELLED)
    audit.record(by=by, action="supply.choose_allocation", target=f"allocation:{row.pk}")


@transaction.atomic
def drop_allocation(*, allocation: int, by: User | None) -> None:
    """A plan that was not chosen is thrown away."""
    row = Allocation.objects.select_for_update().filter(pk=allocation).first()
    if row is None:
        raise NotFound("unknown-allocation", "There is no such plan.")
    access.demand(by, row.region_code, *access.PLANNERS)
    if row.chosen_at is not None:
        raise Refused("is-chosen", "A plan that was chosen is kept.")
    row.delete()
    audit.record(by=by, action="supply.drop_allocation", target=f"allocation:{allocation}")


@transaction.atomic
def save_scenario(*, region_code: str, text: str, by: User | None) -> int:
    """Keep a scenario for everybody in the region; one of the same name is replaced.

    Raises BadFile with every fault.
    """
    access.demand(by, region_code, *access.PLANNERS)
    scenario = read_scenario(text)
    row, _ = Scenario.objects.update_or_create(
        region_code=region_code, name=scenario.name,
        defaults={"text": text, "saved_at": clock.now(), "by": by},
    )  # fmt: skip
    audit.record(by=by, action="supply.save_scenario", target=f"scenario:{row.pk}")
    return row.pk


@transaction.atomic
def drop_scenario(*, scenario: int, by: User | None) -> None:
    row = Scenario.objects.select_for_update().filter(pk=scenario).first()
    if row is None:
        raise NotFound("unknown-scenario", "There is no such scenario.")
    access.demand(by, row.region_code, *access.PLANNERS)
    row.delete()
    audit.record(by=by, action="supply.drop_scenario", target=f"scenario:{scenario}")
