"""One recognised sheet to long rows: one row a figure."""

import re

import polars as pl

from vaksam.core.coverage.workbook import places
from vaksam.core.coverage.workbook.cells import Findings, shares, texts, whole
from vaksam.core.coverage.workbook.layouts import Kind, Layout, Values, fold
from vaksam.core.coverage.workbook.places import Context
from vaksam.core.weeks import Week

_STATUS = re.compile(r"^(minst )?(?:(\d+) dos(?:er)?|dos ?(\d+))$")
_RECOUNTS = "the cumulative count falls, as it can when doses are registered anew"


def read(frame: pl.DataFrame, layout: Layout, context: Context, found: Findings) -> pl.DataFrame:
    """Long rows: row, area, week, age, sex, doses, exactly, label, count, share, population.

    `age` is "" where the sheet tells of everyone in its population; `exactly` is true where a
    status counts those with just so many doses.
    """
    for heading in layout.unread:
        found.warn("unread-column", "this column is not known and was not read", column=heading)
    place = places.read(frame, layout, context, found)
    parts = [_values(frame, place, layout, values, found) for values in layout.values]
    long = _statuses(pl.concat(parts), layout, found)
    _duplicates(long, found)
    _falls(long, layout, found)
    return long


def _values(
    frame: pl.DataFrame, place: pl.DataFrame, layout: Layout, values: Values, found: Findings
) -> pl.DataFrame:
    """One pair of value columns. In a sheet by age a dose not offered to an age is left empty."""
    optional = layout.kind == Kind.MUNICIPALITY_AGE
    count = whole(frame, values.count, found, optional=optional)
    if values.share is None:
        share = pl.repeat(None, frame.height, dtype=pl.Float64, eager=True)
    else:
        share = shares(frame, values.share, found)
    wide = layout.kind in (Kind.MUNICIPALITY, Kind.MUNICIPALITY_AGE)
    label = (
        pl.repeat(values.count, frame.height, dtype=pl.String, eager=True)
        if wide or not values.status
        else texts(frame, values.status)
    )
    part = place.with_columns(label.alias("label"), count.alias("count"), share.alias("share"))
    if values.share is not None:
        _pairs(part, values, found)
    return part.filter(pl.col("count").is_not_null()) if optional else part


def _pairs(part: pl.DataFrame, values: Values, found: Findings) -> None:
    """Count and share belong together: both or neither, and in the same proportion everywhere."""
    heading = values.share or ""
    found.rows(
        part, pl.col("share").is_null() & pl.col("count").is_not_null(), "missing",
        "is empty though there is a count", heading, "share",
    )  # fmt: skip
    found.rows(
        part, pl.col("share").is_not_null() & pl.col("count").is_null(), "missing",
        "is empty though there is a share", values.count, "count",
    )  # fmt: skip
    if part["population"].null_count() == part.height:
        groups = ["area", "age", "sex", "label"]
        usual = (pl.col("count") / pl.col("share")).filter(pl.col("count") > 0).median()
        part = part.with_columns(population=usual.over(groups))
    expected = pl.col("count") / pl.col("population")
    capped = (pl.col("share") == 1) & (expected > 1)
    found.warn_rows(
        part, capped, "capped", "more vaccinated than residents: the share is capped at 1",
        heading, "share",
    )  # fmt: skip
    found.warn_rows(
        part, ((expected - pl.col("share")).abs() > 1e-6) & ~capped, "share-not-count",
        "count and share do not give the population that the other rows give", heading, "share",
    )  # fmt: skip


def _statuses(long: pl.DataFrame, layout: Layout, found: Findings) -> pl.DataFrame:
    """Doses from the label. A bare “1 dos” means just one where the sheet tells of more doses."""
    if layout.kind == Kind.DOSES_WEEKLY:
        return long.with_columns(doses=pl.lit(0, pl.Int64), exactly=pl.lit(False), label=pl.lit(""))
    matches = {label: _STATUS.match(_said(label)) for label in long["label"].unique()}
    doses = {label: int(m[2] or m[3]) for label, m in matches.items() if m}
    bare = {label for label, m in matches.items() if m and not m[1]}
    heading = layout.columns.get("status", "")
    found.rows(
        long, ~pl.col("label").is_in(list(doses)) | pl.col("label").is_null(), "unknown-status",
        "write for example Minst 1 dos, 2 doser", heading, "label",
    )  # fmt: skip
    by_status = "status" in layout.columns
    top = max(doses.values(), default=0)
    exact = [label for label in bare if by_status and doses[label] < top]
    return long.with_columns(
        doses=pl.col("label").replace_strict(doses, default=None, return_dtype=pl.Int64),
        exactly=pl.col("label").is_in(exact),
    )


def _said(label: str | None) -> str:
    """The status in “Minst 1 dos”, and in headings such as “Antal minst 1 dos”, “Antal_dos1”."""
    return fold(label).removeprefix("antal ")


def _duplicates(long: pl.DataFrame, found: Findings) -> None:
    key = ["area", "week", "age", "sex", "doses"]
    found.rows(
        long.filter(pl.all_horizontal(pl.col("area", "age", "doses").is_not_null())),
        pl.struct(key).is_first_distinct().not_(), "duplicate",
        "the same area, week and group stands on an earlier row; remove one of them", "", "label",
    )  # fmt: skip


def _falls(long: pl.DataFrame, layout: Layout, found: Findings) -> None:
    if "week" not in layout.columns:
        return
    ordered = long.sort("area", "doses", "week").with_columns(
        step=pl.col("count").diff().over("area", "doses")
    )
    found.warn_rows(
        ordered, pl.col("step") < 0, "falls", _RECOUNTS, layout.values[0].count, "count"
    )
    regions = long["area"].n_unique()
    for week, present in long.group_by("week", maintain_order=True).agg(
        pl.col("area").n_unique()
    ).iter_rows():  # fmt: skip
        if week is not None and present < regions:
            text = f"{Week.from_key(week) if _is_week(week) else week}"
            found.warn("missing-region", f"not every region has figures for {text}")


def _is_week(key: int) -> bool:
    try:
        Week.from_key(key)
    except ValueError:
        return False
    return True
