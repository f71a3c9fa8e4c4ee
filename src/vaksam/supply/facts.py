"""What the core's alerts look at, read from the database."""

from datetime import datetime, timedelta

from vaksam.base import clock
from vaksam.core.supply.alerts import Alert, Expected, alerts
from vaksam.core.supply.ledger import Amount, Key
from vaksam.programmes import queries as programmes
from vaksam.supply import stock
from vaksam.supply.actions import lots
from vaksam.supply.models import Dispatch, Kind
from vaksam.supply.models import Leg as LegRow

USE_OVER = timedelta(days=14)


def alerts_now(now: datetime) -> list[Alert]:
    """Every alert at this moment; some ten queries whatever the number of venues."""
    held = stock.at(now)
    return alerts(
        held,
        lots.facts(sorted({key.lot for key in held})),
        expected=expected(now),
        needs=[],
        nominal=nominal(now),
        use_per_day=use_per_day(now),
        at=now,
    )


def expected(now: datetime) -> list[Expected]:
    """Dispatches on their way, with the moment by which they should have come."""
    rows = Dispatch.objects.filter(
        stage=Dispatch.Stage.SENT, expected_on__lte=now.astimezone(clock.SWEDEN).date()
    ).select_related("sender", "receiver").prefetch_related("lines")  # fmt: skip
    return [
        Expected(
            dispatch=row.pk,
            venue=row.receiver_id,
            cut_off=datetime.combine(row.expected_on, row.receiver.cut_off, tzinfo=clock.SWEDEN),
            vials=sum(line.vials for line in row.lines.all()),
            sender=row.sender.contact or row.sender.name,
            telephone=row.sender.telephone,
        )
        for row in rows
    ]


def nominal(now: datetime) -> dict[str, int]:
    """Doses in a vial today, by product."""
    day = now.astimezone(clock.SWEDEN).date()
    return {each.code: each.doses_per_vial(day) or 1 for each in programmes.products()}


def use_per_day(now: datetime) -> dict[tuple[int, str], float]:
    """Doses drawn a day over two weeks, by venue and product."""
    from django.db.models import Sum

    rows = (
        LegRow.objects.filter(at__gt=now - USE_OVER, at__lte=now, state="drawn", doses__gt=0)
        .filter(document__kind=Kind.DRAWN)
        .values("venue", "lot__product")
        .annotate(doses=Sum("doses"))
    )
    return {(row["venue"], row["lot__product"]): row["doses"] / USE_OVER.days for row in rows}


def venue_holdings(venue: int, now: datetime) -> dict[Key, Amount]:
    """What a venue has now."""
    return stock.at(now, venues=[venue])
