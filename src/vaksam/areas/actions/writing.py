"""Shared by the actions: the lock, the version and fast writing."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connection, models
from psycopg import sql

from vaksam.areas.models import Shape, Version


def lock() -> None:
    """Wait until no other import of areas or figures runs; held to the transaction's end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('vaksam.areas'))")


def areas_changed() -> None:
    """Give the areas a new version, so that no process serves remembered ones."""
    Version.objects.update_or_create(id=1, defaults={"token": uuid4()})


def fingerprint(path: Path) -> dict[str, str]:
    """The file's name and SHA-256, for the audit log."""
    with path.open("rb") as file:
        return {"file": path.name, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def copy(
    model: type[models.Model], columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert rows by PostgreSQL's COPY, about ten times as fast as INSERT."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row)


def store_shapes(shapes: dict[int, bytes]) -> int:
    """Keep the polygon of each area id; returns how many were new or different."""
    known = dict(Shape.objects.filter(area__in=shapes).values_list("area", "wkb"))
    new = [
        Shape(area_id=area, wkb=wkb)
        for area, wkb in shapes.items()
        if area not in known or bytes(known[area]) != wkb
    ]
    Shape.objects.bulk_create(
        new, update_conflicts=True, unique_fields=["area"], update_fields=["wkb"], batch_size=500
    )
    return len(new)
