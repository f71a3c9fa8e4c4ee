"""Run the benchmarks: `python bench/run.py [--only NAME …] [--json FILE]`. See bench/README.md."""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import home
from report import Table, Value, show, write_json
from rich.console import Console

NAMES = (
    "import", "pages", "served", "drawing", "statistic", "eligibility", "synthetic", "people",
    "supply", "allocation", "booking", "clinic", "register", "rounds", "replanning", "changes",
    "letters", "refresh",
)  # fmt: skip


def main() -> None:
    asked = _arguments()
    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    began = time.perf_counter()
    tables: list[Table] = []
    with home.vaksam():
        about = home.machine()
        console.print(_told(about), highlight=False, style="dim")
        for table in _tables(set(asked.only or NAMES), console):
            show(table, console)
            tables.append(table)
    if asked.json:
        write_json(asked.json, about, tables)
    console.print(f"{time.perf_counter() - began:.0f} s in all.", style="dim")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure Vaksam.")
    parser.add_argument("--only", nargs="+", choices=NAMES, help="some of the benchmarks")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    return parser.parse_args()


def _tables(wanted: set[str], console: Console) -> Iterator[Table]:
    """Benchmarks are imported here, once Django is ready."""
    if "import" in wanted:
        import imports

        yield from imports.run()
    if wanted & {"pages", "served", "drawing"}:
        figures = _fill(console)
    if "pages" in wanted:
        import pages
        import statements

        found = pages.run()
        yield pages.table(found, figures)
        yield from statements.run(found)
    for name, run in _rest():
        if name in wanted:
            yield from run()


def _rest() -> Iterator[tuple[str, Callable[[], list[Table]]]]:
    import allocation
    import booking
    import changes
    import clinic
    import drawing
    import eligibility
    import letters
    import people
    import refresh
    import register
    import rounds
    import served
    import statistic
    import supply
    import synthetic

    yield "served", served.run
    yield "drawing", drawing.run
    yield "statistic", statistic.run
    yield "eligibility", eligibility.run
    yield "synthetic", synthetic.run
    yield "people", people.run
    yield "supply", supply.run
    yield "allocation", allocation.run
    yield "booking", booking.run
    yield "clinic", clinic.run
    yield "register", register.run
    yield "rounds", rounds.run
    yield "replanning", _replanning
    yield "changes", changes.run
    yield "letters", letters.run
    yield "refresh", refresh.run  # last, since it moves the clock


def _replanning() -> list[Table]:
    import replanning_apply
    import replanning_core

    from vaksam.programmes import actions

    actions.seed_programmes()
    return [*replanning_core.run(), *replanning_apply.run()]


def _fill(console: Console) -> int:
    import filling

    began = time.perf_counter()
    figures = filling.fill()
    seconds = time.perf_counter() - began
    console.print(f"Filled with {figures:,} figures in {seconds:.0f} s.\n", style="dim")
    return figures


def _told(about: dict[str, Value]) -> str:
    return " · ".join(f"{name}: {value}" for name, value in about.items()) + "\n"


if __name__ == "__main__":
    main()
