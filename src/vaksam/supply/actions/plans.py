"""Delivery plans: every change is kept with when it was announced and by whom."""

from datetime import date, datetime

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.errors import Refused
from vaksam.core.weeks import Week
from vaksam.programmes.models import Product
from vaksam.supply import access
from vaksam.supply.models import PlanChange, PlanLine


@transaction.atomic
def announce(
    *, product: str, receiver: str, region_code: str, day: date, doses: int, announced_by: str,
    by: User | None, weekly: bool = True, certainty: float = 1.0,
    announced_at: datetime | None = None, note: str = "",
) -> int:  # fmt: skip
    """Say how many doses are to come in a week (`day`: its Monday) or on a day; the change's id.

    A later announcement of the same line replaces the former, which is kept.
    """
    access.demand(by, region_code, *access.PLANNERS)
    if doses < 0 or not 0 < certainty <= 1:
        raise Refused("bad-number", "Doses are 0 or more, and certainty is above 0 and at most 1.")
    if not Product.objects.filter(code=product).exists():
        raise Refused("unknown-product", "There is no product “{code}”.", code=product)
    if not announced_by.strip():
        raise Refused("needs-sender", "Say who announced it.")
    first = Week.of(day).monday if weekly else day
    line, _ = PlanLine.objects.get_or_create(
        product_id=product, receiver=receiver, day=first, weekly=weekly
    )
    PlanLine.objects.select_for_update().get(pk=line.pk)
    row = PlanChange.objects.create(
        line=line, doses=doses, certainty=certainty, announced_at=announced_at or clock.now(),
        announced_by=announced_by.strip()[:80], note=note[:300], recorded_at=clock.now(), by=by,
    )  # fmt: skip
    audit.record(by=by, action="supply.announce", target=f"plan:{line.pk}",
                 details={"doses": doses})  # fmt: skip
    return row.pk
