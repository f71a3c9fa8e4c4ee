"""How long an edition takes to import, beside merely parsing it and merely storing its rows."""

from collections.abc import Callable

import fastexcel
from django.db import connection, transaction
from report import Table
from timing import Times, measure
from workbooks import Book, find

from vaksam.core.coverage import workbook
from vaksam.core.coverage.workbook import opening
from vaksam.coverage import actions, queries
from vaksam.coverage.models import Edition, Figure
from vaksam.coverage.queries.revisions import _sums

RUNS = 9
_NAMES = ("bare parse", "bare copy", "open", "read", "import")


def run() -> list[Table]:
    """Leaves the two editions imported."""
    source, books = find()
    newest = books[-1]
    names = actions.editions.area_names()
    times = {name: Times() for name in _NAMES}
    for number in range(RUNS + 1):
        _once(newest.touched(number), names, times)
    for found in times.values():
        del found.seconds[0]  # the first run warms up
    for book in books:
        actions.import_workbook(content=book.content, file_name=book.file_name, by=None)
    return [_table(times, source, len(newest.content)), _revisions(source)]


def _once(book: Book, names: workbook.AreaNames, times: dict[str, Times]) -> None:
    """Everything once, one after the other, so that all meet the same load."""
    times["bare parse"].add(lambda: _parse(book.content))
    times["open"].add(lambda: opening.read(book.content, book.file_name, lambda *_: None))
    times["read"].add(lambda: workbook.read(book.content, file_name=book.file_name, names=names))
    times["import"].add(
        lambda: actions.import_workbook(content=book.content, file_name=book.file_name, by=None)
    )
    times["bare copy"].add(_bare_copy())
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_bare")
        cursor.execute("DELETE FROM coverage_figure")
        cursor.execute("DELETE FROM coverage_sheet")
        cursor.execute("DELETE FROM coverage_edition")


def _parse(content: bytes) -> None:
    reader = fastexcel.read_excel(content)
    for name in reader.sheet_names:
        reader.load_sheet(name).to_polars()


def _bare_copy() -> Callable[[], None]:
    """The stored rows into a table without indexes or constraints; ready to be timed."""
    with connection.cursor() as cursor:
        with cursor.copy("COPY coverage_figure TO STDOUT (FORMAT csv)") as out:
            rows = b"".join(out)
        cursor.execute("CREATE TABLE bench_bare (LIKE coverage_figure)")

    def copy() -> None:
        into = "COPY bench_bare FROM STDIN (FORMAT csv)"
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(into) as copying:
            copying.write(rows)

    return copy


def _table(times: dict[str, Times], source: str, size: int) -> Table:
    median = {name: found.median for name, found in times.items()}
    parse, copy, whole = median["bare parse"], median["bare copy"], median["import"]
    rows = [
        ("bare parse: the same reader, every sheet", "bare parse", parse),
        ("bare COPY: the same rows, no index", "bare copy", copy),
        ("import: open and read cells", "open", median["open"]),
        ("import: check and define", None, median["read"] - median["open"]),
        ("import: store", None, whole - median["read"]),
        ("import", "import", whole),
    ]
    return Table(
        f"Import of the workbook ({source}, {size / 1e6:.1f} MB)",
        ("step", "median ms", "p95 ms", "× bare parse", "× bare COPY"),
        [
            (name, ms * 1e3, times[key].p95 * 1e3 if key else None, ms / parse, ms / copy)
            for name, key, ms in rows
        ],
        [
            f"{Figure.objects.count() // max(Edition.objects.count(), 1):,} figures an edition, "
            f"{RUNS} runs, aim: at most 3 × the bare parse.",
        ],
    )


def _revisions(source: str) -> Table:
    new, old, *_ = queries.editions()

    def compare() -> None:
        _sums.cache_clear()
        queries.revisions(old, new)

    compared = measure(compare, RUNS)
    kept = measure(lambda: queries.revisions(old, new), RUNS)
    found = queries.revisions(old, new)
    return Table(
        f"Revisions between two editions ({source})",
        ("query", "median ms", "p95 ms"),
        [
            ("sums, compared", compared.median * 1e3, compared.p95 * 1e3),
            ("sums, remembered", kept.median * 1e3, kept.p95 * 1e3),
        ],
        [f"{found.total('changed'):,} of {found.total('shared'):,} figures changed."],
    )
