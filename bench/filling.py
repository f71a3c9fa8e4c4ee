"""A database the size of a whole programme: twelve editions, with weekly municipal series.

The weekly series of municipalities are what official editions lack, and most of the rows. Figures
go in by COPY, past the import, since this is about how size tells on the pages.
"""

import math
from datetime import UTC, datetime, timedelta
from io import BytesIO

import numpy as np
import polars as pl
from django.db import connection, transaction

from vaksam.areas import queries as areas
from vaksam.core.coverage import example
from vaksam.core.coverage.workbook import Kind, Workbook
from vaksam.core.weeks import Week
from vaksam.coverage.models import Edition, Sheet

EDITIONS = 12
WEEKS = 100
DOSES = (1, 2, 3)
FIRST_WEEK = Week(2020, 52)
_COLUMNS = (
    "sheet", "row", "area", "week", "age", "sex", "doses", "exactly", "label", "count", "share",
    "population", "born_by",
)  # fmt: skip
_COPY = f"""COPY coverage_figure (edition_id, {", ".join(_COLUMNS).replace("area", "area_id")})
    FROM STDIN (FORMAT csv, NULL '\\N')"""


def fill() -> int:
    """Replace all editions; returns how many figures there are then."""
    book = example.invent(
        regions=[area.code for area in areas.regions()],
        municipalities=[area.code for area in areas.municipalities()],
    )
    series = _series(book)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE coverage_figure, coverage_sheet, coverage_edition CASCADE")
    total = sum(_store(book, series, number) for number in range(EDITIONS))
    with connection.cursor() as cursor:  # as autovacuum would within a minute or so
        cursor.execute("VACUUM ANALYZE coverage_figure")
        cursor.execute("ANALYZE")
    return total


def _series(book: Workbook) -> pl.DataFrame:
    """Every area, week and dose, on a logistic course: counts as they are in the end."""
    people = (
        book.figures.filter(sheet=pl.col("sheet").max(), doses=1)
        .group_by("area")
        .agg(pl.col("population").sum())
    )
    sums = [
        people.group_by(pl.col("area").str.head(2)).agg(pl.col("population").sum()),
        people.select(pl.lit("SE").alias("area"), pl.col("population").sum()),
    ]
    weeks = pl.DataFrame({"week": _weeks(), "t": np.arange(len(_weeks()))})
    doses = pl.DataFrame({"doses": DOSES})
    course = 0.87 / (1 + (-(pl.col("t") - 18 * pl.col("doses")) / 4).exp()) / pl.col("doses").sqrt()
    return (
        pl.concat([*sums, people])
        .sort("area")
        .join(weeks, how="cross")
        .join(doses, how="cross")
        .with_columns(count=(pl.col("population") * course).floor().cast(pl.Int64))
    )


def _weeks() -> list[int]:
    """Those of the first edition, and one more with each later one."""
    found = [FIRST_WEEK]
    while len(found) < WEEKS + EDITIONS - 1:
        found.append(found[-1].next)
    return [week.key for week in found]


def _store(book: Workbook, series: pl.DataFrame, number: int) -> int:
    last = _weeks()[WEEKS - 1 + number]
    # The latest weeks lack what is registered late: 6 % of the last, half as much of each before.
    age = WEEKS - 1 + number - pl.col("t")
    known = pl.col("count") * (1 - 0.06 * (-age * math.log(2)).exp())
    weekly = series.filter(pl.col("week") <= last).with_columns(known.floor().cast(pl.Int64))
    sheets = [(s.title, s.kind, book.figures.filter(sheet=s.position)) for s in book.sheets
              if s.kind != Kind.WEEKLY]  # fmt: skip
    municipal = pl.col("area").str.len_chars() == 4
    sheets.append(("Vaccinerade tidsserie", Kind.WEEKLY, _shaped(weekly.filter(~municipal))))
    sheets.append(("Vaccinerade kommun tidsserie", Kind.WEEKLY, _shaped(weekly.filter(municipal))))
    frames = [
        frame.with_columns(sheet=pl.lit(position)) for position, (*_, frame) in enumerate(sheets, 1)
    ]
    figures = pl.concat([frame.select(_COLUMNS) for frame in frames])
    with transaction.atomic():
        edition = _edition(number, Week.from_key(last), figures.height)
        Sheet.objects.bulk_create(
            Sheet(edition=edition, position=position, title=title, kind=kind, rows=frame.height)
            for position, (title, kind, frame) in enumerate(sheets, 1)
        )
        _copy(edition.id, figures)
    return figures.height


def _shaped(weekly: pl.DataFrame) -> pl.DataFrame:
    """As the workbook's reader gives a weekly sheet, but for the sheet's number."""
    return weekly.with_row_index("row", offset=2).select(
        pl.col("row").cast(pl.Int64), "area", pl.col("week").cast(pl.Int64), age=pl.lit("12+"),
        sex=pl.lit("total"), doses=pl.col("doses").cast(pl.Int64), exactly=pl.lit(False),
        label=pl.format("Minst {} dos", "doses"), count="count",
        share=pl.col("count") / pl.col("population"), population=pl.lit(None, pl.Int64),
        born_by=pl.lit(2010, pl.Int64),
    )  # fmt: skip


def _edition(number: int, last: Week, figures: int) -> Edition:
    return Edition.objects.create(
        edition_on=last.sunday + timedelta(days=4),
        file_name=f"benchmark {number + 1}",
        sha256=f"{number:064x}",
        figure_count=figures,
        imported_at=datetime.now(UTC),
    )


def _copy(edition_id: int, figures: pl.DataFrame) -> None:
    ids = {code: area.id for code, area in areas.by_code().items()}
    buffer = BytesIO()
    figures.select(
        pl.lit(edition_id).alias("edition"),
        pl.all().exclude("area", "week"),
        area=pl.col("area").replace_strict(ids, return_dtype=pl.Int64),
        week=pl.col("week").fill_null(0),
    ).select("edition", *_COLUMNS).write_csv(buffer, include_header=False, null_value="\\N")
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.write(buffer.getbuffer())
