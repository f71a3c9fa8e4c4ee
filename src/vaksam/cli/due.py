"""`vaksam due`: how many are due, and working everyone out anew."""

from typing import Annotated

import typer

from vaksam.base import clock
from vaksam.cli.output import Column, Format, FormatOption, emit
from vaksam.core.errors import NotFound
from vaksam.eligibility import actions, queries
from vaksam.eligibility.queries import Dimension
from vaksam.people import queries as people
from vaksam.programmes import queries as programmes

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Who is due: counts, and working them out."
)

ProgrammeOption = Annotated[
    str | None, typer.Option("--programme", help="Its code; else the one that runs today.")
]
RegionOption = Annotated[
    str | None, typer.Option("--region", help="The region's code; else every region with people.")
]
_COUNTS = (
    Column("level", "Level"), Column("status", "Status"), Column("persons", "Persons"),
)  # fmt: skip
_REFRESHED = (
    Column("programme", "Programme"), Column("region_code", "Region"), Column("persons", "Persons"),
    Column("changed", "Changed"), Column("removed", "Removed"),
)  # fmt: skip


@app.command()
def count(
    by: Annotated[Dimension, typer.Option("--by", help="What to divide by.")] = Dimension.PHASE,
    programme: ProgrammeOption = None,
    region: RegionOption = None,
    how: FormatOption = Format.TEXT,
) -> None:
    """Count persons by level and status, as stored."""
    found = queries.count(_programme(programme), regions=_regions(region), by=by, on=clock.today())
    rows = [
        {"level": cell.level, "status": cell.status, "persons": cell.persons}
        for cell in found.cells
    ]
    emit(how, title="Persons by status", rows=rows, columns=_COUNTS)


@app.command()
def refresh(
    programme: ProgrammeOption = None,
    region: RegionOption = None,
    how: FormatOption = Format.TEXT,
) -> None:
    """Work everyone out anew now; only rows that changed are written."""
    code = _programme(programme)
    done = [actions.refresh_region(programme=code, region_code=each) for each in _regions(region)]
    rows = [
        {
            "programme": each.programme, "region_code": each.region_code, "on": each.on,
            "persons": each.persons, "changed": each.changed, "removed": each.removed,
        }
        for each in done
    ]  # fmt: skip
    emit(how, title="Refreshed", rows=rows, columns=_REFRESHED)


def _programme(asked: str | None) -> str:
    if asked:
        return programmes.programme(asked).code
    running = programmes.running(on=clock.today())
    if not running:
        raise NotFound("no-programme", "No programme runs today. Name one with --programme.")
    return running[0]


def _regions(asked: str | None) -> list[str]:
    known = people.regions()
    if asked and asked not in known:
        raise NotFound("nobody-there", "Nobody is known in region {code}.", code=asked)
    return [asked] if asked else known
