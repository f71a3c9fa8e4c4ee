"""Doses that venues have and expect, for those who promise places."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from vaksam.base import clock
from vaksam.core.capacity import Coming
from vaksam.core.supply.ledger import UNOPENED, State
from vaksam.core.weeks import Week
from vaksam.supply import stock as sums
from vaksam.supply.actions import lots as known
from vaksam.supply.facts import nominal
from vaksam.supply.models import Allocation, Dispatch, DispatchLine, PlanChange
from vaksam.venues.models import Venue

#: Unopened and there: what is on its way is expected, what is in quarantine may not be given.
WHOLE = UNOPENED - {State.TRANSIT, State.QUARANTINE}
SENT = 0.98  # a dispatch on its way comes
PLANNED = 0.95  # one that is planned leaves and comes
ALLOCATED = 0.9  # a plan's share of a later week comes


@dataclass(slots=True)
class Expected:
    """At a venue, of a product: doses there that may be given, and what is to come."""

    held: int = 0
    coming: list[Coming] = field(default_factory=list)


def expected(venues: Collection[int]) -> dict[tuple[int, str], Expected]:
    """By venue and product; some six queries whatever their number.

    Of the plan chosen last, weeks count in which no dispatch to the venue is known.
    """
    found: dict[tuple[int, str], Expected] = defaultdict(Expected)
    now, today = clock.now(), clock.today()
    doses = nominal(now)
    holdings = sums.at(now, venues=list(venues))
    lots = known.facts(sorted({key.lot for key in holdings}))
    for key, amount in holdings.items():
        lot = lots[key.lot]
        if lot.block is None and key.state in (*WHOLE, State.OPENED, State.DRAWN):
            there = amount.vials * doses.get(lot.product, 1) if key.state in WHOLE else (
                amount.doses)  # fmt: skip
            found[key.venue, lot.product].held += max(there, 0)
    announced = _Announced(today)
    weeks = _dispatches(found, venues, doses, today, announced)
    _allocated(found, venues, weeks, today, announced)
    return dict(found)


def doses_of_lots(lots: Collection[int]) -> dict[tuple[int, str], int]:
    """Doses that may be given of some lots, by venue and product."""
    found: dict[tuple[int, str], int] = defaultdict(int)
    now = clock.now()
    doses = nominal(now)
    facts = known.facts(list(lots))
    for key, amount in sums.at(now).items():
        if key.lot in facts and key.state in (*WHOLE, State.OPENED, State.DRAWN):
            product = facts[key.lot].product
            whole = key.state in WHOLE
            found[key.venue, product] += amount.vials * doses.get(product, 1) if whole else (
                amount.doses)  # fmt: skip
    return dict(found)


def _dispatches(
    found: dict[tuple[int, str], Expected], venues: Collection[int], doses: dict[str, int],
    today: date, announced: "_Announced",
) -> set[tuple[int, str, date]]:  # fmt: skip
    """Adds what is on its way or planned; the weeks (Mondays) in which something is."""
    stages: dict[str, float] = {Dispatch.Stage.SENT: SENT, Dispatch.Stage.PLANNED: PLANNED}
    rows = DispatchLine.objects.filter(
        dispatch__stage__in=stages, dispatch__receiver__in=list(venues)
    ).values_list("dispatch__receiver", "product", "dispatch__expected_on", "dispatch__stage",
                  "vials", "dispatch__receiver__region_code", "dispatch__planned_at")  # fmt: skip
    weeks = set()
    for venue, product, on, stage, vials, region, planned_at in rows:
        day, share = max(on, today), 1.0
        if stage == Dispatch.Stage.PLANNED:  # what has left has left
            share = announced.share(region, product, day, since=planned_at)
        coming = Coming(int(vials * doses.get(product, 1) * share), stages[stage], day)
        found[venue, product].coming.append(coming)
        weeks.add((venue, product, _monday(day)))
    return weeks


def _allocated(
    found: dict[tuple[int, str], Expected], venues: Collection[int],
    weeks: set[tuple[int, str, date]], today: date, announced: "_Announced",
) -> None:  # fmt: skip
    codes = dict(Venue.objects.filter(pk__in=list(venues)).values_list("code", "pk"))
    newest = Allocation.objects.filter(chosen_at__isnull=False).order_by(
        "region_code", "-chosen_at"
    )
    for plan in newest.distinct("region_code"):
        since = plan.chosen_at or plan.made_at
        first = date.fromisoformat(plan.question["monday"])
        for row in plan.answer["given"]:
            venue, day = codes.get(row["place"]), first + timedelta(weeks=row["period"])
            if venue is None or day < _monday(today) or row["doses"] < 1:
                continue
            if (venue, row["product"], _monday(day)) in weeks or day <= today:
                continue
            share = announced.share(plan.region_code, row["product"], day, since=since)
            coming = Coming(int(row["doses"] * share), ALLOCATED, day)
            found[venue, row["product"]].coming.append(coming)


class _Announced:
    """Of what was announced for a region's week at a moment, how large a share still is.

    Never more than 1: what comes in addition is shared out anew. One query.
    """

    def __init__(self, today: date) -> None:
        rows = PlanChange.objects.filter(line__day__gte=_monday(today)).order_by(
            "announced_at", "pk"
        )
        said = rows.values_list("line__receiver", "line__product", "line__day", "line",
                                "announced_at", "doses")  # fmt: skip
        self._said: dict[tuple[str, str, date], list[tuple[int, datetime, int]]] = defaultdict(list)
        for receiver, product, day, line, at, doses in said:
            self._said[receiver, product, _monday(day)].append((line, at, doses))

    def share(self, region: str, product: str, day: date, *, since: datetime) -> float:
        said = self._said.get((region, product, _monday(day)), [])
        now = {line: doses for line, _, doses in said}
        then = {line: doses for line, at, doses in said if at <= since}
        before = sum(then.values())
        return min(sum(now.values()) / before, 1.0) if before else 1.0


def _monday(day: date) -> date:
    return Week.of(day).monday
