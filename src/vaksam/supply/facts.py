"""What the core's alerts look at, read from the database."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Sum

from vaksam.base import clock
from vaksam.core.supply.alerts import Alert, Expected, Need, alerts
from vaksam.core.supply.ledger import Amount, Key
from vaksam.core.weeks import Week
from vaksam.programmes import queries as programmes
from vaksam.supply import stock
from vaksam.supply.actions import lots
from vaksam.supply.models import Allocation, Dispatch, DispatchLine, Kind
from vaksam.supply.models import Leg as LegRow
from vaksam.venues.models import Venue

USE_OVER = timedelta(days=14)
Needed = Callable[[datetime, datetime], Mapping[tuple[int, str], int]]
_booked: list[Needed] = []


def register_booked(source: Needed) -> None:
    """Tell who knows the doses booked between two moments, by venue and product; at start."""
    _booked.append(source)


WORKING_DAYS = 5


def alerts_now(now: datetime) -> list[Alert]:
    """Every alert at this moment; some ten queries whatever the number of venues."""
    held = stock.at(now)
    return alerts(
        held,
        lots.facts(sorted({key.lot for key in held})),
        expected=expected(now),
        needs=needs(now),
        nominal=nominal(now),
        use_per_day=use_per_day(now),
        at=now,
    )


def expected(now: datetime) -> list[Expected]:
    """Dispatches on their way, with the moment by which they should have come."""
    rows = Dispatch.objects.filter(
        stage=Dispatch.Stage.SENT, expected_on__lte=clock.day_of(now)
    ).select_related("sender", "receiver").prefetch_related("lines")  # fmt: skip
    return [
        Expected(
            dispatch=row.pk,
            venue=row.receiver_id,
            cut_off=clock.at(row.expected_on, row.receiver.cut_off),
            vials=sum(line.vials for line in row.lines.all()),
            sender=row.sender.contact or row.sender.name,
            telephone=row.sender.telephone,
        )
        for row in rows
    ]


def needs(now: datetime) -> list[Need]:
    """What the rest of the week asks for, less what is planned to be sent: what is booked, and
    where nothing is, the accepted plans.

    Doses of a week are given in equal parts over its working days.
    """
    today = clock.day_of(now)
    monday = Week.of(today).monday
    left = max(WORKING_DAYS - today.weekday(), 0) / WORKING_DAYS
    newest = Allocation.objects.filter(chosen_at__isnull=False).order_by(
        "region_code", "-chosen_at"
    )
    codes = dict(Venue.objects.values_list("code", "pk"))
    found: dict[tuple[int, str], float] = {}
    before = clock.at(monday + timedelta(days=7))
    for plan in newest.distinct("region_code"):
        week = (monday - date.fromisoformat(plan.question["monday"])).days // 7
        for row in plan.answer["given"]:
            if row["period"] == week and row["place"] in codes:
                key = codes[row["place"]], row["product"]
                found[key] = found.get(key, 0.0) + row["doses"] * left
    for source in _booked:  # what is booked outranks what was planned
        found |= {key: float(booked) for key, booked in source(now, before).items()}
    coming = _to_be_sent(today) if found else {}
    doses = nominal(now)
    return [
        Need(venue, product, wanted, before)
        for (venue, product), needed in sorted(found.items())
        if (wanted := round(needed) - coming.get((venue, product), 0) * doses.get(product, 1)) > 0
    ]


def _to_be_sent(today: date) -> dict[tuple[int, str], int]:
    """Vials of planned dispatches that have not left, by receiver and product."""
    rows = (
        DispatchLine.objects.filter(
            dispatch__stage__in=(Dispatch.Stage.PLANNED, Dispatch.Stage.SENT),
            dispatch__expected_on__gte=today,
        )
        .values("dispatch__receiver", "product")
        .annotate(vials=Sum("vials"))
    )
    return {(row["dispatch__receiver"], row["product"]): row["vials"] for row in rows}


def nominal(now: datetime) -> dict[str, int]:
    """Doses in a vial today, by product."""
    day = clock.day_of(now)
    return {each.code: each.doses_per_vial(day) or 1 for each in programmes.products()}


def use_per_day(now: datetime) -> dict[tuple[int, str], float]:
    """Doses drawn a day over two weeks, by venue and product."""
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
