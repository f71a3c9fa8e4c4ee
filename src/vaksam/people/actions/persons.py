"""Register persons, and keep what is known of them right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Unpack

from django.db import transaction

from vaksam.areas import queries as areas
from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core import identity as known_as
from vaksam.core.errors import Refused
from vaksam.people import access
from vaksam.people.actions.fields import Fields, checked
from vaksam.people.actions.holding import hold, target, tell
from vaksam.people.actions.identities import demand_free, store
from vaksam.people.actions.protecting import set_protection
from vaksam.people.models import Person, Protection
from vaksam.people.queries.alike import Alike, alike_to


@dataclass(frozen=True, slots=True)
class Registered:
    """A new person, and those who may be the same: likeliest first, to be looked at."""

    person: int
    alike: tuple[Alike, ...]


@transaction.atomic
def register_person(
    *,
    region_code: str,
    by: User | None,
    identities: Sequence[known_as.Identity] = (),
    protection: str = Protection.NONE,
    **fields: Unpack[Fields],
) -> Registered:
    """Register a person who is not known by any of `identities`.

    Birth date and sex are taken from a personal number where they are not given.

    Raises
    ------
    Refused
        `person-exists`: somebody has one of the numbers; `person` in the values is the id.
        Otherwise as `checked`, and `two-personal-numbers`.
    NotAllowed
        The account does not work with persons of the region.
    """
    access.demand(by, region_code, *access.STAFF)
    _demand_region(region_code)
    _demand_protection(protection)
    demand_free(identities, by=by)
    values = checked(fields, region_code=region_code, protected=bool(protection))
    values |= _told_by(identities, values)
    person = Person.objects.create(region_code=region_code, protection=protection, **values)
    store(person.pk, identities, valid_from=None)
    if protection:
        set_protection([person.pk], protection)
    audit.record(by=by, action="people.register_person", target=target(person.pk))
    tell([person.pk])
    return Registered(person.pk, () if protection else alike_to(person))


@transaction.atomic
def change_person(*, person: int, by: User | None, **fields: Unpack[Fields]) -> None:
    """Change what is known of a person. Raises as `hold` and `checked`.

    A new address without coordinates forgets the old ones and their small area.
    """
    held = hold(person=person, by=by)
    values = checked(fields, region_code=held.region_code, protected=bool(held.protection))
    _change(held, values, by=by, action="people.change_person")


@transaction.atomic
def record_death(*, person: int, died_on: date | None, by: User | None) -> None:
    """A person died; None: they did not, it was a mistake. Raises as `hold`, and `future`."""
    _demand_past(died_on)
    held = hold(person=person, by=by)
    if died_on and held.born_on and died_on < held.born_on:
        raise Refused("before-birth", "The day of death lies before the birth. Correct it.")
    _change(held, {"died_on": died_on}, by=by, action="people.record_death")


@transaction.atomic
def record_move_out(*, person: int, moved_out_on: date | None, by: User | None) -> None:
    """A person left the region; None: they are here. Raises as `hold`, and `future`."""
    _demand_past(moved_out_on)
    held = hold(person=person, by=by)
    _change(held, {"moved_out_on": moved_out_on}, by=by, action="people.record_move_out")


def _change(held: Person, values: dict[str, Any], *, by: User | None, action: str) -> None:
    changed = {name: value for name, value in values.items() if getattr(held, name) != value}
    if not changed:
        return
    Person.objects.filter(pk=held.pk).update(**changed)
    # The audit log tells which fields, never what was or is in them.
    audit.record(by=by, action=action, target=target(held.pk), details={"fields": sorted(changed)})
    tell([held.pk])


def _told_by(identities: Sequence[known_as.Identity], values: dict[str, Any]) -> dict[str, Any]:
    """Birth and sex as numbers tell them, where they are not given and nothing contradicts."""
    told = known_as.told_by(identities, on=clock.today())
    found: dict[str, Any] = {"sex": told.sex} if told.sex and not values.get("sex") else {}
    if values.get("born_on") is None and values.get("born_year") in (None, told.born_year):
        found |= {"born_on": told.born_on, "born_year": told.born_year}
    return found


def _demand_region(region_code: str) -> None:
    if region_code not in {region.code for region in areas.regions()}:
        raise Refused("bad-region", "There is no region {region}.", region=region_code)


def _demand_protection(protection: str) -> None:
    if protection not in Protection.values:
        raise Refused("bad-protection", "That kind of protection is not known.")


def _demand_past(on: date | None) -> None:
    if on is not None and on > clock.today():
        raise Refused("future", "The day lies ahead. Give one that has come.")
