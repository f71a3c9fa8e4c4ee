"""One recognised sheet to long rows: one row a figure."""

import re

import polars as pl

from vaksam.core.coverage.workbook import places
from vaksam.core.coverage.workbook.cells import Check, Findings, empty, share, texts, whole
from vaksam.core.coverage.workbook.layouts import Kind, Layout, fold
from vaksam.core.coverage.workbook.opening import NAMELESS, Raw
from vaksam.core.coverage.workbook.places import Context
from vaksam.core.weeks import Week

_STATUS = re.compile(r"^(minst )?(?:(\d) dos(?:er)?|dos ?(\d))$")
_FIGURE = ("row", "area", "week", "age", "sex", "label", "count", "share", "population")


def read(raw: Raw, layout: Layout, context: Context, found: Findings) -> pl.DataFrame:
    """Long rows: row, area, week, age, sex, label, count, share, population, doses, exactly.

    `age` is "" where the sheet tells of everyone in its population; `exactly` is true where a
    status counts those with just so many doses.
    """
    for cell, heading in raw.odd:
        found.fault(cell.code, cell.message, cell.row, heading, cell.value)
    for heading in layout.unread:
        if heading.startswith(NAMELESS):
            found.warn("unread-column", "cells in a column without heading were not read")
        else:
            found.warn("unread-column", "this column is not known and was not read", None, heading)
    if raw.frame.is_empty():
        found.warn("empty-sheet", "the sheet has headings but no figures")
    frame = places.read(raw.frame, layout, context, found)
    parts = [_values(frame, layout, i, found) for i in range(len(layout.values))]
    long = _statuses(pl.concat(parts), layout, found)
    _duplicates(long, layout, found)
    _falls(long, layout, found)
    return long


def _values(frame: pl.DataFrame, layout: Layout, i: int, found: Findings) -> pl.DataFrame:
    """One pair of value columns. In a sheet by age a dose not offered to an age is left empty."""
    heading = layout.values[i].count
    optional = layout.may_be_empty(f"count {i}")
    count, checks = whole(f"count {i}", heading)
    if not optional:
        checks.append(empty(f"count {i}", heading))
    status = "status" in layout.columns
    label = texts(frame, "status") if status else pl.lit(heading if layout.wide else "")
    part = frame.with_columns(count=count, label=label)
    if (share_heading := layout.values[i].share) is None:
        found.check(part, checks)
        part = part.with_columns(share=pl.lit(None, pl.Float64))
    else:
        part = part.with_columns(share=pl.col(f"share {i}"))
        found.check(part, [*checks, share("share", share_heading), *_both(heading, share_heading)])
        found.notice(_expected(part), _proportion(share_heading))
        if optional:
            found.notice(part, [_left_out(heading)])
    return part.filter(pl.col("count").is_not_null() | ~pl.lit(optional)).select(_FIGURE)


def _both(count: str, share: str) -> list[Check]:
    """Count and share belong together: both or neither."""
    said = "is empty though its pair is not; a count and a share belong together"
    no_count, no_share = pl.col("count").is_null(), pl.col("share").is_null()
    return [
        Check("missing", said, ~no_count & no_share, share, "share"),
        Check("missing", said, ~no_share & no_count, count, "count"),
    ]


def _left_out(heading: str) -> Check:
    """Neither count nor share, though other areas have them for the same age."""
    others = pl.col("count").is_not_null().any().over("age")
    return Check(
        "left-out", "no figure here, though other areas have one for this age",
        pl.col("count").is_null() & others, heading, "count",
    )  # fmt: skip


def _expected(part: pl.DataFrame) -> pl.DataFrame:
    """With the share that the count is of the population: stated, or as other rows have it."""
    if part["population"].null_count() == part.height:
        usual = (pl.col("count") / pl.col("share")).filter(pl.col("count") > 0).median()
        part = part.with_columns(population=usual.over("area", "age", "sex", "label"))
    return part.with_columns(expected=pl.col("count") / pl.col("population"))


def _proportion(heading: str) -> list[Check]:
    expected, share = pl.col("expected"), pl.col("share")
    capped = (share == 1) & (expected > 1)
    return [
        Check("capped", "more vaccinated than residents: the share is capped at 1", capped,
              heading, "share"),
        Check("share-not-count", "count and share do not give the population that other rows give",
              ((expected - share).abs() > 1e-6) & ~capped, heading, "share"),
    ]  # fmt: skip


def _statuses(long: pl.DataFrame, layout: Layout, found: Findings) -> pl.DataFrame:
    """Doses from the label.

    A bare “1 dos” means just one where the sheet also tells of more doses for the same age: for
    ages not offered dose 3, “2 doser” are all who have two, as the municipalities' figures show.
    """
    if layout.kind == Kind.DOSES_WEEKLY:
        return long.with_columns(doses=pl.lit(0, pl.Int64), exactly=pl.lit(False))
    labels = [label for label in long["label"].unique() if label is not None]
    matches = {label: m for label in labels if (m := _STATUS.match(_said(label)))}
    doses = {label: int(m[2] or m[3]) for label, m in matches.items()}
    bare = [label for label, m in matches.items() if not m[1]] if not layout.wide else []
    number = pl.col("label").replace_strict(doses, default=None, return_dtype=pl.Int64)
    long = long.with_columns(doses=number)
    heading = layout.columns.get("status", "")
    if heading:
        said = "write for example Minst 1 dos, 2 doser"
        unknown = Check("unknown-status", said, pl.col("doses").is_null(), heading, "label")
        found.check(long, [empty("label", heading), unknown])
    more = pl.col("doses") < pl.col("doses").max().over("age")
    return long.with_columns(exactly=pl.col("label").is_in(bare) & more)


def _said(label: str) -> str:
    """The status in “Minst 1 dos”, and in headings such as “Antal minst 1 dos”, “Antal_dos1”."""
    return fold(label).removeprefix("antal ")


def _duplicates(long: pl.DataFrame, layout: Layout, found: Findings) -> None:
    key = ["area", "age", "sex", "doses", *(["week"] if "week" in layout.columns else [])]
    again = pl.struct(key).is_first_distinct().not_()
    said = "the same area, week and group stands on an earlier row; remove one of them"
    whole_rows = long.filter(pl.all_horizontal(pl.col(key).is_not_null()))
    found.check(whole_rows, [Check("duplicate", said, again, "", "label")])


def _falls(long: pl.DataFrame, layout: Layout, found: Findings) -> None:
    """Cumulative counts that fall, and weeks that lack a region; nothing where there are faults."""
    if "week" not in layout.columns or found.faults:
        return
    ordered = long.sort("area", "doses", "week").with_columns(
        step=pl.col("count").diff().over("area", "doses")
    )
    said = "the cumulative count falls, as it can when doses are registered anew"
    heading = layout.values[0].count
    found.notice(ordered, [Check("falls", said, pl.col("step") < 0, heading, "count")])
    regions = long.group_by("week").agg(present=pl.col("area").n_unique()).sort("week")
    for week, _ in regions.filter(pl.col("present") < long["area"].n_unique()).iter_rows():
        said = "not every region has figures for {week}"
        found.warn("missing-region", said, week=str(Week.from_key(week)))
