"""Where and whom a row tells of: area, week, age, sex, population."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from vaksam.core.coverage.ages import AgeGroup
from vaksam.core.coverage.workbook.cells import (
    Check,
    Findings,
    empty,
    look_up,
    numbers,
    texts,
    whole,
)
from vaksam.core.coverage.workbook.layouts import Layout, fold
from vaksam.core.weeks import weeks_in

FIRST_YEAR = 2020
_SEXES = {"totalt": "total", "män": "men", "kvinnor": "women"}


@dataclass(frozen=True, slots=True)
class AreaNames:
    """What areas may be called.

    regions : name in lower case -> code, “| sverige |” -> "SE" among them.
    municipalities : code -> name.
    """

    regions: Mapping[str, str]
    municipalities: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Context:
    """What every sheet needs to know to be read."""

    names: AreaNames
    last_week: int  # key of the last week that a sheet can tell of


@dataclass(slots=True)
class _Columns:
    """Expressions for the columns of a sheet, the checks on them, and what is merely odd."""

    values: dict[str, pl.Expr] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    odd: list[Check] = field(default_factory=list)


def read(frame: pl.DataFrame, layout: Layout, context: Context, found: Findings) -> pl.DataFrame:
    """`frame` with area, week, age, sex and population; its columns of numbers as Float64."""
    headings = dict(layout.roles())
    for role in layout.numbers:
        frame = numbers(frame, role, headings[role], found)
    columns = _Columns()
    _area(frame, layout, context, columns)
    _week(layout, context, columns)
    _age(frame, layout, columns)
    _sex(frame, layout, columns)
    _population(layout, columns)
    if "municipality" in layout.columns and frame["municipality"].dtype.is_numeric():
        found.warn(
            "code-as-number", "codes are stored as numbers; they were read",
            heading=headings["municipality"],
        )  # fmt: skip
    found.check(frame, columns.checks)
    found.notice(frame, columns.odd)
    return frame.with_columns(**columns.values)


def _area(frame: pl.DataFrame, layout: Layout, context: Context, into: _Columns) -> None:
    if heading := layout.columns.get("region"):
        into.values["area"], checks = look_up(
            "region", context.names.regions, of=texts(frame, "region").str.to_lowercase(),
            code="unknown-region", message="no region of Sweden has this name; correct the cell",
            heading=heading,
        )  # fmt: skip
        into.checks += checks
    elif heading := layout.columns.get("municipality"):
        _municipality(frame, layout, heading, context.names.municipalities, into)
    else:
        into.values["area"] = pl.lit("SE")


def _municipality(
    frame: pl.DataFrame, layout: Layout, heading: str, known: Mapping[str, str], into: _Columns
) -> None:
    """By code; a name that is another municipality's says that one of the two is wrong."""
    area, checks = look_up(
        "municipality", {code: code for code in known},
        of=texts(frame, "municipality").str.zfill(4), code="unknown-municipality",
        message="no municipality has this code; correct the cell", heading=heading,
    )  # fmt: skip
    folded = {code: name.casefold() for code, name in known.items()}
    name = texts(frame, "name").str.to_lowercase()
    differs = name != area.replace_strict(folded, default=None, return_dtype=pl.String)
    another = differs & name.is_in(list(folded.values()))
    into.values["area"] = pl.when(~another.fill_null(False)).then(area)
    into.checks += checks
    into.checks.append(Check(
        "other-municipality", "the name is another municipality's than the code's; correct one",
        another, layout.columns["name"], "name",
    ))  # fmt: skip
    into.odd.append(Check(
        "name-differs", "the name is spelt in another way than in the register; the code was used",
        (differs & ~another) | name.is_null(), layout.columns["name"], "name",
    ))  # fmt: skip


def _week(layout: Layout, context: Context, into: _Columns) -> None:
    """Keys such as 202115; null for sheets that tell of one moment."""
    if "week" not in layout.columns:
        into.values["week"] = pl.lit(None, pl.Int64)
        return
    heading, year_heading = layout.columns["week"], layout.columns["year"]
    week, week_checks = whole("week", heading)
    year, year_checks = whole("year", year_heading)
    into.values["week"] = key = year * 100 + week
    last_year = context.last_week // 100
    lengths = {year: weeks_in(year) for year in range(FIRST_YEAR, last_year + 1)}
    length = year.replace_strict(lengths, default=53, return_dtype=pl.Int64)
    into.checks += [
        empty("week", heading), *week_checks, empty("year", year_heading), *year_checks,
        Check("no-such-year", "a year from {first} to {last} is needed",
              ~year.is_between(FIRST_YEAR, last_year), year_heading, "year",
              {"first": FIRST_YEAR, "last": last_year}),
        Check("no-such-week", "the year has no such week; correct the week or the year",
              ~week.is_between(1, length), heading, "week"),
        Check("future-week", "the week lies after the edition's date",
              (key > context.last_week) & (year <= last_year), heading, "week"),
    ]  # fmt: skip


def _age(frame: pl.DataFrame, layout: Layout, into: _Columns) -> None:
    """Codes such as "12-15"; "" for everyone in the sheet's population."""
    if not (heading := layout.columns.get("age")):
        into.values["age"] = pl.lit("")
        return
    text = texts(frame, "age")
    written = frame.select(text.unique().drop_nulls()).to_series()
    codes = {value: _age_code(value) for value in written}
    into.values["age"], checks = look_up(
        "age", {value: code for value, code in codes.items() if code is not None}, of=text,
        code="unknown-age", message="not an age group; write for example 18-29 or 90 eller äldre",
        heading=heading,
    )  # fmt: skip
    into.checks += checks


def _age_code(text: str) -> str | None:
    if fold(text) == "totalt":
        return ""
    try:
        return AgeGroup.parse(text).code
    except ValueError:
        return None


def _sex(frame: pl.DataFrame, layout: Layout, into: _Columns) -> None:
    if not (heading := layout.columns.get("sex")):
        into.values["sex"] = pl.lit("total")
        return
    into.values["sex"], checks = look_up(
        "sex", _SEXES, of=texts(frame, "sex").str.to_lowercase(), code="unknown-sex",
        message="write Totalt, Män or Kvinnor", heading=heading,
    )  # fmt: skip
    into.checks += checks


def _population(layout: Layout, into: _Columns) -> None:
    if not (heading := layout.columns.get("population")):
        into.values["population"] = pl.lit(None, pl.Int64)
        return
    into.values["population"], checks = whole("population", heading)
    into.checks += [empty("population", heading), *checks]
