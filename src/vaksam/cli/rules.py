"""`vaksam rules`: directive files checked, rules in force, and what they mean for a person."""

from pathlib import Path
from typing import Annotated, Any

import typer

from vaksam.base import clock
from vaksam.cli.explain import (
    KnownOption,
    OnOption,
    ProgrammeOption,
    RegionOption,
    explain,
    region_code,
)
from vaksam.cli.output import Column, Format, FormatOption, emit, print_json
from vaksam.core.errors import NotFound
from vaksam.core.rules import files
from vaksam.core.rules.definition import Rule
from vaksam.core.rules.in_force import holds
from vaksam.programmes import actions, queries

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Directives: check files, see what is in force, explain.",
)
app.command()(explain)

PathsArgument = Annotated[
    list[Path], typer.Argument(metavar="FILE|FOLDER…", exists=True, readable=True)
]
_NAMES = {kind: name for name, kind in files.KINDS.items()}
_RULES = (
    Column("code", "Rule"), Column("kind", "Kind"), Column("title", "Title"),
    Column("region", "Region"), Column("effective_from", "From"), Column("effective_to", "To"),
    Column("directive", "Directive"),
)  # fmt: skip


@app.command()
def check(paths: PathsArgument, how: FormatOption = Format.TEXT) -> None:
    """Check directive files, alone and together with all that are approved; nothing is kept.

    Every fault is told at once. What is odd and yet may be is told as a warning.
    """
    read = directive_files(paths)
    warnings = [str(fault) for fault in actions.check_directives(files=read)]
    if how is Format.JSON:
        print_json({"files": len(read), "warnings": warnings})
        return
    for warning in warnings:
        typer.echo(f"Look at this: {warning}")
    typer.echo(f"{len(read)} {'file' if len(read) == 1 else 'files'}, no faults.")


@app.command("list")
def list_rules(
    on: OnOption = None,
    known_at: KnownOption = None,
    region: RegionOption = None,
    programme: ProgrammeOption = None,
    how: FormatOption = Format.TEXT,
) -> None:
    """List the rules in force on a day: all, or the country's and those of one region."""
    day = on or clock.today()
    code = queries.asked(programme, on=day)
    rules = queries.rules(code, known_at=known_at or queries.known_then(day)).rules
    wanted = {"", region_code(region)} if region else {rule.region for rule in rules}
    rows = [_row(rule) for rule in rules if holds(rule, day) and rule.region in wanted]
    emit(how, title=f"Rules in force on {day}, {code}", rows=rows, columns=_RULES)


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="The directive's code.")],
    known_at: KnownOption = None,
) -> None:
    """Print a directive's newest version as the file it can be loaded from."""
    queries.directive(code)  # NotFound names the nearest
    moment = known_at or clock.now()
    for version in queries.versions(code):
        if version.state == "approved" and version.announced_at <= moment:
            typer.echo(files.to_toml(version.body), nl=False)
            return
    message = "No version of {code} was announced by {at}."
    raise NotFound("not-announced", message, code=code, at=moment.isoformat(timespec="minutes"))


@app.command()
def schema() -> None:
    """Print the JSON schema of directive files."""
    print_json(files.schema())


def directive_files(paths: list[Path]) -> list[tuple[str, str]]:
    """Name and text of each file; of a folder, of every .toml file in it."""
    found = [each for path in paths for each in _within(path)]
    if not found:
        raise typer.BadParameter("there is no .toml file there")
    return [(each.name, text_of(each)) for each in found]


def text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{file} is not text in UTF-8") from None


def _within(path: Path) -> list[Path]:
    return sorted(path.glob("*.toml")) if path.is_dir() else [path]


def _row(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "kind": _NAMES[type(rule)],
        "title": rule.title_en,
        "region": rule.region,
        "effective_from": rule.effective_from,
        "effective_to": rule.effective_to,
        "directive": rule.directive,
        "source": rule.source.document,
    }
