"""What can be wrong with reported doses, column by column."""

from datetime import date
from typing import Final

import polars as pl

from vaksam.core.areas.tables import ROW
from vaksam.core.errors import Fault
from vaksam.exchange.reports.columns import DOSE, LONGEST
from vaksam.people.actions.lists.numbers import KINDS, checked
from vaksam.records.actions.registering import MOST_DOSES
from vaksam.records.models import Site

_SITES: Final = {
    "vänster överarm": "left_arm", "höger överarm": "right_arm", "vänster lår": "left_thigh",
    "höger lår": "right_thigh", "annat": "other", **{site: site for site in Site.values},
}  # fmt: skip
_SAID: Final = {
    "nothing": "Nothing to find the person by: give a number, or family name and date of birth.",
    "birth": "Write the date of birth as 1949-03-02.",
    "missing": "This must be filled in.",
    "day": "Write the day as 2021-04-13.",
    "future": "The day lies ahead. Give one that has come.",
    "unknown-product": "There is no such product. Write one of: {products}.",
    "bad-dose": "Give a dose number from 1 to {most}.",
    "bad-site": "Write one of: {sites}.",
    "too-long": "The text is too long. Shorten it.",
    "twice": "An earlier row tells of the same dose. Keep one.",
}
_NEEDED: Final = ("given_on", "product", "vaccinator_name", "vouched_by")


def check(
    table: pl.DataFrame, *, on: date, region_code: str, products: dict[str, str]
) -> tuple[pl.DataFrame, list[Fault]]:
    """The table with numbers, products and sites in normal form, and what is wrong with any."""
    table, faults = checked(table, on=on, region_code=region_code)
    table = table.with_columns(
        _product=pl.col("product").str.to_lowercase().replace_strict(products, default=None),
        _site=pl.col("site").str.to_lowercase().replace_strict(_SITES, default=None),
    )
    unread = [fault.row for fault in faults]  # a number was written there
    faults += _persons(table, on, unread) + _doses(table, on, products)
    for name, most in LONGEST.items():
        faults += _at(table.filter(pl.col(name).str.len_chars() > most), name, "too-long")
    table = table.with_columns(product="_product", site="_site").drop("_product", "_site")
    if not faults:
        who = [*KINDS, "reserve_issuer", "family_name", "given_name", "born_on"]
        again = ~pl.struct(*who, "given_on", "product").is_first_distinct()
        faults += _at(table.filter(again), "given_on", "twice")
    return table, faults


def _persons(table: pl.DataFrame, on: date, unread: list[int | None]) -> list[Fault]:
    number = pl.any_horizontal(pl.col(name).is_not_null() for name in KINDS)
    number |= pl.col(ROW).is_in(unread)
    named = pl.col("family_name").is_not_null() & pl.col("born_on").is_not_null()
    day = _day("born_on").is_between(date(1890, 1, 1), on).fill_null(False)
    wrong = table.filter(pl.col("born_on").is_not_null() & ~day)
    return [
        *_at(table.filter(~(number | named)), "personal_number", "nothing"),
        *_at(wrong, "born_on", "birth", show=True),
    ]


def _doses(table: pl.DataFrame, on: date, products: dict[str, str]) -> list[Fault]:
    day = _day("given_on")
    told = {name: pl.col(name).is_not_null() for name in DOSE}
    dose = pl.col("dose_number").str.to_integer(strict=False)
    sound = pl.col("dose_number").str.contains(r"^\d+$") & dose.is_between(1, MOST_DOSES)
    wrong = {
        ("given_on", "day"): told["given_on"] & day.is_null(),
        ("given_on", "future"): day > on,
        ("product", "unknown-product"): told["product"] & pl.col("_product").is_null(),
        ("site", "bad-site"): told["site"] & pl.col("_site").is_null(),
        ("dose_number", "bad-dose"): told["dose_number"] & ~sound.fill_null(False),
    }
    faults = [f for name in _NEEDED for f in _at(table.filter(~told[name]), name, "missing")]
    values = {"products": ", ".join(sorted(set(products.values()))), "most": MOST_DOSES,
              "sites": ", ".join(Site.values)}  # fmt: skip
    for (name, code), rule in wrong.items():
        faults += _at(table.filter(rule), name, code, show=True, **values)
    return faults


def _day(name: str) -> pl.Expr:
    text = pl.col(name)
    written = text.str.contains(r"^\d{4}-\d\d-\d\d$")
    return pl.when(written).then(text).str.to_date("%Y-%m-%d", strict=False)


def _at(
    rows: pl.DataFrame, column: str, code: str, *, show: bool = False, **values: object
) -> list[Fault]:
    return [
        Fault(code, _SAID[code], row=row, column=column, values=values,
              value=(value or "")[:80] if show else "")
        for row, value in rows.select(ROW, column).iter_rows()
    ]  # fmt: skip
