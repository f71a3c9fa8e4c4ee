"""Opened vials with the doses drawn from them, and what was wasted, as frames for the core."""

from collections.abc import Iterable
from datetime import date

import polars as pl
from django.db import connection

_DRAWN = """
SELECT o.venue_id AS venue, l.product_id AS product, (o.at AT TIME ZONE 'Europe/Stockholm')::date
    AS day, o.document_id AS vial,
    coalesce((SELECT sum(d.doses) FROM supply_leg d JOIN supply_document x ON x.id = d.document_id
        WHERE d.vial = o.document_id AND d.state = 'drawn' AND x.kind = 'drawn'
        AND NOT EXISTS (SELECT FROM supply_document r WHERE r.reverses_id = x.id)), 0) AS drawn,
    coalesce((SELECT sum(e.vials) FROM supply_leg e WHERE e.vial = o.document_id
        AND e.state = 'residue'), 0) > 0 AS done
FROM supply_leg o
JOIN supply_document doc ON doc.id = o.document_id AND doc.kind = 'opened'
JOIN supply_lot l ON l.id = o.lot_id
JOIN venues_venue v ON v.id = o.venue_id
WHERE o.state = 'opened' AND o.vials > 0 AND v.region_code = ANY(%s) AND o.at >= %s
AND NOT EXISTS (SELECT FROM supply_document r WHERE r.reverses_id = doc.id)
ORDER BY day, venue, vial"""
_WASTED = """
SELECT w.venue_id AS venue, l.product_id AS product, (w.at AT TIME ZONE 'Europe/Stockholm')::date
    AS day, coalesce(nullif(doc.reason, ''), before.reason, w.state) AS reason,
    coalesce(sum(w.vials) FILTER (WHERE w.vial IS NULL), 0) AS vials,
    coalesce(sum(w.doses) FILTER (WHERE w.vial IS NOT NULL), 0) AS doses
FROM supply_leg w
JOIN supply_document doc ON doc.id = w.document_id
LEFT JOIN supply_document before ON before.id = doc.reverses_id
JOIN supply_lot l ON l.id = w.lot_id
JOIN venues_venue v ON v.id = w.venue_id
WHERE w.state IN ('wasted', 'expired') AND v.region_code = ANY(%s) AND w.at >= %s
GROUP BY 1, 2, 3, 4 ORDER BY 3, 1"""


def opened_and_drawn(*, regions: Iterable[str], since: date) -> pl.DataFrame:
    """A row a vial: venue, product, day of opening, vial, drawn doses, done (emptied)."""
    return _frame(_DRAWN, regions, since, {
        "venue": pl.Int64, "product": pl.String, "day": pl.Date, "vial": pl.Int64,
        "drawn": pl.Int64, "done": pl.Boolean,
    })  # fmt: skip


def wasted(*, regions: Iterable[str], since: date) -> pl.DataFrame:
    """By venue, product, day and reason: vials thrown away unopened, and doses of opened ones."""
    return _frame(_WASTED, regions, since, {
        "venue": pl.Int64, "product": pl.String, "day": pl.Date, "reason": pl.String,
        "vials": pl.Int64, "doses": pl.Int64,
    })  # fmt: skip


def _frame(
    statement: str, regions: Iterable[str], since: date, schema: dict[str, type[pl.DataType]]
) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(regions), since])
        return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")
