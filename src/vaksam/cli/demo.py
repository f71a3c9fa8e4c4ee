"""`vaksam demo`: a server that anyone can sign in to and look around in."""

from pathlib import Path
from typing import Annotated

import typer

from vaksam.cli.serve import HostOption, NoWorkerOption, PortOption, WorkersOption, run

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    host: HostOption = "127.0.0.1",
    port: PortOption = None,
    workers: WorkersOption = None,
    no_worker: NoWorkerOption = False,
    data: Annotated[
        Path | None,
        typer.Option("--data", envvar="VAKSAM_DATA", help="A folder of official workbooks."),
    ] = None,
    official: Annotated[
        bool, typer.Option("--official", help="Import the workbooks of --data without asking.")
    ] = False,
    scenario: Annotated[
        str,
        typer.Option(
            "--scenario",
            help="friday-2021, january-2021, pause-2021, april-2021, "
            "september-2021, stop-2021 or autumn-2023.",
        ),
    ] = "april-2021",
    scale: Annotated[
        float, typer.Option("--scale", min=0.01, max=1, help="Of the region's residents.")
    ] = 0.1,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Match coverage to the official figures imported.")
    ] = False,
) -> None:
    """Serve, with sign-ins for every role, and a region that does not exist.

    The first start makes Västerbotten's people, lists, doses and directives as of a moment in the
    official reviews; later ones leave them as they are. Without official figures there are
    invented ones, marked as such on every page. Workbooks in the folder --data are offered.
    """
    prepare = ["--demo", "--scenario", scenario, "--scale", str(scale)]
    if calibrate:
        prepare += ["--calibrate"]
    if data:
        prepare += ["--data", str(data)]
    if official:
        prepare += ["--official"]
    run(host, port, workers, jobs=not no_worker, prepare=prepare, announce=_announce)


def _announce(address: str) -> None:
    from django.utils import translation
    from rich.table import Table

    from vaksam.base import clock
    from vaksam.cli.demo_booking import resident
    from vaksam.cli.demo_data import ACCOUNTS, password
    from vaksam.cli.output import out

    table = Table("User", "Role", "Region", title="Sign in as", title_justify="left")
    with translation.override("en"):  # the language is a thread's own, and this is another
        for account in ACCOUNTS:
            table.add_row(account.username, str(account.role.label), account.region_code or "all")
    console = out()
    console.print(table)
    console.print(f"Password for all of them: [bold]{password()}[/]")
    now = clock.now().astimezone(clock.SWEDEN)
    console.print(f"The demo's clock: {now:%A %d %B %Y %H:%M} (`vaksam clock` shows and moves it).")
    console.print(f"\nVaksam is at [bold]{address}[/] (Ctrl-C stops it).")
    if number := resident():
        console.print(
            f"Residents book at [bold]{address}/boka/[/], such as {number}, who does not exist; "
            "`vaksam messages latest` shows the code."
        )
