"""Where and whom a row tells of: area, week, age, sex, population."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from vaksam.core.coverage.ages import AgeGroup
from vaksam.core.coverage.workbook.cells import Findings, codes, texts, whole
from vaksam.core.coverage.workbook.layouts import Layout, fold
from vaksam.core.weeks import weeks_in

FIRST_YEAR = 2020
_SEXES = {"totalt": "total", "män": "men", "kvinnor": "women"}


@dataclass(frozen=True, slots=True)
class AreaNames:
    """What areas may be called.

    regions : folded name -> code, “| sverige |” -> "SE" among them.
    municipalities : code -> name.
    """

    regions: Mapping[str, str]
    municipalities: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Context:
    """What every sheet needs to know to be read."""

    names: AreaNames
    last_week: int  # key of the last week that a sheet can tell of


def read(frame: pl.DataFrame, layout: Layout, context: Context, found: Findings) -> pl.DataFrame:
    """One row a row of `frame`: row, area, week, age, sex, population."""
    return frame.select("row").with_columns(
        _area(frame, layout, context, found).alias("area"),
        _week(frame, layout, context, found).alias("week"),
        _age(frame, layout, found).alias("age"),
        _sex(frame, layout, found).alias("sex"),
        _population(frame, layout, found).alias("population"),
    )


def _area(frame: pl.DataFrame, layout: Layout, context: Context, found: Findings) -> pl.Series:
    if heading := layout.columns.get("region"):
        folded = texts(frame, heading).str.to_lowercase()
        return codes(
            frame, folded, context.names.regions, found, code="unknown-region",
            message="no region of Sweden has this name; correct the cell", column=heading,
        )  # fmt: skip
    if heading := layout.columns.get("municipality"):
        return _municipality(frame, layout, heading, context, found)
    return pl.repeat("SE", frame.height, dtype=pl.String, eager=True)


def _municipality(
    frame: pl.DataFrame, layout: Layout, heading: str, context: Context, found: Findings
) -> pl.Series:
    known = context.names.municipalities
    text = texts(frame, heading, width=4)
    if frame[heading].dtype.is_numeric():
        found.warn("code-as-number", "codes are stored as numbers; they were read", column=heading)
    area = codes(
        frame, text, {code: code for code in known}, found, code="unknown-municipality",
        message="no municipality has this code; correct the cell", column=heading,
    )  # fmt: skip
    name = layout.columns["name"]
    named = pl.DataFrame(
        {
            "row": frame["row"],
            "name": texts(frame, name),
            "expected": area.replace_strict(known, default=None, return_dtype=pl.String),
        }
    )
    differs = pl.col("name").str.to_lowercase() != pl.col("expected").str.to_lowercase()
    another = pl.col("name").is_in(list(known.values()))
    found.rows(
        named, differs & another, "other-municipality",
        "the name is another municipality's than the code's; correct one of them", name, "name",
    )  # fmt: skip
    found.warn_rows(
        named, differs & ~another, "name-differs",
        "the name is spelt in another way than in the register; the code was used", name, "name",
    )  # fmt: skip
    return area


def _week(frame: pl.DataFrame, layout: Layout, context: Context, found: Findings) -> pl.Series:
    """Keys such as 202115; null for sheets that tell of one moment."""
    if "week" not in layout.columns:
        return pl.repeat(None, frame.height, dtype=pl.Int64, eager=True)
    week_heading, year_heading = layout.columns["week"], layout.columns["year"]
    weeks = whole(frame, week_heading, found)
    years = whole(frame, year_heading, found)
    when = pl.DataFrame({"row": frame["row"], "week": weeks, "year": years})
    last_year = context.last_week // 100
    found.rows(
        when, ~pl.col("year").is_between(FIRST_YEAR, last_year), "no-such-year",
        f"a year from {FIRST_YEAR} to {last_year} is needed", year_heading, "year",
    )  # fmt: skip
    lengths = {year: weeks_in(year) for year in range(FIRST_YEAR, last_year + 1)}
    length = pl.col("year").replace_strict(lengths, default=53, return_dtype=pl.Int64)
    found.rows(
        when, (pl.col("week") < 1) | (pl.col("week") > length), "no-such-week",
        "the year has no such week; correct the week or the year", week_heading, "week",
    )  # fmt: skip
    key = when.select(key=pl.col("year") * 100 + pl.col("week"))["key"]
    found.rows(
        when.with_columns(key), (pl.col("key") > context.last_week) & (pl.col("week") <= length),
        "future-week", "the week lies after the edition's date", week_heading, "week",
    )  # fmt: skip
    return key


def _age(frame: pl.DataFrame, layout: Layout, found: Findings) -> pl.Series:
    """Codes such as "12-15"; "" for everyone in the sheet's population."""
    if not (heading := layout.columns.get("age")):
        return pl.repeat("", frame.height, dtype=pl.String, eager=True)
    text = texts(frame, heading).fill_null("")
    known = {value: _age_code(value) for value in text.unique()}
    return codes(
        frame, text, {value: code for value, code in known.items() if code is not None}, found,
        code="unknown-age", message="not an age group; write for example 18-29 or 90 eller äldre",
        column=heading,
    )  # fmt: skip


def _age_code(text: str) -> str | None:
    if fold(text) == "totalt":
        return ""
    try:
        return AgeGroup.parse(text).code
    except ValueError:
        return None


def _sex(frame: pl.DataFrame, layout: Layout, found: Findings) -> pl.Series:
    if not (heading := layout.columns.get("sex")):
        return pl.repeat("total", frame.height, dtype=pl.String, eager=True)
    return codes(
        frame, texts(frame, heading).str.to_lowercase(), _SEXES, found, code="unknown-sex",
        message="write Totalt, Män or Kvinnor", column=heading,
    )  # fmt: skip


def _population(frame: pl.DataFrame, layout: Layout, found: Findings) -> pl.Series:
    if not (heading := layout.columns.get("population")):
        return pl.repeat(None, frame.height, dtype=pl.Int64, eager=True)
    return whole(frame, heading, found)
