"""Other ways out: sessions that could be opened, doses that the store could send."""

from collections.abc import Sequence
from datetime import date, time, timedelta

import polars as pl

from vaksam.core.replanning.parts import Extra
from vaksam.replanning.facts import World, extra_slots
from vaksam.supply import queries as supply

OPENS, CLOSES = time(9), time(15)
WEEKENDS = 2
MOST_VENUES = 20
BY = timedelta(days=2)  # doses from the store are at the venue


def extra_sessions(world: World, told: pl.DataFrame) -> list[Extra]:
    """A Saturday session on each of the next weekends at the venues hit hardest.

    With the vaccinators the venue has stations for, and the product of which most doses are left
    there.
    """
    hit = world.appointments.join(told, on="appointment").group_by("venue").len()
    venues = hit.sort("len", "venue", descending=[True, False])["venue"].head(MOST_VENUES)
    saturday = world.today + timedelta(days=(5 - world.today.weekday()) % 7 or 7)
    days = [saturday + timedelta(weeks=n) for n in range(WEEKENDS)]
    found = []
    for venue in venues.to_list():
        product = _product(world, venue)
        if product and not _closed(world, venue, days):
            found += [
                Extra(venue, day, OPENS, CLOSES, product, max(world.places[venue].stations, 1))
                for day in days
            ]
    return found


def more_sessions(world: World, told: pl.DataFrame) -> pl.DataFrame | None:
    """Their slots, as `World.slots`; None: there is nothing to open."""
    extra = extra_sessions(world, told)
    return extra_slots(extra, world.slots, world.places) if extra else None


def reserve_of_store(world: World, told: pl.DataFrame) -> pl.DataFrame | None:
    """What lies in the region's store, shared over venues as they are hit; None: nothing.

    Columns venue, product, on, doses, as `core.replanning.with_reserve` wants them.
    """
    stores = [pk for pk, each in world.places.items() if each.is_store]
    held: dict[str, int] = {}
    for (venue, product), there in supply.expected(stores).items():
        if venue in stores:
            held[product] = held.get(product, 0) + there.held
    hit = world.appointments.join(told, on="appointment").group_by("venue", "product").len()
    on = world.today + BY
    rows: list[tuple[int, str, date, int]] = []
    for product, doses in held.items():
        mine = hit.filter(pl.col("product") == product)
        whole = int(mine["len"].sum())
        rows += [(venue, product, on, doses * number // whole)
                 for venue, _, number in mine.iter_rows() if doses * number >= whole]  # fmt: skip
    schema = {"venue": pl.Int64, "product": pl.String, "on": pl.Date, "doses": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row") if rows else None


def _product(world: World, venue: int) -> str:
    """Of which most doses are left at the end of what is known."""
    left = {
        product: max(days.values(), default=0)
        for (place, product), days in world.ceilings_then.items() if place == venue
    }  # fmt: skip
    return max(sorted(left), key=lambda product: left[product], default="")


def _closed(world: World, venue: int, days: Sequence[date]) -> bool:
    shut = world.slots.filter((pl.col("venue") == venue) & pl.col("closed"))
    return shut.filter(pl.col("on").is_in(list(days))).height > 0
