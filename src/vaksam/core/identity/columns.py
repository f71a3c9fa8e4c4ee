"""A whole column of identities at once, for importing."""

from typing import Final

import polars as pl

from vaksam.core.errors import Refused
from vaksam.core.identity.identity import Identity
from vaksam.core.identity.kinds import NATIONAL, Kind
from vaksam.core.identity.numbers import ADDED, FIRST_YEAR, INTERIM, LAST_YEAR, SEPARATORS
from vaksam.core.identity.told import told_by

SCHEMA: Final = {
    "value": pl.String,
    "born_on": pl.Date,
    "born_year": pl.Int16,
    "sex": pl.UInt8,
    "fault": pl.String,
}
_DATE: Final = (pl.col("year"), pl.col("month"), pl.col("day"))


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
    frame : n rows
        value String (null where blank or faulty), born_on Date and born_year Int16 (null where
        not told), sex UInt8 (ISO 5218; 0 where faulty or not told), fault String (a code of
        `FAULTS`; null where sound or blank)

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
    day = (pl.col("n") // 10**4 % 100).cast(pl.Int8)
    frame = frame.with_columns(
        year=(pl.col("n") // 10**8).cast(pl.Int16),
        month=(pl.col("n") // 10**6 % 100).cast(pl.Int8),
        day=day - ADDED if kind is Kind.COORDINATION_NUMBER else day,
        serial=(pl.col("n") // 10 % 1000).cast(pl.Int16),
    )
    frame = frame.with_columns(fault=_fault(kind))
    sound = pl.col("bare").is_not_null() & pl.col("fault").is_null()
    return frame.select(
        value=pl.when(sound).then("bare"),
        born_on=pl.date(*(pl.when(sound & _is_day()).then(part) for part in _DATE)),
        born_year=pl.when(sound).then("year"),
        sex=pl.when(sound).then(2 - pl.col("serial") % 2).otherwise(0).cast(pl.UInt8),
        fault="fault",
    )


def _fault(kind: Kind) -> pl.Expr:
    """The first fault, in the order of `numbers.fault`; `day` is without what was added."""
    bare, month, day = pl.col("bare"), pl.col("month"), pl.col("day")
    coordination = kind is Kind.COORDINATION_NUMBER
    added = day.is_between(0, 31) if coordination else day.is_between(ADDED, ADDED + 31)
    of_kind = (
        [("is_personal", day.is_between(1 - ADDED, 31 - ADDED)), ("day", ~added)]
        if coordination
        else [("is_coordination", added), ("day", ~_is_day())]
    )
    checks = [
        ("interim", bare.str.contains(INTERIM)),
        ("characters", ~bare.str.contains("^[0-9]*$")),
        ("century", bare.str.len_bytes() == 10),
        ("length", bare.str.len_bytes() != 12),
        ("year", ~pl.col("year").is_between(FIRST_YEAR, LAST_YEAR)),
        ("month", (month > 12) | ((month == 0) & ~added)),
        *of_kind,
        ("birth_number", pl.col("serial") == 0),
        ("check_digit", _check_sum() % 10 != 0),
    ]
    return pl.coalesce(pl.when(wrong).then(pl.lit(code)) for code, wrong in checks)


def _is_day() -> pl.Expr:
    year, month = pl.col("year"), pl.col("month")
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = (
        pl.when(month == 2)
        .then(28 + leap.cast(pl.Int8))
        .when(month.is_in([4, 6, 9, 11]))
        .then(30)
        .otherwise(31)
    )
    return pl.col("day").is_between(1, last) & month.is_between(1, 12)


def _check_sum() -> pl.Expr:
    """Luhn's sum over the last ten digits: every second is doubled, and 9 taken from 10 and up."""
    digits = [(pl.col("n") // 10**place % 10).cast(pl.Int8) for place in range(10)]
    return pl.sum_horizontal(
        2 * digit - 9 * (digit > 4).cast(pl.Int8) if place % 2 else digit
        for place, digit in enumerate(digits)
    )


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


def _checked(kind: Kind, text: str | None, issuer: str) -> tuple[object, ...]:
    if not (text or "").strip():
        return None, None, None, 0, None
    try:
        identity = Identity(kind, text or "", issuer)
    except Refused as error:
        return None, None, None, 0, error.code
    told = told_by([identity])
    return identity.value, told.born_on, told.born_year, told.sex, None
