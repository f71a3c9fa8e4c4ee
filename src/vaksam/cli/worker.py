"""`vaksam worker`: background jobs in a process of their own."""

import typer

from vaksam.base.jobs import run_worker

app = typer.Typer(add_completion=False)


@app.command()
def worker(
    once: bool = typer.Option(False, "--once", help="Stop when no job is waiting."),
) -> None:
    """Do background jobs, where `serve --no-worker` leaves them.

    Ctrl-C or SIGTERM stops it when the job at hand is done.
    """
    run_worker(wait=not once)
