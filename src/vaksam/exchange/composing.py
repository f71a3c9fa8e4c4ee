"""Rows that wait to rows of the file."""

from io import BytesIO
from typing import LiteralString

import polars as pl
from django.db import connection

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.core.exchange.nvr import NAMES
from vaksam.exchange.comparing import DIGEST, LAW, NUMBER

# Only what still stands as it was collected; the rest is collected anew first. Whoever else sends
# has locked the rows that are skipped.
_ROWS: LiteralString = """
COPY (SELECT e.id AS entry, e.region_code || '-' || e.id || '-' || e.turn + 1 AS transaction_id,
    e.kind, e.dose_id, e.version, e.number AS person_id,
    CASE WHEN substr(e.number, 7, 2) > '31' THEN 'samordningsnummer' ELSE 'personnummer' END
        AS person_id_kind,
    to_char(v.given_on, 'YYYY-MM-DD') AS given_on, product.name AS vaccine_name,
    'vaksam:' || product.code AS npl_id, v.lot AS batch, v.dose_number, product.disease,
    product.atc,
    CASE WHEN p.protection <> '' OR v.id IS NULL THEN ''
        ELSE coalesce(nullif(left(e.municipality_code, 2), ''), e.region_code) END AS county,
    CASE WHEN p.protection = '' THEN e.municipality_code ELSE '' END AS municipality,
    CASE WHEN venue.provider = 'private' THEN venue.name END AS private,
    CASE WHEN v.id IS NULL THEN NULL WHEN venue.provider = 'municipality'
        THEN venue.municipality_code
        ELSE coalesce(report.municipality_code, e.region_code) END AS provider,
    CASE WHEN v.given_on < law.opens_on THEN 'yes' WHEN v.id IS NOT NULL THEN 'no' END
        AS retroactive
    FROM exchange_entry e
    LEFT JOIN LATERAL (SELECT * FROM records_vaccination v
        WHERE (v.id = e.dose_id OR v.first_id = e.dose_id) AND v.withdrawn_at IS NULL LIMIT 1
        ) v ON e.kind <> 'deleted'
    LEFT JOIN people_person p ON p.id = v.person_id
    LEFT JOIN programmes_product product ON product.code = v.product_id
    LEFT JOIN {law} ON law.disease = product.disease
    LEFT JOIN venues_venue venue ON venue.id = v.venue_id
    LEFT JOIN LATERAL (SELECT r.municipality_code FROM exchange_reportrow row
        JOIN exchange_dosereport r ON r.id = row.report_id
        WHERE row.vaccination_id = e.dose_id AND row.state = 'registered' LIMIT 1) report ON true
    WHERE e.state = 'waiting' AND e.region_code = %(region)s
        AND (e.kind = 'deleted' OR {digest} = e.digest AND ({number}) = e.number)
    ORDER BY e.id LIMIT %(most)s FOR UPDATE OF e SKIP LOCKED) TO STDOUT (FORMAT csv, HEADER)"""


def rows(region_code: str, *, most: int) -> pl.DataFrame:
    """Rows of a region that wait, locked until the end of the transaction: `entry` (Int64, the
    id) and the columns of the file (String), as they stand now.
    """
    statement = _ROWS.format(law=LAW, digest=DIGEST, number=NUMBER)
    values = {"region": region_code, "today": clock.today(), "most": most}
    # Composed here: the cursor that counts queries takes no values in a COPY.
    composed = connection.ops.compose_sql(statement, values)  # type: ignore[attr-defined]
    with connection.cursor() as cursor, cursor.copy(composed) as stream:
        content = b"".join(bytes(part) for part in stream)
    frame = pl.read_csv(BytesIO(content), infer_schema=False).fill_null("")
    areas_named = {each.code: each.name for each in (*areas.regions(), *areas.municipalities())}
    provider = pl.col("provider").replace(areas_named)
    return frame.select(
        pl.col("entry").cast(pl.Int64),
        *NAMES[:-2],
        pl.when(pl.col("private") != "").then("private").otherwise(provider).alias("provider"),
        NAMES[-1],
    )
