"""Open places along with the doses expected at a venue, and close those there are none for.

Never more is open than doses expected with the session's certainty; what is booked stays booked,
and what is booked beyond the doses is told (`over`).
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.booking import access
from vaksam.booking.actions.taking import set_places
from vaksam.booking.models import Session, Slot
from vaksam.core.capacity import doses_by_day, open_places, spread_days
from vaksam.supply import queries as supply

DAYS = 60


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A product at a venue: places opened (or closed, below 0) and booked beyond the doses."""

    venue: int
    product: str
    opened: int
    over: int


def lock(venue: int, products: Collection[str]) -> None:
    """Lock a venue's sessions of some products by id, then their slots by id.

    Whoever changes one session and then adjusts does this first; otherwise two of them, or one
    and a booking of two places, may wait for each other.
    """
    rows = Session.objects.select_for_update(no_key=True).filter(
        venue=venue, product__in=products, closed_at=None, ends_at__gt=clock.now()
    )  # fmt: skip
    sessions = [row.pk for row in rows.order_by("pk")]
    slots = Slot.objects.select_for_update(no_key=True).filter(session__in=sessions)
    list(slots.order_by("pk").values_list("pk"))


@transaction.atomic
def adjust(*, venue: int, product: str) -> Adjusted:
    """Open and close places of the coming sessions of a product at a venue.

    Slots that have begun are left: their doses are given, or go to the reserve list.
    Locks the sessions, then their slots by id; some ten statements, however many slots change.
    """
    now, today = clock.now(), clock.today()
    sessions = list(
        Session.objects.select_for_update(no_key=True)
        .filter(venue=venue, product=product, closed_at=None, ends_at__gt=now,
                starts_at__lt=clock.at(today + timedelta(days=DAYS)))
        .order_by("pk")
    )  # fmt: skip
    slots = list(
        Slot.objects.select_for_update(no_key=True)
        .filter(session__in=[each.pk for each in sessions], starts_at__gt=now).order_by("pk")
    )  # fmt: skip
    if not slots:
        return Adjusted(venue, product, 0, 0)
    by_day, over = _spread(venue, product, sessions, slots)
    changed = [(slot, places) for slot, places in _places(slots, by_day) if places != slot.places]
    set_places({slot.pk: places for slot, places in changed})
    return Adjusted(venue, product, sum(places - slot.places for slot, places in changed), over)


def adjust_all(*, region: str | None = None) -> list[Adjusted]:
    """Adjust every product at every venue (of a region) that has sessions to come."""
    rows = Session.objects.filter(closed_at=None, ends_at__gt=clock.now())
    if region is not None:
        rows = rows.filter(venue__region_code=region)
    pairs = rows.order_by("venue", "product").values_list("venue", "product").distinct()
    return [adjust(venue=venue, product=product) for venue, product in pairs]


def adjust_region(*, region: str, by: User | None) -> list[Adjusted]:
    """`adjust_all`, when a coordinator asks; each product by itself. Raises NotAllowed."""
    access.demand(by, region, *access.PLANNERS)
    audit.record(by=by, action="booking.adjust", target=region)
    return adjust_all(region=region)


def _spread(
    venue: int, product: str, sessions: list[Session], slots: list[Slot]
) -> tuple[dict[date, int], int]:
    """Places to keep open by day, drop-in not counted; and those booked beyond the doses.

    Doses for drop-in are set aside like booked ones.
    """
    wanted: dict[date, int] = defaultdict(int)
    taken: dict[date, int] = defaultdict(int)
    aside: dict[date, int] = defaultdict(int)
    for each in sessions:
        aside[clock.day_of(each.starts_at)] += each.drop_in
    for slot in slots:
        wanted[clock.day_of(slot.starts_at)] += max(slot.planned, slot.taken)
        taken[clock.day_of(slot.starts_at)] += slot.taken
    days = sorted(wanted)
    there = supply.expected([venue]).get((venue, product), supply.Expected())
    doses = doses_by_day(there.held, there.coming, days,
                         certainty=max(each.certainty for each in sessions))  # fmt: skip
    spread = spread_days([wanted[day] + aside[day] for day in days],
                         [taken[day] + aside[day] for day in days], doses)  # fmt: skip
    places = {day: open_ - aside[day] for day, open_ in zip(days, spread.places, strict=True)}
    return places, spread.over


def _places(slots: list[Slot], by_day: dict[date, int]) -> list[tuple[Slot, int]]:
    """The places of each slot: a day's are spread over its slots."""
    found: list[tuple[Slot, int]] = []
    for day, places in by_day.items():
        mine = sorted(
            (s for s in slots if clock.day_of(s.starts_at) == day), key=lambda slot: slot.starts_at
        )
        wanted = [max(slot.planned, slot.taken) for slot in mine]
        opened = open_places(wanted, [slot.taken for slot in mine], places)
        found += list(zip(mine, opened, strict=True))
    return found
