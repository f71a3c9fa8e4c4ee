"""What the register should be told, beside what it was told: one statement finds the difference.

A dose goes when it was given in Sweden, registered by us (`venue`, `paper`) and is of a disease
and day that the register takes. It stands under the person's personal number, else coordination
number, else it waits for one.
"""

from collections.abc import Sequence
from typing import Any, Final, LiteralString

from django.db import connection

from vaksam.base import clock
from vaksam.core.exchange.nvr import LAWS

#: What is told of a dose beside the person, of which a change is a correction.
DIGEST: Final = """md5(concat_ws('|', to_char(v.given_on, 'YYYY-MM-DD'), v.product_id, v.lot,
    coalesce(v.dose_number, 0)))"""
#: The number that a person is known by today, of person p.
NUMBER: Final = """SELECT i.value FROM people_identity i WHERE i.person_id = p.id
    AND i.kind IN ('personal_number', 'coordination_number')
    AND (i.valid_to IS NULL OR i.valid_to >= %(today)s) ORDER BY i.kind DESC, i.id DESC LIMIT 1"""
LAW: Final = "(VALUES {}) AS law (disease, opens_on, earlier_too)".format(
    ", ".join(f"('{law.disease}', date '{law.opens_on}', {law.earlier_too})" for law in LAWS)
)

_ALL: Final = {"doses": "records_vaccination", "entries": "exchange_entry", "touched": ""}
# Some doses only, by the ids of their first versions.
_SOME: Final = {
    "touched": "touched AS (SELECT unnest(%(doses)s::bigint[]) AS dose),",
    "doses": """(SELECT v.* FROM records_vaccination v JOIN touched ON v.id = touched.dose
        UNION ALL SELECT v.* FROM records_vaccination v
            JOIN touched ON v.first_id = touched.dose)""",
    "entries": "(SELECT exchange_entry.* FROM exchange_entry JOIN touched ON dose_id = dose)",
}
_COMPARE: LiteralString = """
MERGE INTO exchange_entry e USING (
    WITH {touched} wanted AS (
        SELECT coalesce(v.first_id, v.id) AS dose, coalesce(n.value, '') AS number,
            p.region_code, v.version, v.registered_at, p.protection <> '' AS protected,
            CASE WHEN p.protection = '' THEN p.municipality_code ELSE '' END AS municipality,
            {digest} AS digest,
            CASE WHEN law.opens_on > %(today)s THEN 'held_by_law'
                WHEN n.value IS NULL THEN 'waits_for_number' ELSE 'waiting' END AS aim
        FROM {doses} v
        JOIN programmes_product product ON product.code = v.product_id
        JOIN {law} ON law.disease = product.disease
            AND (law.earlier_too OR v.given_on >= law.opens_on)
        JOIN people_person p ON p.id = v.person_id AND p.merged_into_id IS NULL
        LEFT JOIN LATERAL ({number}) n ON true
        WHERE v.withdrawn_at IS NULL AND v.country = 'SE' AND v.source IN ('venue', 'paper')),
    compared AS (
        SELECT o.id AS entry, w.*, CASE
            WHEN o.id IS NULL THEN 'add'
            WHEN o.state = 'sent' THEN 'leave'
            WHEN w.dose IS NULL THEN CASE
                WHEN o.held = '' AND o.state = 'accepted' THEN 'leave'
                WHEN o.held = '' THEN 'drop'
                WHEN o.kind = 'deleted' THEN 'leave'
                ELSE 'delete' END
            WHEN o.held <> '' THEN CASE
                WHEN o.held = w.digest AND o.state = 'accepted' THEN 'leave'
                WHEN o.held = w.digest THEN 'settle'
                WHEN o.kind = 'corrected' AND o.digest = w.digest AND o.state <> 'accepted'
                    THEN 'leave'
                ELSE 'correct' END
            WHEN o.kind = 'new' AND o.digest = w.digest
                AND (o.state = 'rejected' OR o.state = w.aim AND o.version = w.version
                    AND o.region_code = w.region_code
                    AND NOT (w.protected AND o.municipality_code <> '')) THEN 'leave'
            ELSE 'renew' END AS what
        FROM wanted w FULL JOIN {entries} o ON o.dose_id = w.dose AND o.number = w.number)
    SELECT * FROM compared WHERE what <> 'leave') s
ON e.id = s.entry
WHEN MATCHED AND s.what = 'drop' THEN DELETE
WHEN MATCHED THEN UPDATE SET
    state = CASE s.what WHEN 'settle' THEN 'accepted' WHEN 'renew' THEN s.aim ELSE 'waiting' END,
    kind = CASE s.what WHEN 'delete' THEN 'deleted' WHEN 'correct' THEN 'corrected'
        ELSE 'new' END,
    digest = CASE s.what WHEN 'settle' THEN e.held WHEN 'delete' THEN e.digest ELSE s.digest END,
    version = coalesce(s.version, e.version),
    region_code = CASE s.what WHEN 'renew' THEN s.region_code ELSE e.region_code END,
    municipality_code = CASE WHEN s.protected THEN '' ELSE e.municipality_code END,
    code = '', text = '',
    since = CASE WHEN e.turn = 0 THEN e.since ELSE %(now)s END
WHEN NOT MATCHED THEN INSERT (dose_id, number, region_code, municipality_code, state, kind,
        version, digest, held, turn, code, text, since)
    VALUES (s.dose, s.number, s.region_code, s.municipality, s.aim, 'new', s.version, s.digest, '',
        0, '', '', s.registered_at)"""
# Where somebody with protected identity lived is not kept, whatever the state.
_HIDE: LiteralString = """
UPDATE exchange_entry e SET municipality_code = '' FROM people_person p
JOIN records_vaccination v ON v.person_id = p.id
WHERE p.protection <> '' AND e.dose_id = coalesce(v.first_id, v.id) AND e.municipality_code <> ''"""
_OF_PERSONS: LiteralString = """SELECT DISTINCT coalesce(first_id, id) FROM records_vaccination
    WHERE person_id = ANY(%s)"""


def compare(doses: Sequence[int] | None = None) -> int:
    """Bring the queue up to date for all doses, or some by their first versions; how many rows
    changed. For callers that hold the lock alone.
    """
    some = doses is not None
    statement = _COMPARE.format(
        digest=DIGEST, number=NUMBER, law=LAW, **(_SOME if some else _ALL)
    )  # fmt: skip
    values: dict[str, Any] = {
        "today": clock.today(),
        "now": clock.now(),
        "doses": list(doses or ()),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        changed = int(cursor.rowcount)
        cursor.execute(_HIDE + (" AND e.dose_id = ANY(%(doses)s)" if some else ""), values)
    return changed


def doses_of(persons: Sequence[int]) -> list[int]:
    """The first versions of every dose that was ever told to be one of theirs."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_PERSONS, [list(persons)])
        return [dose for (dose,) in cursor.fetchall()]
