"""Register doses that were given, one or by the file; withdraw those registered by mistake."""

from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db import IntegrityError, connection, transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.people import actions as people
from vaksam.people.models import Person
from vaksam.programmes.models import Product
from vaksam.records.models import Source, Vaccination

_STAGE = """CREATE TEMP TABLE records_new (local_id text, product text, given_on date)
    ON COMMIT DROP"""
_INSERT = """INSERT INTO records_vaccination (person_id, product_id, product_name, given_on,
    country, lot, source, registered_at, registered_by_id)
    SELECT coalesce(p.merged_into_id, p.id), new.product, '', new.given_on, 'SE', '', %s, %s, %s
    FROM records_new new
    JOIN people_identity i ON i.kind = 'local' AND i.issuer = %s AND i.value = new.local_id
    JOIN people_person p ON p.id = i.person_id
    WHERE NOT EXISTS (
        SELECT FROM records_vaccination taken_back
        WHERE taken_back.person_id = coalesce(p.merged_into_id, p.id)
        AND taken_back.given_on = new.given_on AND taken_back.product_id = new.product
        AND taken_back.withdrawn_at IS NOT NULL)
    ON CONFLICT DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Doses:
    """How many rows a file had, and how many doses were new."""

    rows: int
    registered: int


@transaction.atomic
def register(
    *,
    person: int,
    given_on: date,
    source: str,
    by: User | None,
    product: str = "",
    product_name: str = "",
    country: str = "SE",
    lot: str = "",
) -> int:
    """Register a dose that a person was given; its id.

    `product` is one of ours; else `product_name` says what it was.

    Raises
    ------
    Refused
        It lies ahead or before the birth, names no product or one not known, or is there already.
    NotFound, NotAllowed
        As `vaksam.people.actions.hold`.
    """
    held = people.hold(person=person, by=by)
    _check(held, given_on, product, product_name, source)
    try:
        with transaction.atomic():
            row = Vaccination.objects.create(
                person=held, product_id=product or None,
                product_name="" if product else product_name.strip(), given_on=given_on,
                country=country.upper(), lot=lot.strip(), source=source,
                registered_at=clock.now(), registered_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused("dose-known", "This dose is registered already.") from error
    audit.record(
        by=by, action="records.register", target=f"person {person}", details={"dose": row.pk}
    )
    outbox.publish("records.changed", {"persons": [person]})
    return row.pk


@transaction.atomic
def withdraw(*, vaccination: int, by: User | None) -> None:
    """Take back a dose that was registered by mistake; it is kept. Raises as `register`."""
    row = Vaccination.objects.filter(pk=vaccination).first()
    if row is None:
        raise NotFound("no-such-dose", "There is no such dose.")
    people.hold(person=row.person_id, by=by)
    Vaccination.objects.filter(pk=vaccination, withdrawn_at=None).update(
        withdrawn_at=clock.now(), withdrawn_by=by
    )
    target = f"person {row.person_id}"
    audit.record(by=by, action="records.withdraw", target=target, details={"dose": vaccination})
    outbox.publish("records.changed", {"persons": [row.person_id]})


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


def _check(held: Person, on: date, product: str, product_name: str, source: str) -> None:
    if on > clock.today():
        raise Refused("future", "The day lies ahead. Give one that has come.")
    if (held.born_year and on.year < held.born_year) or (held.born_on and on < held.born_on):
        raise Refused("before-birth", "The dose lies before the birth. Correct the day.")
    if not product and not product_name.strip():
        raise Refused("needs-product", "Say which product it was.")
    if product and not Product.objects.filter(code=product).exists():
        raise Refused("unknown-product", "There is no product “{code}”.", code=product)
    if source not in Source.values:
        raise Refused("bad-source", "Say how the dose is known: choose from the list.")


def _check_all(doses: pl.DataFrame) -> None:
    known = set(Product.objects.values_list("code", flat=True))
    if strange := sorted(set(doses["product"].unique()) - known):
        raise Refused("unknown-product", "There is no product “{code}”.", code=strange[0])
    if doses.height and doses["given_on"].max() > clock.today():  # type: ignore[operator]
        raise Refused("future", "The day lies ahead. Give one that has come.")
