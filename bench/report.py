"""What a benchmark found, as tables for the terminal and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain values; the columns' names say the units."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]
    notes: Sequence[str] = field(default=())


def show(table: Table, console: Console) -> None:
    drawn = RichTable(title=table.title, title_justify="left", title_style="bold")
    for number, name in enumerate(table.columns):
        drawn.add_column(name, justify="right" if number else "left")
    for row in table.rows:
        drawn.add_row(*(_text(value) for value in row))
    console.print(drawn)
    for note in table.notes:
        console.print(f"  {note}", style="dim", highlight=False)
    console.print()


def write_json(path: Path, machine: dict[str, Value], tables: Sequence[Table]) -> None:
    found = {"machine": machine, "tables": [asdict(table) for table in tables]}
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _text(value: Value) -> str:
    if value is None:
        return "–"
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else value
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
