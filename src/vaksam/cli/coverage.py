"""`vaksam coverage`: published figures, goals and what changed between editions."""

from datetime import date
from typing import Annotated

import typer

from vaksam.areas import queries as areas
from vaksam.cli import revisions as revised
from vaksam.cli.options import (
    AgeOption,
    DoseOption,
    EditionOption,
    LevelOption,
    RegionOption,
    Sex,
    SexOption,
    WeekOption,
    day_option,
)
from vaksam.cli.output import (
    Column,
    Format,
    FormatOption,
    emit,
    notes,
    plain,
    print_csv,
    print_json,
)
from vaksam.cli.phrases import dose_phrase, shown_lines
from vaksam.cli.standings import goal_row
from vaksam.core.errors import Refused
from vaksam.coverage import queries
from vaksam.programmes import queries as programmes

app = typer.Typer(add_completion=False, no_args_is_help=True)

AreaOption = Annotated[
    str, typer.Option("--area", help="A code: SE, a region such as 24, a municipality such as 2480")
]
_CELL = (
    Column("area", "Code"),
    Column("area_name", "Area"),
    Column("count", "Persons"),
    Column("share", "Share"),
    Column("population", "Population"),
)
_GOAL = (
    Column("name", "Goal"),
    Column("by_on", "By"),
    Column("share_wanted", "Wanted"),
    Column("share", "Now"),
    Column("standing", "Standing"),
)
_EDITION = (
    Column("edition_on", "Edition"),
    Column("file_name", "File"),
    Column("figure_count", "Figures"),
    Column("warnings", "Warnings"),
    Column("example", "Invented"),
    Column("imported_at", "Imported"),
)


@app.callback()
def coverage() -> None:
    """Show coverage: figures, goals, editions and revisions."""


@app.command()
def show(
    area: AreaOption,
    dose: DoseOption,
    week: WeekOption = None,
    age: AgeOption = None,
    sex: SexOption = Sex.TOTAL,
    edition: EditionOption = None,
    how: FormatOption = Format.TEXT,
) -> None:
    """Show one figure with what it is a share of and the edition it is from."""
    found = queries.show(area=area, doses=dose, week=week, age=age, sex=sex, edition_on=edition)
    whole = plain(found)
    if how is Format.CSV:
        denominator = whole.pop("denominator")
        print_csv([whole | {f"denominator_{key}": value for key, value in denominator.items()}])
        return
    if how is Format.JSON:
        print_json(whole)
        return
    for line in shown_lines(found):
        typer.echo(line)
    _mark(found.example, how)


@app.command()
def cut(
    level: LevelOption,
    dose: DoseOption,
    region: RegionOption = None,
    week: WeekOption = None,
    age: AgeOption = None,
    sex: SexOption = Sex.TOTAL,
    edition: EditionOption = None,
    how: FormatOption = Format.TEXT,
) -> None:
    """Show one choice for every area of a level."""
    source = queries.edition(edition)
    choice = queries.Choice(
        doses=dose, age=age or queries.default_age(source.id, level, dose) or "", sex=sex, week=week
    )
    if region:
        areas.find(region, kind="region")
    within = [place.code for place in areas.municipalities(region)] if region else None
    found = queries.cut(source.id, level, choice, areas=within)
    if found is None:
        raise Refused("not-published", "The edition has no such figures; try another age or dose.")
    queries.require_week(source, found, week)
    rows = [plain(cell) for cell in found.cells]
    about = {
        "edition_on": source.edition_on,
        "example": source.example,
        "week": found.week,
        "as_published": found.recipe.published,
        "denominator": queries.definition(found),
    }
    when = found.week or source.edition_on
    title = f"{dose_phrase(dose)}, ages {choice.age}, {when}"
    emit(how, title=title, rows=rows, columns=_CELL, payload=about | {"cells": rows})
    _mark(source.example, how)


@app.command()
def goals(
    area: AreaOption = "SE",
    week: WeekOption = None,
    edition: EditionOption = None,
    how: FormatOption = Format.TEXT,
) -> None:
    """Show an area against every goal: met when, or how far off and when at this pace.

    With --week as if it were the end of that week.
    """
    source = queries.edition(edition)
    place = areas.find(area)
    standings = queries.standings(
        source.id, place.kind, programmes.goals(), areas=[place.code], until=week
    )
    rows = [goal_row(standing) for standing in standings]
    emit(how, title=f"Goals, {place.short_name}", rows=rows, columns=_GOAL)
    _mark(source.example, how)


@app.command()
def editions(how: FormatOption = Format.TEXT) -> None:
    """List the editions, newest first."""
    found = queries.editions()
    keys = [column.key for column in _EDITION] + ["sha256", "imported_by"]
    rows = [{key: getattr(edition, key) for key in keys} for edition in found]
    emit(how, title="Editions", rows=rows, columns=_EDITION, payload=found)


@app.command()
def revisions(
    old: Annotated[date | None, day_option("--old", "Edition; else the second newest.")] = None,
    new: Annotated[date | None, day_option("--new", "Edition; else the newest.")] = None,
    how: FormatOption = Format.TEXT,
) -> None:
    """Show what changed between two editions, and how complete the last weeks turned out to be."""
    known = queries.editions()
    if len(known) < 2 and not (old and new):
        raise Refused("one-edition", "Two editions are needed; import another one first.")
    newer = queries.edition(new) if new else known[0]
    older = queries.edition(old) if old else _before(newer, known)
    revised.print_revisions(queries.revisions(older, newer), how)


def _before(newer: queries.EditionRef, known: list[queries.EditionRef]) -> queries.EditionRef:
    earlier = [each for each in known if each.edition_on < newer.edition_on]
    if not earlier:
        raise Refused("no-earlier", "There is no edition before {on}.", on=newer.edition_on)
    return earlier[0]


def _mark(example: bool, how: Format) -> None:
    """Invented figures are said to be so; in JSON and CSV by their own field."""
    if example and how is Format.TEXT:
        notes().print("[bold]Exempeldata:[/] these figures are invented.")
