"""`vaksam openapi`: what the HTTP API offers, for programs and for docs/reference."""

import json

import typer

from vaksam.api.app import api

app = typer.Typer(add_completion=False)


@app.command()
def openapi() -> None:
    """Print the description of the HTTP API (OpenAPI, JSON)."""
    schema = api.get_openapi_schema(path_prefix="/api/")
    typer.echo(json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True, default=str))
