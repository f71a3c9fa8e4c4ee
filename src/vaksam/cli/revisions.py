"""What `vaksam coverage revisions` prints: changes in all, by sheet, week and region."""

from collections.abc import Callable, Iterable
from typing import Any

import typer

from vaksam.cli.output import Column, Format, plain, print_csv, print_json, print_table
from vaksam.coverage.queries import Revision, Revisions

LAST_WEEKS = 8  # in the terminal; JSON and CSV have all
_COUNTS = ("shared", "changed", "added", "removed")
_COLUMNS = tuple(Column(name, name.capitalize()) for name in _COUNTS)
_COMPLETE = (Column("completeness", "Complete then"),)


def print_revisions(found: Revisions, how: Format) -> None:
    summary = summarise(found)
    if how is Format.JSON:
        print_json(summary)
    elif how is Format.CSV:
        print_csv([_detail(row) for row in found.rows])
    else:
        _print_text(summary)


def summarise(found: Revisions) -> dict[str, Any]:
    """Totals, and sums by sheet, by week and by area.

    `completeness` is the share of the newer count of people with a dose, over the figures that
    both editions have, that stood in the older edition.
    """
    dated = [row for row in found.rows if row.week]
    return {
        "old": found.old.edition_on,
        "new": found.new.edition_on,
        **{name: found.total(name) for name in _COUNTS},
        "sheets": _by(found.rows, lambda row: {"sheet": row.sheet_title}),
        "weeks": [
            group | {"completeness": _completeness(rows)}
            for group, rows in _grouped(dated, lambda row: {"week": str(row.week)})
        ],
        "areas": _by(found.rows, lambda row: {"area": row.area, "area_name": row.area_name}),
    }


Key = Callable[[Revision], dict[str, Any]]


def _by(rows: Iterable[Revision], key: Key) -> list[dict[str, Any]]:
    return [group for group, _ in _grouped(rows, key)]


def _grouped(rows: Iterable[Revision], key: Key) -> list[tuple[dict[str, Any], list[Revision]]]:
    groups: dict[tuple[Any, ...], list[Revision]] = {}
    for row in rows:
        groups.setdefault(tuple(key(row).values()), []).append(row)
    return [
        (key(group[0]) | {name: sum(getattr(r, name) for r in group) for name in _COUNTS}, group)
        for _, group in sorted(groups.items(), key=lambda item: item[0] if len(item[0]) > 1 else ())
    ]


def _completeness(rows: Iterable[Revision]) -> float | None:
    counted = [row for row in rows if row.doses]
    new = sum(row.new_count for row in counted)
    return sum(row.old_count for row in counted) / new if new else None


def _detail(row: Revision) -> dict[str, Any]:
    whole: dict[str, Any] = plain(row)
    return whole | {"completeness": row.completeness}


def _print_text(summary: dict[str, Any]) -> None:
    typer.echo(
        f"From the edition of {summary['old']} to that of {summary['new']}: "
        f"{summary['changed']:,} of {summary['shared']:,} figures changed, "
        f"{summary['added']:,} are new and {summary['removed']:,} are gone."
    )
    print_table("By sheet", summary["sheets"], (Column("sheet", "Sheet"), *_COLUMNS))
    last = summary["weeks"][-LAST_WEEKS:]
    title = f"By week, the last {len(last)}"
    print_table(title, last, (Column("week", "Week"), *_COLUMNS, *_COMPLETE))
    regions = [area for area in summary["areas"] if len(area["area"]) == 2]
    columns = (Column("area", "Code"), Column("area_name", "Area"), *_COLUMNS)
    print_table("By region", regions, columns)
