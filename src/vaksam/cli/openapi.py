"""`vaksam openapi`: what the HTTP API offers, for programs and for docs/reference."""

import json

import typer

from vaksam.api.app import api

app = typer.Typer(add_completion=False)


@app.command()
def openapi() -> None:
    """Print the description of the HTTP API (OpenAPI, JSON)."""
    typer.echo(described())


def described() -> str:
    """The description as it is kept in docs/reference/openapi.json."""
    schema = api.get_openapi_schema(path_prefix="/api/")
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True, default=str)
