"""From one Parquet file to another, batch by batch on every core."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import date
from os import cpu_count
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from vaksam.core.rules.evaluation.answering import answered
from vaksam.core.rules.evaluation.cohabitants import COLUMNS, households
from vaksam.core.rules.evaluation.compiling import Compiled, compiled
from vaksam.core.rules.in_force import RuleSet

BATCH = 1 << 19  # persons


def evaluate_file(source: Path, target: Path, rules: RuleSet, *, on: date) -> int:
    """`evaluate` from a Parquet file to a Parquet file; how many persons they were.

    The file is read twice: first whom each household brings along is settled, and then persons
    are answered in batches. Beside a few batches, memory holds four bytes a person.
    """
    ready, facts = compiled(rules, on), pl.scan_parquet(source)
    schema = answered(facts.head(0).collect(), ready, None).schema
    rows = int(facts.select(pl.len()).collect().item())
    with ThreadPoolExecutor(cpu_count()) as workers:
        batches = _batches(facts, rows, ready, workers)
        answers = register_io_source(lambda *_: batches, schema=schema, is_pure=False)
        answers.sink_parquet(target, compression="lz4", row_group_size=BATCH)
    return rows


def _batches(
    facts: pl.LazyFrame, rows: int, ready: Compiled, workers: Executor
) -> Iterator[pl.DataFrame]:
    homes = None
    if ready.cohabitants:
        homes = households(facts.select(COLUMNS).collect(), ready, workers)

    def answer(first: int) -> pl.DataFrame:
        batch = slice(first, first + BATCH)
        here = (homes[0][batch], homes[1]) if homes else None
        return answered(facts.slice(first, BATCH).collect(), ready, here)

    return _ahead(answer, range(0, rows, BATCH), workers)


def _ahead(
    work: Callable[[int], pl.DataFrame], items: range, workers: Executor
) -> Iterator[pl.DataFrame]:
    """Results in order, with some batches under way and no more."""
    under_way: deque[Future[pl.DataFrame]] = deque()
    for item in items:
        under_way.append(workers.submit(work, item))
        if len(under_way) > 3:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()
