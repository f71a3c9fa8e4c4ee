"""Stored statuses as a frame: read, shaped from a decision, and written by COPY."""

from collections.abc import Sequence
from io import BytesIO

import polars as pl
from django.db import connection

from vaksam.core.rules.decision import Status, Why
from vaksam.core.rules.definition import Place
from vaksam.core.rules.in_force import RuleSet

# Columns whose change is a change of status, told in the person's history.
TOLD = (
    "status", "reason", "rule", "phase", "next_dose", "valid_doses",
    "earliest_on", "recommended_on", "latest_on", "place",
)  # fmt: skip
COMPARED = ("region_code", "municipality_code", "born_year", "groups", *TOLD, "products")
SCHEMA: dict[str, pl.DataType] = {
    "person": pl.Int64(),
    "region_code": pl.String(),
    "municipality_code": pl.String(),
    "born_year": pl.Int16(),
    "groups": pl.Int64(),
    "status": pl.String(),
    "reason": pl.String(),
    "rule": pl.String(),
    "phase": pl.Int16(),
    "next_dose": pl.Int16(),
    "valid_doses": pl.Int16(),
    "earliest_on": pl.Date(),
    "recommended_on": pl.Date(),
    "latest_on": pl.Date(),
    "place": pl.String(),
    "products": pl.Int64(),
    "changed_on": pl.Date(),
}
_READ = """COPY (SELECT person_id, region_code, municipality_code, born_year, groups, status,
    reason, rule, phase, next_dose, valid_doses, earliest_on, recommended_on, latest_on, place,
    products, changed_on FROM eligibility_status WHERE programme_id = %s AND {where})
    TO STDOUT (FORMAT csv)"""
_COLUMNS = (
    "region_code, municipality_code, born_year, groups, status, reason, rule, phase, next_dose,"
    " valid_doses, earliest_on, recommended_on, latest_on, place, products, changed_on"
)
_TABLE = """CREATE TEMP TABLE eligibility_new (
    person_id bigint, region_code text, municipality_code text, born_year smallint, groups bigint,
    status text, reason text, rule text, phase smallint, next_dose smallint, valid_doses smallint,
    earliest_on date, recommended_on date, latest_on date, place text, products bigint,
    changed_on date, told boolean
    ) ON COMMIT DROP"""
_UPSERT = f"""INSERT INTO eligibility_status (programme_id, person_id, {_COLUMNS})
    SELECT %s, person_id, {_COLUMNS} FROM eligibility_new
    ON CONFLICT (programme_id, person_id) DO UPDATE SET ({_COLUMNS}) = ROW (
    {", ".join(f"excluded.{name.strip()}" for name in _COLUMNS.split(","))})"""  # noqa: S608 - constants
_TELL = """INSERT INTO eligibility_statuschange
    (programme_id, person_id, changed_on, status, reason, rule, next_dose, earliest_on)
    SELECT %s, person_id, changed_on, status, reason, rule, next_dose, earliest_on
    FROM eligibility_new WHERE told"""


def shaped(people: pl.DataFrame, decided: pl.DataFrame, rules: RuleSet) -> pl.DataFrame:
    """A decision in the shape of the table.

    `people` are the facts that `decided` was worked out from, row by row.
    """
    codes = pl.Series([rule.code for rule in rules.rules] or [""], dtype=pl.String)
    return decided.select(
        "person",
        region_code=people["region"].cast(pl.String).str.zfill(2),
        municipality_code=people["municipality"],
        born_year=people["born_on"].dt.year().cast(pl.Int16),
        groups=people["groups"].cast(pl.Int64),
        status=_named("status", [each.value for each in Status]),
        reason=_named("why", [each.value for each in Why]),
        rule=pl.lit(codes).gather(pl.col("rule")).fill_null(""),
        phase=pl.col("phase").cast(pl.Int16),
        next_dose=pl.col("next_dose").cast(pl.Int16),
        valid_doses=pl.col("valid_doses").cast(pl.Int16),
        earliest_on=pl.col("earliest_on"),
        recommended_on=pl.col("recommended_on"),
        latest_on=pl.col("latest_on"),
        place=_named("place", [each.value for each in Place]),
        products=pl.col("products").cast(pl.Int64),
    )


def read(
    programme: str, *, region_code: str | None = None, persons: Sequence[int] | None = None
) -> pl.DataFrame:
    """What is stored of a programme, for a region or for some persons."""
    where, values = ("region_code = %s", region_code)
    if persons is not None:
        where, values = ("person_id = ANY(%s)", list(persons))  # type: ignore[assignment]
    # Composed here: the cursor that counts queries takes no values in a COPY.
    statement = connection.ops.compose_sql(  # type: ignore[attr-defined]
        _READ.format(where=where), [programme, values]
    )
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        content = b"".join(stream)
    if not content:
        return pl.DataFrame(schema=SCHEMA)
    return pl.read_csv(
        BytesIO(content), has_header=False, new_columns=list(SCHEMA), schema=SCHEMA,
    ).with_columns(pl.col(pl.String).fill_null(""))  # fmt: skip


def write(programme: str, changed: pl.DataFrame) -> None:
    """Insert or replace statuses; those with `told` are added to the history."""
    if changed.is_empty():
        return
    rows = changed.select("person", *(name for name in SCHEMA if name != "person"), "told")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS eligibility_new")
        cursor.execute(_TABLE)
        with cursor.copy("COPY eligibility_new FROM STDIN (FORMAT csv, NULL '\\N')") as stream:
            stream.write(rows.write_csv(include_header=False, null_value="\\N").encode())
        cursor.execute(_UPSERT, [programme])
        cursor.execute(_TELL, [programme])


def remove(programme: str, persons: Sequence[int]) -> None:
    """Take away the statuses of persons who have died, moved out or been merged."""
    if persons:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM eligibility_status WHERE programme_id = %s AND person_id = ANY(%s)",
                [programme, list(persons)],
            )


def _named(column: str, names: Sequence[str]) -> pl.Expr:
    return pl.lit(pl.Series(names)).gather(pl.col(column))
