"""A whole column of identities at once, for importing."""

from functools import reduce
from operator import add

import polars as pl

from vaksam.core.errors import Refused
from vaksam.core.identity.identity import Identity, born_on, sex_of
from vaksam.core.identity.kinds import NATIONAL, Kind
from vaksam.core.identity.numbers import ADDED, FIRST_YEAR, INTERIM, LAST_YEAR, SEPARATORS

SCHEMA = {"value": pl.String, "born_on": pl.Date, "sex": pl.UInt8, "fault": pl.String}


def check_column(kind: Kind, series: pl.Series, issuers: pl.Series | str = "") -> pl.DataFrame:
    """Check and normalise a column, row by row as `Identity` does for one.

    Personal and coordination numbers are checked in Polars expressions alone: more than a million
    rows a second. Other kinds are checked one distinct value at a time.

    Parameters
    ----------
    kind : what every row is
    series : String, length n; null or blank: no number
    issuers : String, length n, or one for all; not used for personal and coordination numbers

    Returns
    -------
    frame : n rows: value String (null where blank or faulty), born_on Date (null where not told),
        sex UInt8 (ISO 5218; 0 where faulty or not told), fault String (a code of `FAULTS`; null
        where sound or blank)

    Examples
    --------
    >>> column = pl.Series(["18900101-9802", "18900101-9803", " "])
    >>> check_column(Kind.PERSONAL_NUMBER, column)["fault"].to_list()
    [None, 'check_digit', None]
    """
    if kind in NATIONAL:
        return _numbers(kind, series.cast(pl.String).alias("text").to_frame())
    return _one_by_one(kind, series, issuers)


def _numbers(kind: Kind, frame: pl.DataFrame) -> pl.DataFrame:
    bare = pl.col("text").str.replace_all(SEPARATORS, "").str.to_uppercase()
    frame = frame.select(bare=pl.when(bare != "").then(bare))
    whole = pl.col("bare").str.contains("^[0-9]{12}$")
    frame = frame.with_columns(n=pl.when(whole).then(pl.col("bare")).cast(pl.Int64))
    frame = frame.with_columns(
        year=pl.col("n") // 10**8,
        month=(pl.col("n") // 10**6 % 100).cast(pl.Int8),
        day=(pl.col("n") // 10**4 % 100).cast(pl.Int8),
        serial=pl.col("n") // 10 % 1000,
    )
    frame = frame.with_columns(fault=_fault(kind))
    sound = pl.col("bare").is_not_null() & pl.col("fault").is_null()
    return frame.select(
        value=pl.when(sound).then("bare"),
        born_on=_born_on(kind, sound),
        sex=pl.when(sound).then(2 - pl.col("serial") % 2).otherwise(0).cast(pl.UInt8),
        fault="fault",
    )


def _fault(kind: Kind) -> pl.Expr:
    """The first fault, in the order of `numbers.FAULT_ORDER`."""
    bare, month, day = pl.col("bare"), pl.col("month"), pl.col("day")
    coordination = kind is Kind.COORDINATION_NUMBER
    first_month = pl.when(day >= ADDED).then(0).otherwise(0 if coordination else 1)
    born_day = day - ADDED if coordination else day
    checks = [
        ("interim", bare.str.contains(INTERIM)),
        ("characters", ~bare.str.contains("^[0-9]*$")),
        ("century", bare.str.len_bytes() == 10),
        ("length", bare.str.len_bytes() != 12),
        ("year", ~pl.col("year").is_between(FIRST_YEAR, LAST_YEAR)),
        ("month", ~month.is_between(first_month, 12)),
        *([] if coordination else [("is_coordination", day >= ADDED)]),
        *([("is_personal", day <= 31)] if coordination else []),
        ("day", ~born_day.is_between(0 if coordination else 1, _last_day())),
        ("birth_number", pl.col("serial") == 0),
        ("check_digit", _check_sum() % 10 != 0),
    ]
    return pl.coalesce(pl.when(wrong).then(pl.lit(code)) for code, wrong in checks)


def _last_day() -> pl.Expr:
    """The last day of the month; 31 where the month is not known (00)."""
    year, month = pl.col("year"), pl.col("month")
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return (
        pl.when(month == 2)
        .then(28 + leap.cast(pl.Int8))
        .when(month.is_in([4, 6, 9, 11]))
        .then(30)
        .otherwise(31)
    )


def _check_sum() -> pl.Expr:
    """Luhn's sum over the last ten digits: every second is doubled, and 9 taken from 10 and up."""
    digits = [(pl.col("n") // 10**place % 10).cast(pl.Int8) for place in range(10)]
    return reduce(
        add,
        (
            2 * digit - 9 * (digit > 4).cast(pl.Int8) if place % 2 else digit
            for place, digit in enumerate(digits)
        ),
    )


def _born_on(kind: Kind, sound: pl.Expr) -> pl.Expr:
    day = pl.col("day") - (ADDED if kind is Kind.COORDINATION_NUMBER else 0)
    told = sound & (day > 0) & (pl.col("month") > 0)
    parts = (pl.when(told).then(each) for each in (pl.col("year"), pl.col("month"), day))
    return pl.date(*parts)


def _one_by_one(kind: Kind, series: pl.Series, issuers: pl.Series | str) -> pl.DataFrame:
    issuer = pl.lit(issuers, pl.String) if isinstance(issuers, str) else issuers
    rows = pl.DataFrame({"text": series.cast(pl.String)}).with_columns(
        issuer=issuer.alias("issuer").fill_null("")
    )
    distinct = rows.unique().with_row_index("number")
    checked = pl.DataFrame(
        [_checked(kind, *row) for row in distinct.select("text", "issuer").iter_rows()],
        schema=SCHEMA,
        orient="row",
    )
    answers = pl.concat([distinct, checked], how="horizontal")
    found = rows.join(
        answers, on=["text", "issuer"], how="left", nulls_equal=True, maintain_order="left"
    )
    return found.select(*SCHEMA)


def _checked(kind: Kind, text: str | None, issuer: str) -> tuple[object, object, int, object]:
    if not (text or "").strip():
        return None, None, 0, None
    try:
        identity = Identity(kind, text or "", issuer)
    except Refused as error:
        return None, None, 0, error.code
    return identity.value, born_on(identity), sex_of(identity), None
