"""`vaksam supply`: stock at any moment, alerts, plans of who gets what, and the weeks ahead."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from vaksam.base import clock
from vaksam.cli.output import Column, Format, FormatOption, emit, plain
from vaksam.cli.rules import text_of
from vaksam.core.supply.allocate import Weights
from vaksam.replanning import ahead as weeks_ahead
from vaksam.replanning import sharing
from vaksam.replanning.sharing import Choices
from vaksam.supply import queries

app = typer.Typer(
    add_completion=False, no_args_is_help=True,
    help="Stock, alerts, allocation and the weeks ahead.",
)  # fmt: skip

_SENT = ("place", "product", "period", "vials")
RegionOption = Annotated[str, typer.Option("--region", help="The region's code, as 24.")]


@app.command()
def stock(
    region: RegionOption,
    at: Annotated[
        datetime | None, typer.Option("--at", help="A past moment, Swedish time.")
    ] = None,
    how: FormatOption = Format.TEXT,
) -> None:  # fmt: skip
    """What is held, by venue, product, lot and state, now or at a past moment."""
    moment = at.replace(tzinfo=clock.SWEDEN) if at else None
    rows = [
        {
            "venue": each.venue_name, "product": each.product, "lot": each.lot_number,
            "state": each.state, "until": plain(each.until), "vials": each.vials,
            "doses": each.doses, "block": each.block,
        }
        for each in queries.stock(venues_in=[region], at=moment)
    ]  # fmt: skip
    columns = tuple(Column(key, key.capitalize()) for key in (
        "venue", "product", "lot", "state", "until", "vials", "doses", "block"))  # fmt: skip
    emit(how, title="Stock", rows=rows, columns=columns, payload=rows)


@app.command()
def alerts(region: RegionOption, how: FormatOption = Format.TEXT) -> None:
    """What wants doing, with its owner."""
    rows = [
        {"kind": each.kind, "venue": each.venue_name, "opened_at": plain(each.opened_at),
         "owner": each.owner, "values": each.values}
        for each in queries.alerts(regions=[region])
    ]  # fmt: skip
    columns = (Column("kind", "Kind"), Column("venue", "Venue"), Column("opened_at", "Since"),
               Column("owner", "Owner"))  # fmt: skip
    emit(how, title="Alerts", rows=rows, columns=columns, payload=rows)


@app.command()
def share(
    region: RegionOption,
    name: Annotated[str, typer.Option("--name", help="What the plan is called.")],
    weeks: Annotated[int, typer.Option("--weeks", help="1 to 12.")] = 4,
    package: Annotated[int, typer.Option("--package", help="Vials never parted.")] = 1,
    due: Annotated[float, typer.Option(help="Weight of who is due, by phase, 0 to 10.")] = 5,
    early: Annotated[float, typer.Option(help="Weight of doses in time.")] = 3,
    equal: Annotated[float, typer.Option(help="Weight of equal coverage.")] = 1,
    least: Annotated[float, typer.Option(help="Weight of the least covered.")] = 0,
    population: Annotated[float, typer.Option(help="Weight of the plain rule.")] = 0,
    how: FormatOption = Format.TEXT,
) -> None:
    """Make a plan of who gets which doses; it is kept beside the others."""
    weights = Weights(population=population, due=due, equal=equal, least=least, early=early)
    choices = Choices(name=name, weeks=weeks, package=package, weights=weights)
    made = queries.allocation(sharing.allocate(region=region, choices=choices, by=None))
    columns = tuple(Column(key, key.capitalize()) for key in _SENT)
    payload = {"id": made.id, "name": made.name} | made.answer
    emit(how, title=made.name, rows=made.answer["sent"], columns=columns, payload=payload)


@app.command()
def ahead(
    region: RegionOption,
    scenarios: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[SCENARIO]…", exists=True, dir_okay=False, readable=True),
    ] = None,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=52)] = 12,
    how: FormatOption = Format.TEXT,
) -> None:
    """Doses needed, given, short, left over and expiring; as planned and in scenarios (TOML)."""
    texts = [text_of(each) for each in scenarios or []]
    rows = [
        {"scenario": name or "as planned", **row}
        for name, fan in weeks_ahead.fans(region, texts, weeks=weeks)
        for row in fan.totals.iter_rows(named=True)
    ]
    keys = ("scenario", "quantity", "p5", "p25", "p50", "p75", "p95")
    columns = tuple(Column(key, key.capitalize()) for key in keys)
    rounded = [
        {key: round(value) if isinstance(value, float) else value for key, value in row.items()}
        for row in rows
    ]
    emit(how, title="Weeks ahead, doses", rows=rounded, columns=columns, payload=rounded)
