"""How long a people file takes to import, beside merely checking it and merely storing its rows."""

import os
from collections.abc import Callable
from datetime import date

from django.db import connection, transaction
from report import Table
from timing import Times

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.cli import demo_people
from vaksam.core import people_file, synthetic
from vaksam.people import actions

PERSONS = int(os.environ.get("BENCH_PEOPLE", "100000"))
RESIDENTS = 273_100  # of the synthetic region at full size
ON = date(2021, 4, 13)
RUNS = 3


def run() -> list[Table]:
    """Leaves nobody behind."""
    content = file()
    times = {name: Times() for name in ("bare copy", "read and check", "import", "again")}
    for _ in range(RUNS):
        times["bare copy"].add(_bare_copy(content))
        times["read and check"].add(lambda: _check(content))
        times["import"].add(lambda: _import(content))
        times["again"].add(lambda: _import(content))
        forget()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_people")
    return [_table(times, len(content))]


def file() -> bytes:
    """A synthetic region of so many people, as the population register would send it."""
    spec = demo_people._spec(ON, PERSONS / RESIDENTS, calibrate=False)
    return synthetic.build(spec).people.write_csv().encode()


def forget() -> None:
    """Everybody, and what is known of them."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE people_person, people_household, people_peopleimport CASCADE")


def _import(content: bytes) -> None:
    actions.import_people(content=content, file_name="people.csv", issuer="bench", by=None)


def _check(content: bytes) -> None:
    checked = people_file.check(
        people_file.read(content, file_name="people.csv"),
        on=clock.today(),
        municipalities={each.code: each.region_code for each in areas.municipalities()},
        regions=[each.code for each in areas.regions()],
        small_areas=[],
        issuer="bench",
    )
    assert not checked.wrong


def _bare_copy(content: bytes) -> Callable[[], None]:
    """The file as it is into a table of text without indexes; ready to be timed."""
    header = content.partition(b"\n")[0].decode()
    columns = ", ".join(f"{name} text" for name in header.split(","))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_people ({columns})")

    def copy() -> None:
        into = "COPY bench_people FROM STDIN (FORMAT csv, HEADER)"
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(into) as copying:
            copying.write(content)

    return copy


def _table(times: dict[str, Times], size: int) -> Table:
    copy = times["bare copy"].median
    rows = [
        (name, found.median, PERSONS / found.median, found.median / copy)
        for name, found in times.items()
    ]
    return Table(
        f"Import of {PERSONS:,} people ({size / 1e6:.0f} MB of CSV)",
        ("step", "median s", "rows/s", "× bare COPY"),
        rows,
        [
            "“Bare COPY”: the same file into a table of text without an index. “Again”: the same"
            f" people once more, so that nothing is written. {RUNS} runs."
        ],
    )
