"""Who is due: the whole country from one Parquet file to another, and one person."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import campaign
import polars as pl
from report import Table
from timing import measure

from vaksam.core.rules import Dose, Facts, decide, evaluate_file, words
from vaksam.core.rules.evaluation.answering import answered
from vaksam.core.rules.evaluation.cohabitants import COLUMNS, households
from vaksam.core.rules.evaluation.compiling import compiled

PERSONS = int(os.environ.get("BENCH_PERSONS", "10500000"))
_MOMENTS = ((date(2021, 4, 13), 0.2), (date(2021, 10, 13), 0.75))
_BATCH = 1 << 19


def run() -> list[Table]:
    with tempfile.TemporaryDirectory(prefix="vaksam-bench-") as folder:
        found = [_country(Path(folder), on, dosed) for on, dosed in _MOMENTS]
    return [_totals(found), _parts(found), _one()]


def _country(folder: Path, on: date, dosed: float) -> dict[str, float]:
    """In a process of its own, so that its memory is its own."""
    source = folder / f"{on}.parquet"
    campaign.write_facts(source, PERSONS, on=on, dosed=dosed)
    done = subprocess.run(
        [sys.executable, __file__, str(source), on.isoformat()],
        stdout=subprocess.PIPE, check=True, text=True,
    )  # fmt: skip
    source.unlink()
    return json.loads(done.stdout)


def _totals(found: list[dict[str, float]]) -> Table:
    rows = [
        (f"{on:%d %b %Y}, {dosed:.0%} with doses", one["whole"], PERSONS / one["whole"] / 1e6,
         one["peak"], one["copy"], one["whole"] / one["copy"], one["phases"])
        for (on, dosed), one in zip(_MOMENTS, found, strict=True)
    ]  # fmt: skip
    return Table(
        f"Who is due: {PERSONS:,} persons, Parquet to Parquet",
        ("on", "s", "million persons/s", "peak MB", "bare copy s", "ratio", "four phases s"),
        rows,
        [f"{len(campaign.rules().rules)} rules. “Bare copy” reads the file and writes as many rows"
         " of the answer's columns. “Four phases” is a bare Polars expression on age and groups."],
    )  # fmt: skip


def _parts(found: list[dict[str, float]]) -> Table:
    names = ("read", "households", "answers", "write")
    rows = [(f"{on:%d %b %Y}", *(one[name] for name in names))
            for (on, _), one in zip(_MOMENTS, found, strict=True)]  # fmt: skip
    return Table(
        "Where the time goes, CPU seconds of each part alone",
        ("on", *names),
        rows,
        ["Parts run side by side on all cores in the whole; alone and one after the other here."],
    )


def _one() -> Table:
    rules, on = campaign.rules(), date(2021, 4, 13)
    other = Facts(date(1950, 1, 1), "24")
    facts = Facts(
        date(1953, 3, 2), "24", groups=frozenset({"home_care"}), household=(other,),
        doses=(Dose(date(2021, 3, 10), "comirnaty"),),
    )  # fmt: skip
    calls: tuple[tuple[str, Callable[[], object]], ...] = (
        ("decide", lambda: decide(facts, rules, on=on)),
        ("words", lambda: words(decide(facts, rules, on=on), rules, language="sv")),
        ("rules made ready for a new day", lambda: compiled.__wrapped__(rules, on)),
    )
    times = [(name, measure(call, 200)) for name, call in calls]
    rows = [(name, each.median * 1e3, each.p95 * 1e3) for name, each in times]
    notes = ["With one dose and one other person in the household. “Words” decides first."]
    return Table("One person", ("", "median ms", "p95 ms"), rows, notes)


def _measured(source: Path, on: date) -> dict[str, float]:
    rules, target = campaign.rules(), source.with_suffix(".out")
    whole = measure(lambda: evaluate_file(source, target, rules, on=on), 3, at_most=60).median
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    answers = pl.read_parquet(target)

    def copy() -> None:
        pl.read_parquet(source)
        answers.write_parquet(target, compression="lz4")

    found = {"whole": whole, "peak": peak, "copy": measure(copy, 3).median}
    return found | _cpu(source, target, on) | {"phases": measure(lambda: _phases(source), 3).median}


def _cpu(source: Path, target: Path, on: date) -> dict[str, float]:
    ready = compiled(campaign.rules(), on)
    seconds: dict[str, float] = {}

    def part(name: str, call: Callable[[], object]) -> object:
        began = time.process_time()
        result = call()
        seconds[name] = time.process_time() - began
        return result

    facts = pl.read_parquet(source)
    part("read", lambda: (pl.read_parquet(source), pl.read_parquet(source, columns=COLUMNS)))
    homes = part("households", lambda: households(facts, ready))
    answers = part("answers", lambda: [
        answered(facts[first : first + _BATCH], ready,
                 (homes[0][first : first + _BATCH], homes[1]))
        for first in range(0, facts.height, _BATCH)
    ])  # fmt: skip
    whole = pl.concat(answers)
    part("write", lambda: whole.write_parquet(target, compression="lz4"))
    target.unlink()
    return seconds


def _phases(source: Path) -> pl.DataFrame:
    """A bare expression, for comparison: nothing but a phase by age and groups."""
    born, member = pl.col("born_on"), pl.col("groups")
    phase = (
        pl.when(member & 0b111 != 0).then(1)
        .when(born <= date(1956, 4, 13)).then(2)
        .when(born <= date(1961, 4, 13)).then(3)
        .when(born <= date(2003, 4, 13)).then(4)
    )  # fmt: skip
    return pl.scan_parquet(source).select(phase.cast(pl.UInt8)).collect()


if __name__ == "__main__":
    print(json.dumps(_measured(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]))))
