"""Which appointments are wrong by a set of rules, and when each person may be given what instead.

Appointments are judged on their own day, with the doses booked before them counted as given on
theirs, as `core.booking.may_book` judges one: a test holds the two together. The work is one
evaluation a day on which somebody has a time.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum

import polars as pl

from vaksam.core.rules.decision import Status, Why
from vaksam.core.rules.definition import Place
from vaksam.core.rules.evaluation.options import options
from vaksam.core.rules.in_force import RuleSet

_STATUS, _WHY = tuple(Status), tuple(Why)
_HOSPITAL = tuple(Place).index(Place.HOSPITAL)
COLUMNS = ["appointment", "person", "product", "number", "dose", "slot_dose", "on", "hospital"]
_WINDOW: dict[str, type[pl.DataType]] = {
    "appointment": pl.Int64, "product": pl.String, "earliest_on": pl.Date, "latest_on": pl.Date,
    "open": pl.Boolean, "hospital": pl.Boolean,
}  # fmt: skip


class Wrong(StrEnum):
    """Why an appointment cannot be held. The first that applies is told."""

    CLOSED = "closed"  # the venue, or the session
    STAFF = "staff"  # more booked than those who work can take
    NO_DOSES = "no_doses"  # more booked than doses expected
    NOT_DUE = "not_due"  # not recommended, or the turn comes later, or complete
    PAUSED = "paused"  # the product is paused on the day
    ASSESS = "assess"  # a physician must look first
    HOSPITAL = "hospital"  # at a hospital only
    PRODUCT = "product"  # may not be given to the person: age, approval, use, may not follow
    TOO_EARLY = "too_early"  # sooner after the last dose than may be
    OTHER_DOSE = "other_dose"  # the time is for another dose number
    TOO_LATE = "too_late"  # later after the last dose than should be
    HOUSEHOLD = "household"  # right, and goes along with somebody whose time is wrong


def judged(appointments: pl.DataFrame, facts: pl.DataFrame, rules: RuleSet) -> pl.DataFrame:
    """Whether each appointment is right by some rules.

    Parameters
    ----------
    appointments
        appointment Int64, person Int64, product String, number UInt8 (the product's), dose UInt8,
        slot_dose UInt8 (null: any), on Date, hospital Boolean (of the venue). All that these
        persons hold in the programme.
    facts
        Of these persons and those they live with, as `evaluate` wants them. Persons that are not
        there (dead, moved out) are judged not due.

    Returns
    -------
    DataFrame
        appointment, wrong (a `Wrong`; null: right), next_dose UInt8, in order of appointment.
    """
    parts = [_day(rows, on, facts, rules) for on, rows in _by_day(appointments, facts)]
    known = (
        pl.concat(parts)
        if parts
        else pl.DataFrame(
            schema={"appointment": pl.Int64, "wrong": pl.String, "next_dose": pl.UInt8}
        )
    )
    found = appointments.select("appointment").join(known, on="appointment", how="left")
    gone = ~pl.col("appointment").is_in(known["appointment"].implode())
    wrong = pl.when(gone).then(pl.lit(Wrong.NOT_DUE.value)).otherwise("wrong").alias("wrong")
    return found.with_columns(wrong).sort("appointment")


def windows(
    appointments: pl.DataFrame, facts: pl.DataFrame, rules: RuleSet, *, since: date, until: date
) -> pl.DataFrame:
    """When the dose of each appointment may be given instead, by product.

    The days are cut where the rules change, and each part is answered on its first day; of parts
    with days between them when it may not, the first is taken. Whose birthday changes the answer
    within a part is caught when the plan is judged.

    Parameters
    ----------
    appointments
        As for `judged`: those asked about, and beside them (`asked` False) others the same
        persons hold, which count as given where they lie before.

    Returns
    -------
    DataFrame
        appointment, product, earliest_on, latest_on (null: none), hospital (only at one).
    """
    asked = appointments.filter("asked") if "asked" in appointments.columns else appointments
    asked, appointments = asked.select(COLUMNS), appointments.select(COLUMNS)
    parts = [
        _window(asked, appointments, facts, rules, since=first, until=last)
        for first, last in _parts(rules, since, until)
    ]
    found = pl.concat(parts).sort("appointment", "product", "earliest_on")
    key = ["appointment", "product"]
    gap = pl.col("earliest_on") > pl.col("latest_on").shift(1).over(key) + pl.duration(days=1)
    found = found.with_columns(gap.fill_null(value=False).cum_sum().over(key).alias("block"))
    first = found.filter(pl.col("block") == 0)
    return first.group_by(key, maintain_order=True).agg(
        pl.col("earliest_on").min(),
        pl.when(pl.col("open").any()).then(None).otherwise(pl.col("latest_on").max())
        .first().alias("latest_on"),
        pl.col("hospital").any(),
    )  # fmt: skip


def _by_day(appointments: pl.DataFrame, facts: pl.DataFrame) -> Iterator[tuple[date, pl.DataFrame]]:
    rows = appointments.select(COLUMNS)
    rows = _with_booked(rows, rows, facts)
    for (on,), day in rows.partition_by("on", as_dict=True).items():
        assert isinstance(on, date)
        yield on, day


def _with_booked(asked: pl.DataFrame, booked: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Facts of each appointment's person, with doses booked before it as further slots.

    `booked_on` is the last day of these; null: none.
    """
    slots = sum(name.startswith("dose_") and name.endswith("_on") for name in facts.columns)
    own = asked.join(facts, on="person", how="inner")
    others = booked.select("person", other="appointment", b_on="on", b_product="number")
    earlier = (
        own.select("appointment", "person", upto="on")
        .join(others, on="person")
        .filter((pl.col("other") != pl.col("appointment")) & (pl.col("b_on") < pl.col("upto")))
        .sort("appointment", "b_on")
        .with_columns(pl.int_range(slots + 1, slots + 1 + pl.len()).over("appointment").alias("n"))
    )
    last = earlier["n"].max()
    for n in range(slots + 1, int(last) + 1 if isinstance(last, int) else 0):
        one = earlier.filter(pl.col("n") == n).select(
            "appointment", pl.col("b_on").alias(f"dose_{n}_on"),
            pl.col("b_product").cast(pl.UInt8).alias(f"dose_{n}_product"),
            pl.lit(None, pl.Boolean).alias(f"dose_{n}_abroad"),
        )  # fmt: skip
        own = own.join(one, on="appointment", how="left")
    newest = earlier.group_by("appointment").agg(booked_on=pl.col("b_on").max())
    return own.join(newest, on="appointment", how="left")


def _day(rows: pl.DataFrame, on: date, facts: pl.DataFrame, rules: RuleSet) -> pl.DataFrame:
    """The appointments of one day."""
    answers, products = options(_with_households(rows, facts), rules, on=on)
    own = products.rename({"product": "option"})
    found = (
        rows.with_row_index("row")
        .select("row", "appointment", "product", "dose", "slot_dose", "hospital")
        .join(answers.select("row", "status", "why", "next_dose", "place"), on="row")
        .join(own, left_on=["row", "product"], right_on=["row", "option"], how="left")
    )
    return found.select("appointment", _wrong(on).alias("wrong"), "next_dose")


def _with_households(rows: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Those asked about first, then those they live with, who may decide whose turn it is."""
    columns = [name for name in rows.columns if name in facts.columns or name.startswith("dose_")]
    columns = [name for name in columns if name != "dose"]
    own = rows.select(columns)
    homes = own["household"].drop_nulls().unique()
    if homes.is_empty():
        return own
    others = facts.filter(
        pl.col("household").is_in(homes.implode())
        & ~pl.col("person").is_in(own["person"].implode())
    )
    return pl.concat([own, others.select(n for n in columns if n in facts.columns)],
                     how="diagonal")  # fmt: skip


def _wrong(on: date) -> pl.Expr:
    """What keeps the person from the place, in the order of `Wrong`."""
    status, why = pl.col("status"), pl.col("why")
    may = pl.col("hindered").is_not_null() & ~pl.col("hindered")
    waits = why.is_in([_WHY.index(Why.NOT_OPENED), _WHY.index(Why.OPENS_LATER)])
    none = status.is_in([_STATUS.index(Status.NOT_RECOMMENDED), _STATUS.index(Status.COMPLETE)])
    assess = status == _STATUS.index(Status.NEEDS_ASSESSMENT)
    there = (pl.col("place") == _HOSPITAL) & pl.col("hospital")
    there &= why == _WHY.index(Why.PRECAUTION)
    other = pl.col("slot_dose").is_not_null() & pl.col("next_dose").is_not_null()
    return (
        pl.when(none | waits).then(pl.lit(Wrong.NOT_DUE.value))
        .when(pl.col("hindered").fill_null(value=False)).then(pl.lit(Wrong.PAUSED.value))
        .when(assess & ~there).then(pl.lit(Wrong.ASSESS.value))
        .when((pl.col("place") == _HOSPITAL) & ~pl.col("hospital"))
        .then(pl.lit(Wrong.HOSPITAL.value))
        .when(~may).then(pl.lit(Wrong.PRODUCT.value))
        .when(pl.col("earliest_on") > on).then(pl.lit(Wrong.TOO_EARLY.value))
        .when(other & (pl.col("slot_dose") != pl.col("next_dose")))
        .then(pl.lit(Wrong.OTHER_DOSE.value))
        .when(pl.col("latest_on") < on).then(pl.lit(Wrong.TOO_LATE.value))
    )  # fmt: skip


def _parts(rules: RuleSet, since: date, until: date) -> list[tuple[date, date]]:
    """The days from `since` to `until`, cut where a rule begins or ends."""
    cuts = {since}
    for rule in rules.rules:
        cuts.add(rule.effective_from)
        if rule.effective_to is not None:
            cuts.add(rule.effective_to + timedelta(days=1))
    firsts: Sequence[date] = sorted(day for day in cuts if since <= day <= until)
    return [
        (first, following - timedelta(days=1))
        for first, following in zip(firsts, [*firsts[1:], until + timedelta(days=1)], strict=True)
    ]


def _window(
    asked: pl.DataFrame, booked: pl.DataFrame, facts: pl.DataFrame, rules: RuleSet, *,
    since: date, until: date,
) -> pl.DataFrame:  # fmt: skip
    """By appointment and product within days on which the rules are the same.

    Doses are seen from the day they are given on, so each person is asked about from the day
    after the last dose booked before.
    """
    rows = _with_booked(asked, booked, facts)
    after = pl.col("booked_on") + pl.duration(days=1)
    rows = rows.with_columns(asked_on=pl.max_horizontal(after, pl.lit(since))).filter(
        pl.col("asked_on") <= until
    )
    parts = [_open(day, on, until, facts, rules)
             for (on,), day in rows.partition_by("asked_on", as_dict=True).items()
             if isinstance(on, date)]  # fmt: skip
    return pl.concat(parts) if parts else pl.DataFrame(schema=_WINDOW)


def _open(
    rows: pl.DataFrame, on: date, until: date, facts: pl.DataFrame, rules: RuleSet
) -> pl.DataFrame:
    answers, products = options(_with_households(rows, facts), rules, on=on)
    status, why = pl.col("status"), pl.col("why")
    barred = status.is_in([_STATUS.index(Status.NOT_RECOMMENDED), _STATUS.index(Status.COMPLETE)])
    barred |= why == _WHY.index(Why.NOT_OPENED)
    at_hospital = pl.col("place") == _HOSPITAL
    assess = status == _STATUS.index(Status.NEEDS_ASSESSMENT)
    barred |= assess & ~(at_hospital & (why == _WHY.index(Why.PRECAUTION)))
    known = rows.with_row_index("row").select("row", "appointment")
    return (
        known.join(answers.select("row", "status", "why", "place"), on="row")
        .filter(~barred)
        .join(products.filter(~pl.col("hindered")), on="row")
        .with_columns(
            pl.max_horizontal("earliest_on", pl.lit(on)).alias("earliest_on"),
            (pl.col("latest_on").is_null()).alias("open"),
            pl.min_horizontal(pl.col("latest_on"), pl.lit(until)).alias("latest_on"),
            at_hospital.alias("hospital"),
        )
        .filter(pl.col("earliest_on") <= pl.col("latest_on"))
        .select(*_WINDOW)
    )
