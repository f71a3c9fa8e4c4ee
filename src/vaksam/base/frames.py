"""Rows of the database as a frame, by one COPY."""

from collections.abc import Mapping
from io import BytesIO

import polars as pl
from django.db import connection


def copied(
    statement: str, values: Mapping[str, object], schema: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    """What a `COPY (…) TO STDOUT (FORMAT csv)` gives; empty texts are "", not null."""
    # Composed here: the cursor that counts queries takes no values in a COPY.
    composed = connection.ops.compose_sql(statement, values)  # type: ignore[attr-defined]
    with connection.cursor() as cursor, cursor.copy(composed) as stream:
        content = b"".join(stream)
    if not content:
        return pl.DataFrame(schema=dict(schema))
    return pl.read_csv(
        BytesIO(content), has_header=False, new_columns=list(schema), schema=dict(schema),
    ).with_columns(pl.col(pl.String).fill_null(""))  # fmt: skip
