"""Register a dose that a person was given."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.core.errors import Refused
from vaksam.people import actions as people
from vaksam.people.models import Person
from vaksam.programmes.models import Product
from vaksam.records.models import Site, Source, Vaccination

MOST_DOSES = 99  # as the national register numbers them


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of a dose. `product` is one of ours; else `product_name` says what it was.

    `venue` and `vaccinator` (of its staff) where they are ours; `document` is the ledger's, for a
    dose out of our own stock. `vouched_by` answers for a dose that is registered afterwards.
    """

    given_on: date
    source: str
    product: str = ""
    product_name: str = ""
    country: str = "SE"
    lot: str = ""
    given_at: datetime | None = None
    dose_number: int | None = None
    site: str = ""
    venue: int | None = None
    vaccinator: int | None = None
    vaccinator_name: str = ""
    vouched_by: str = ""
    document: int | None = None


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
    given_at: datetime | None = None,
    dose_number: int | None = None,
    site: str = "",
    venue: int | None = None,
    vaccinator: int | None = None,
    vaccinator_name: str = "",
    vouched_by: str = "",
    document: int | None = None,
) -> int:
    """Register a dose that a person was given; its id. What is told is as `Told` has it.

    Raises
    ------
    Refused
        It lies ahead or before the birth, names no product or one not known, or is there already.
    NotFound, NotAllowed
        As `vaksam.people.actions.hold`.
    """
    told = Told(
        given_on=given_on, source=source, product=product, product_name=product_name.strip(),
        country=country.upper(), lot=lot.strip(), given_at=given_at, dose_number=dose_number,
        site=site, venue=venue, vaccinator=vaccinator, vaccinator_name=vaccinator_name.strip(),
        vouched_by=vouched_by.strip(), document=document,
    )  # fmt: skip
    held = people.hold(person=person, by=by)
    check(held, told)
    row = add(held, told, by)
    audit.record(
        by=by, action="records.register", target=f"person {person}", details={"dose": row.pk}
    )
    outbox.publish("records.changed", {"persons": [person]})
    return row.pk


def add(
    held: Person, told: Told, by: User | None, *, version: int = 1, first: int | None = None,
    why: str = "",
) -> Vaccination:  # fmt: skip
    """Write a version of a dose. Raises Refused (`dose-known`)."""
    try:
        with transaction.atomic():
            return Vaccination.objects.create(
                person=held, product_id=told.product or None,
                product_name="" if told.product else told.product_name, given_on=told.given_on,
                country=told.country, lot=told.lot, source=told.source, given_at=told.given_at,
                dose_number=told.dose_number, site=told.site, venue_id=told.venue,
                vaccinator_id=told.vaccinator, vaccinator_name=told.vaccinator_name,
                vouched_by=told.vouched_by, document_id=told.document, version=version,
                first_id=first, why=why, registered_at=clock.now(), registered_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        if "records_dose_once" not in str(error):
            raise
        raise Refused("dose-known", "This dose is registered already.") from error


def check(held: Person, told: Told) -> None:
    """Raise Refused where a dose cannot be as it is told."""
    on = told.given_on
    if on > clock.today():
        raise Refused("future", "The day lies ahead. Give one that has come.")
    if (held.born_year and on.year < held.born_year) or (held.born_on and on < held.born_on):
        raise Refused("before-birth", "The dose lies before the birth. Correct the day.")
    if held.died_on and on > held.died_on:
        raise Refused("after-death", "The dose lies after the death. Correct the day.")
    if not told.product and not told.product_name.strip():
        raise Refused("needs-product", "Say which product it was.")
    if told.product and not Product.objects.filter(code=told.product).exists():
        raise Refused("unknown-product", "There is no product “{code}”.", code=told.product)
    if told.source not in Source.values:
        raise Refused("bad-source", "Say how the dose is known: choose from the list.")
    if told.site and told.site not in Site.values:
        raise Refused("bad-site", "Say where on the body: choose from the list.")
    if told.dose_number is not None and not 1 <= told.dose_number <= MOST_DOSES:
        raise Refused("bad-dose", "Give a dose number from 1 to {most}.", most=MOST_DOSES)
