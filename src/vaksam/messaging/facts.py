"""Who gets a message and what it is about, as it is at the moment of sending."""

from collections.abc import Collection
from dataclasses import dataclass, field

from vaksam.core.messages import Contact, language_of
from vaksam.people.models import ContactChoice, Person


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person as messages see them. `address`: the lines of an envelope, empty without one.

    `hidden`: the identity is protected; `gone`: died, moved away or merged into another.
    """

    person: int
    region_code: str
    language: str
    gone: bool
    hidden: bool
    contact: Contact
    address: tuple[str, ...] = field(repr=False)
    row: tuple[str, ...] = field(repr=False)


def recipients(persons: Collection[int]) -> dict[int, Recipient]:
    """Some persons by id; two queries."""
    rows = ContactChoice.objects.filter(person__in=persons).order_by("person", "-chosen_at", "-pk")
    newest = {each.person_id: each for each in rows.distinct("person")}
    found = Person.objects.filter(pk__in=persons)
    return {each.pk: _recipient(each, newest.get(each.pk)) for each in found}


def _recipient(row: Person, choice: ContactChoice | None) -> Recipient:
    address = _address(row)
    contact = Contact(
        choice.channel if choice else "", choice.mobile if choice else "",
        choice.email if choice else "", bool(address),
    )  # fmt: skip
    gone = any((row.died_on, row.moved_out_on, row.merged_into_id))
    parts = (row.given_name, row.family_name, row.street, row.postcode, row.city)
    return Recipient(
        row.pk, row.region_code, language_of(row.language), gone, bool(row.protection), contact,
        address, parts if address else (),
    )  # fmt: skip


def _address(row: Person) -> tuple[str, ...]:
    """Name, street, postcode and city in capitals, as the post wants it."""
    if row.protection or not (row.street and row.postcode):
        return ()
    name = f"{row.given_name} {row.family_name}".strip()
    postcode = f"{row.postcode[:3]} {row.postcode[3:]}"
    return name, row.street, f"{postcode} {row.city.upper()}".strip()
