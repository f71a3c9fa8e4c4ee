"""Register doses of a file from a register."""

from dataclasses import dataclass

import polars as pl
from django.db import connection, transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.core.errors import Refused
from vaksam.people.models import Person
from vaksam.programmes.models import Product

_STAGE = """CREATE TEMP TABLE records_new (local_id text, product text, given_on date)
    ON COMMIT DROP"""
# Doses taken back are read once, before: as rows come in, an index over all would be read anew for
# each of them.
_INSERT = """WITH taken_back AS MATERIALIZED (
        SELECT person_id, given_on, product_id FROM records_vaccination
        WHERE withdrawn_at IS NOT NULL)
    INSERT INTO records_vaccination (person_id, product_id, product_name, given_on,
    country, lot, site, vaccinator_name, vouched_by, version, why, withdrawn_why, source,
    registered_at, registered_by_id)
    SELECT coalesce(p.merged_into_id, p.id), new.product, '', new.given_on, 'SE', '', '', '', '',
        1, '', '', %s, %s, %s
    FROM records_new new
    JOIN people_identity i ON i.kind = 'local' AND i.issuer = %s AND i.value = new.local_id
    JOIN people_person p ON p.id = i.person_id
    WHERE NOT EXISTS (
        SELECT FROM taken_back
        WHERE taken_back.person_id = coalesce(p.merged_into_id, p.id)
        AND taken_back.given_on = new.given_on AND taken_back.product_id = new.product)
    ON CONFLICT DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Doses:
    """How many rows a file had, and how many doses were new."""

    rows: int
    registered: int


@transaction.atomic
def import_doses(*, doses: pl.DataFrame, issuer: str, source: str, by: User | None) -> Doses:
    """Register doses of persons known by their local id; those there already are left.

    So are those that somebody has taken back.

    Parameters
    ----------
    doses
        local_id String, product String (a code of ours), given_on Date.
    issuer
        The system whose local ids they are.

    Raises
    ------
    Refused
        A product is not known, or a dose lies ahead.
    """
    _check_all(doses)
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy("COPY records_new FROM STDIN (FORMAT csv)") as stream:
            rows = doses.select("local_id", "product", "given_on")
            stream.write(rows.write_csv(include_header=False).encode())
        cursor.execute("ANALYZE records_new")
        cursor.execute(_INSERT, [source, clock.now(), by.pk if by else None, issuer])
        registered = cursor.rowcount
        cursor.execute("DROP TABLE records_new")
    audit.record(by=by, action="records.import_doses", details={"registered": registered})
    for region in Person.objects.order_by().values_list("region_code", flat=True).distinct():
        outbox.publish("records.changed", {"region": region})
    return Doses(doses.height, registered)


def _check_all(doses: pl.DataFrame) -> None:
    known = set(Product.objects.values_list("code", flat=True))
    if strange := sorted(set(doses["product"].unique()) - known):
        raise Refused("unknown-product", "There is no product “{code}”.", code=strange[0])
    if doses.height and doses["given_on"].max() > clock.today():  # type: ignore[operator]
        raise Refused("future", "The day lies ahead. Give one that has come.")
