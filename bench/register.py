"""How long the queue to the national register takes, beside merely copying the doses out."""

import os
import tempfile
from datetime import date
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db import connection
from report import Table
from timing import Times

from vaksam.base import clock
from vaksam.core.exchange import nvr
from vaksam.exchange import actions

DOSES = int(os.environ.get("BENCH_DOSES", "100000"))
RUNS = 3
_PEOPLE = """
INSERT INTO people_person (region_code, given_name, family_name, born_on, born_year, sex,
    protection, municipality_code, street, postcode, city, residence, language, interpreter,
    extra_time, travel_help, home_visit)
SELECT '24', 'A', 'B', date '1950-01-01' + n %% 15000, extract(year from date '1950-01-01' + n
    %% 15000), 0, '', '2480', '', '', '', 'own_home', '', false, false, false, false
FROM generate_series(1, %(doses)s) n"""
_DOSES = """
INSERT INTO records_vaccination (person_id, product_id, product_name, given_on, country, lot,
    dose_number, site, vaccinator_name, vouched_by, version, why, withdrawn_why, source,
    registered_at)
SELECT id, 'comirnaty', '', date '2021-01-04' + (id %% 90)::int, 'SE', 'LOT' || id %% 400, 1, '',
    '', '', 1, '', '', 'venue', now() FROM people_person"""
_PLAIN = """COPY (SELECT v.id, i.value, v.given_on, v.product_id, v.lot, v.dose_number
    FROM records_vaccination v JOIN people_identity i ON i.person_id = v.person_id)
    TO STDOUT (FORMAT csv)"""


def run() -> list[Table]:
    """Leaves nothing behind."""
    _fill()
    times = {name: Times() for name in (
        "plain COPY out", "collect, all new", "collect, nothing new", "send", "receive",
    )}  # fmt: skip
    told = settings.VAKSAM_REGISTER_FOLDER
    with tempfile.TemporaryDirectory() as folder:
        settings.VAKSAM_REGISTER_FOLDER = folder
        for _ in range(RUNS):
            _run(times, Path(folder))
    settings.VAKSAM_REGISTER_FOLDER = told
    _empty("exchange_entry, exchange_registerfile, exchange_registerreceipt, people_person")
    return [_table(times)]


def _run(times: dict[str, Times], folder: Path) -> None:
    times["plain COPY out"].add(_plain)
    assert times["collect, all new"].add(actions.collect) == DOSES
    _vacuum()
    assert times["collect, nothing new"].add(actions.collect) == 0
    times["send"].add(lambda: actions.send(region="24", by=None))
    receipts = [_receipt(path) for path in sorted(folder.glob("*.csv"))]
    times["receive"].add(lambda: [actions.receive(content=content, file_name="r", by=None)
                                  for content in receipts])  # fmt: skip
    for path in folder.glob("*.csv"):
        path.unlink()
    _empty("exchange_entry, exchange_registerfile, exchange_registerreceipt")


def _fill() -> None:
    from vaksam.programmes import actions as programmes

    programmes.seed_programmes()
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"doses": DOSES})
        cursor.execute("SELECT id, born_on FROM people_person")
        persons = cursor.fetchall()
        with cursor.copy("COPY people_identity (person_id, kind, issuer, value) FROM STDIN") as to:
            for n, (person, born) in enumerate(persons):
                to.write_row((person, "personal_number", "", _number(born, n)))
        cursor.execute(_DOSES, {})
    _vacuum()


def _number(born: date, n: int) -> str:
    """Nobody's: the serial counts through all."""
    digits = f"{born:%y%m%d}{n // 15000 * 7 + 1:03}"
    doubled = (int(d) * (2 - place % 2) for place, d in enumerate(digits))
    return f"{born:%Y}{digits[2:]}{-sum(d - 9 * (d > 9) for d in doubled) % 10}"


def _plain() -> None:
    with connection.cursor() as cursor, cursor.copy(_PLAIN) as stream:
        assert sum(len(part) for part in stream)


def _receipt(path: Path) -> bytes:
    rows = nvr.read(path.read_bytes()).rows
    answers = rows.select("transaction_id", answer=pl.lit("accepted"), code=pl.lit(""),
                          text=pl.lit(""))  # fmt: skip
    return nvr.write_receipt("24", path.name, answers)


def _vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE records_vaccination, people_person, people_identity,"
                       " exchange_entry")  # fmt: skip


def _empty(tables: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")


def _table(times: dict[str, Times]) -> Table:
    plain = times["plain COPY out"].median
    rows = [[name, found.median, DOSES / found.median, found.median / plain]
            for name, found in times.items()]  # fmt: skip
    return Table(
        f"The national register: {DOSES:,} doses, median of {RUNS}",
        ["step", "seconds", "rows/s", "times a plain COPY"], rows,
        notes=[f"On {clock.today()}; send checks every value and writes the files to the disk."],
    )  # fmt: skip
