"""Which times are wrong when a change is made: by rules, by doses, by places, by staff."""

from collections.abc import Hashable, Sequence
from datetime import date
from itertools import accumulate
from typing import Any

import polars as pl

from vaksam.base import clock
from vaksam.booking.models import Appointment, Slot
from vaksam.core.replanning.beyond import Claim, beyond, crowded
from vaksam.core.replanning.judging import COLUMNS, Wrong, judged
from vaksam.core.rules.in_force import RuleSet
from vaksam.eligibility import queries as eligibility
from vaksam.programmes import queries as programmes
from vaksam.replanning.facts import World
from vaksam.venues.models import Kind


def wrong_then(world: World) -> pl.DataFrame:
    """Every time that would be wrong: appointment, wrong, before (why it is wrong already).

    One reason each: closed and lost staff before doses, doses before rules.
    """
    then = by_rules(world, world.rules_then)
    now = by_rules(world, world.rules) if world.new_rules else then
    told = dict(then.select("appointment", "wrong").drop_nulls().iter_rows())
    scarce = _scarce(world, set(told))
    told |= dict.fromkeys(scarce, Wrong.NO_DOSES.value)
    told |= _of_places(world)
    before = dict(now.select("appointment", "wrong").drop_nulls().iter_rows())
    late = {pk for pk, why in told.items() if why == Wrong.TOO_LATE and before.get(pk) == why}
    told = {pk: why for pk, why in told.items() if pk not in late}  # they may come late
    if not world.new_rules:
        told = {pk: why for pk, why in told.items() if pk not in before}
    rows = sorted(told.items())
    return pl.DataFrame(
        {
            "appointment": [pk for pk, _ in rows], "wrong": [why for _, why in rows],
            "before": [before.get(pk) for pk, _ in rows],
        },
        schema={"appointment": pl.Int64, "wrong": pl.String, "before": pl.String},
    )  # fmt: skip


def by_rules(world: World, rules: RuleSet) -> pl.DataFrame:
    """As `core.replanning.judging.judged`, of every time to come."""
    return judged(world.appointments.select(COLUMNS), world.facts, rules)


def wrong(pairs: Sequence[tuple[int, int, int]]) -> dict[int, str]:
    """Whom new places are wrong for by the rules in force, by the appointment they replace.

    Parameters
    ----------
    pairs
        Person, slot, and the appointment that is given up for it.

    Returns
    -------
    dict
        Appointments whose new place is wrong, and why (`Wrong`); late is not, since booking lets
        people come late. Rules are read once for each
        programme among the slots; cost grows with the days on which they are.
    """
    slots: dict[int, dict[str, Any]] = {
        row["pk"]: dict(row)
        for row in Slot.objects.filter(pk__in={slot for _, slot, _ in pairs}).values(
            "pk", "programme_id", "product_id", "dose", "starts_at", "venue__kind"
        )
    }
    found: dict[int, str] = {}
    for programme in sorted({row["programme_id"] for row in slots.values()}):
        mine = [each for each in pairs if slots[each[1]]["programme_id"] == programme]
        found |= _wrong_in(programme, mine, slots)
    return found


def _wrong_in(
    programme: str, pairs: Sequence[tuple[int, int, int]], slots: dict[int, dict[str, Any]]
) -> dict[int, str]:
    rules = programmes.rules(programme)
    numbers = {each.code: each.number for each in rules.products}
    persons = sorted({person for person, _, _ in pairs})
    given_up = {old for _, _, old in pairs}
    rows = [
        (old, person, slots[slot]["product_id"], 0, slots[slot]["dose"],
         clock.day_of(slots[slot]["starts_at"]), slots[slot]["venue__kind"] == Kind.HOSPITAL)
        for person, slot, old in pairs
    ]  # fmt: skip
    held = Appointment.objects.filter(
        person__in=persons, programme=programme, state__in=("reserved", "booked")
    ).exclude(pk__in=given_up)
    rows += [
        (pk, person, product, dose, limit, clock.day_of(at), kind == Kind.HOSPITAL)
        for pk, person, product, dose, limit, at, kind in held.values_list(
            "pk", "person", "slot__product", "dose", "slot__dose", "slot__starts_at",
            "slot__venue__kind",
        )
    ]  # fmt: skip
    frame = pl.DataFrame(
        rows, orient="row",
        schema={"appointment": pl.Int64, "person": pl.Int64, "product": pl.String,
                "dose": pl.UInt8, "slot_dose": pl.UInt8, "on": pl.Date, "hospital": pl.Boolean},
    ).with_columns(
        number=pl.col("product").replace_strict(numbers, default=0, return_dtype=pl.UInt8)
    )  # fmt: skip
    facts = eligibility.facts_in_bulk(programme, on=clock.today(), persons=persons)
    told = judged(frame.select(COLUMNS), facts, rules).filter(
        pl.col("appointment").is_in(list(given_up))
    )
    bad = told.filter(pl.col("wrong") != Wrong.TOO_LATE)
    return dict(bad.select("appointment", "wrong").iter_rows())


def _scarce(world: World, gone: set[int]) -> set[int]:
    """Whom there is no dose for, at each venue of each product whose ceilings have come down.

    Those who lose their time for another reason take none. What was beyond the doses before is
    not this change's doing, unless deliveries or lots are part of it.
    """
    found: set[int] = set()
    if world.ceilings == world.ceilings_then:
        return found
    rows = world.appointments.filter(~pl.col("appointment").is_in(list(gone)))
    for key, mine in rows.partition_by("venue", "product", as_dict=True).items():
        place = int(key[0]), str(key[1])
        then, now = world.ceilings_then.get(place, {}), world.ceilings.get(place, {})
        if then != now:
            found |= beyond(claims(mine), then)
    return found


def _of_places(world: World) -> dict[int, str]:
    """Those at a closed venue, and those beyond what fewer vaccinators can take."""
    touched = world.slots.filter(pl.col("closed") | pl.col("lost"))
    if touched.is_empty():
        return {}
    rows = world.appointments.join(touched.select("slot", "closed", "room"), on="slot", how="inner")
    found = dict.fromkeys(rows.filter("closed")["appointment"].to_list(), Wrong.CLOSED.value)
    lost = rows.filter(~pl.col("closed"))
    by_slot: dict[Hashable, list[Claim]] = {
        int(slot): claims(here) for (slot,), here in lost.partition_by("slot", as_dict=True).items()
    }
    room: dict[Hashable, int] = dict(lost.select("slot", "room").iter_rows())
    return found | dict.fromkeys(crowded(by_slot, room), Wrong.STAFF.value)


def claims(rows: pl.DataFrame) -> list[Claim]:
    """Who goes before whom: second doses, then the oldest, then who booked first."""
    first_booked = (-pl.col("appointment")).alias("first_booked")
    columns = rows.select(pl.col("dose") > 1, "age", first_booked, "appointment", "on", "units")
    return [Claim(*row) for row in columns.iter_rows()]


def left_of_doses(world: World, kept: pl.DataFrame) -> pl.DataFrame:
    """Doses up to each day that those who keep their times leave, as `core.replanning` wants."""
    taken: dict[tuple[int, str], dict[date, int]] = {}
    counts = kept.group_by("venue", "product", "on").len()
    for venue, product, on, number in counts.iter_rows():
        taken.setdefault((venue, product), {})[on] = number
    rows = []
    for (venue, product), by_day in world.ceilings_then.items():
        mine = taken.get((venue, product), {})
        days = sorted(by_day)
        upto = accumulate(mine.get(day, 0) for day in days)
        rows += [(venue, product, day, max(by_day[day] - held, 0))
                 for day, held in zip(days, upto, strict=True)]  # fmt: skip
    schema = {"venue": pl.Int64, "product": pl.String, "on": pl.Date, "doses": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")
