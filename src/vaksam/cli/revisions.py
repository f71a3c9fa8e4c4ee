"""What `vaksam coverage revisions` prints: changes in all, by sheet, week and area."""

from dataclasses import asdict
from typing import Any

import typer

from vaksam.areas import queries as areas
from vaksam.cli.output import Column, Format, plain, print_csv, print_json, print_table
from vaksam.coverage.queries import Revisions

LAST_WEEKS = 8  # in the terminal; JSON and CSV have all
_COUNTS = ("shared", "changed", "added", "removed")
_COLUMNS = tuple(Column(name, name.capitalize()) for name in _COUNTS)


def print_revisions(found: Revisions, how: Format) -> None:
    if how is Format.JSON:
        print_json(summarise(found))
    elif how is Format.CSV:
        print_csv([plain(row) for row in found.rows])
    else:
        _print_text(summarise(found))


def summarise(found: Revisions) -> dict[str, Any]:
    """Totals; sums by sheet, by week of the series and by area; completeness by week and dose.

    `completeness` is the older edition's count of a week's own persons as a share of the newer
    one's, for Sweden.
    """
    names = {code: area.short_name for code, area in areas.by_code().items()}
    sums = found.by_area()
    return {
        "old": found.old.edition_on,
        "new": found.new.edition_on,
        **{name: found.total(name) for name in _COUNTS},
        "sheets": [{"sheet": title} | asdict(one) for title, one in found.by_sheet.items()],
        "weeks": [{"week": str(week)} | asdict(one) for week, one in found.by_week().items()],
        "areas": [
            {"area": code, "area_name": name} | asdict(sums[code])
            for code, name in names.items()
            if code in sums
        ],
        "completeness": [
            {"week": str(week), "doses": doses, "share": share}
            for (week, doses), share in found.completeness().items()
        ],
    }


def _print_text(summary: dict[str, Any]) -> None:
    typer.echo(
        f"From the edition of {summary['old']} to that of {summary['new']}: "
        f"{summary['changed']:,} of {summary['shared']:,} figures changed, "
        f"{summary['added']:,} are new and {summary['removed']:,} are gone."
    )
    print_table("By sheet", summary["sheets"], (Column("sheet", "Sheet"), *_COLUMNS))
    last = summary["weeks"][-LAST_WEEKS:]
    print_table(f"By week, the last {len(last)}", last, (Column("week", "Week"), *_COLUMNS))
    regions = [area for area in summary["areas"] if len(area["area"]) == 2]
    columns = (Column("area", "Code"), Column("area_name", "Area"), *_COLUMNS)
    print_table("By region", regions, columns)
    _print_completeness(summary["completeness"])


def _print_completeness(found: list[dict[str, Any]]) -> None:
    """A row a week and a column a dose, the last weeks."""
    weeks = sorted({one["week"] for one in found})[-LAST_WEEKS:]
    rows = [
        {"week": week} | {str(one["doses"]): one["share"] for one in found if one["week"] == week}
        for week in weeks
    ]
    doses = sorted({one["doses"] for one in found})
    columns = (Column("week", "Week"), *(Column(str(n), f"Dose {n}") for n in doses))
    print_table("How much of the week was registered then, Sweden", rows, columns)
