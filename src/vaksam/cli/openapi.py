"""`vaksam openapi`: what the HTTP API offers, for programs and for docs/reference."""

from io import StringIO

import typer
from django.core.management import call_command

app = typer.Typer(add_completion=False)


@app.command()
def openapi() -> None:
    """Print the description of the HTTP API (OpenAPI, JSON)."""
    typer.echo(described())


def described() -> str:
    """The description as it is kept in docs/reference/openapi.json."""
    said = StringIO()
    call_command(
        "export_openapi_schema",
        api="vaksam.api.app.api",
        indent=2,
        sorted=True,
        ensure_ascii=False,
        stdout=said,
    )
    return said.getvalue().strip()
