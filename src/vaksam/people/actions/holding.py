"""Locking law of persons: whoever changes a person locks the row first.

Two persons are locked in the order of their ids. So a merge and a change of one of its persons
come one after the other, and the change sees that the record is merged.
"""

from collections.abc import Collection

from vaksam.base.models import User
from vaksam.base.outbox import publish
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.people import access
from vaksam.people.models import Person


def hold(*, person: int, by: User | None, roles: tuple[Role, ...] = access.STAFF) -> Person:
    """Lock a person's row until the end of the transaction; for changes, here and above.

    Raises
    ------
    NotFound
        There is nobody of that id in the regions that `by` works in as one of `roles`.
    NotAllowed
        The identity is protected and `by` may not open such records.
    Refused
        The record is merged into another.
    """
    held = Person.objects.select_for_update(no_key=True).filter(pk=person).first()
    scope = scope_of(by) if by is not None else None
    if held is None or (scope and not scope.reaches(held.region_code, *access.STAFF, *roles)):
        raise access.no_such_person()
    access.demand(by, held.region_code, *roles)
    if held.protection and scope and not access.may_open_protected(scope, held.region_code):
        raise access.protected()
    if held.merged_into_id is not None:
        raise access.merged_away(held.merged_into_id)
    return held


def hold_both(*, persons: tuple[int, int], by: User | None) -> tuple[Person, Person]:
    """Lock two persons for a coordinator, in id order; returned in the order asked for.

    Stronger than `hold`: it also waits for rows about them that others are just writing.
    """
    list(Person.objects.select_for_update().filter(pk__in=persons).order_by("pk"))
    held = {pk: hold(person=pk, by=by, roles=access.COORDINATORS) for pk in sorted(persons)}
    return held[persons[0]], held[persons[1]]


def tell(persons: Collection[int], *, households: Collection[int | None] = ()) -> None:
    """Tell that some persons have changed, and so perhaps what those they live with may have.

    `households` are those that somebody has just left.
    """
    joined = Person.objects.filter(pk__in=persons).values_list("household_id", flat=True)
    meant = {pk for pk in (*joined, *households) if pk is not None}
    members = Person.objects.filter(household__in=meant, merged_into=None)
    reached = {*persons, *members.values_list("pk", flat=True)}
    publish("people.changed", {"persons": sorted(reached)})


def target(person: int) -> str:
    """How the audit log names a person."""
    return f"person:{person}"
