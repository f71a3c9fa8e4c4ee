"""What a person is known as, over time."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.base.scope import scope_of
from vaksam.core import identity as known_as
from vaksam.core.errors import NotFound, Refused
from vaksam.core.identity import Kind
from vaksam.people import access
from vaksam.people.actions.holding import hold, target, tell
from vaksam.people.models import Identity, Person, Sex
from vaksam.people.queries.identities import holder_of


@transaction.atomic
def add_identity(
    *,
    person: int,
    identity: known_as.Identity,
    by: User | None,
    valid_from: date | None = None,
) -> int:
    """Add a number, such as a personal number after a coordination number; the row's id.

    Raises
    ------
    Refused
        `person-exists`: somebody has it already; `two-personal-numbers`: the person has another
        personal number that has not ended.
    NotFound, NotAllowed
        As `hold`.
    """
    held = hold(person=person, by=by)
    demand_free([identity], by=by)
    valid = Identity.objects.filter(person=held, kind=Kind.PERSONAL_NUMBER, valid_to=None)
    if identity.kind == Kind.PERSONAL_NUMBER and valid.exists():
        raise _two_personal_numbers()
    (pk,) = store(person, [identity], valid_from=valid_from)
    _learn(held, identity)
    details = {"kind": str(identity.kind)}
    audit.record(by=by, action="people.add_identity", target=target(person), details=details)
    tell([person])
    return pk


@transaction.atomic
def end_identity(*, identity: int, last_day: date, by: User | None) -> None:
    """A number is the person's until `last_day`. It is kept, and still finds them.

    Only a coordinator may. Raises as `hold`, and Refused where it ends before it began.
    """
    row = Identity.objects.filter(pk=identity).first()
    if row is None:
        raise NotFound("no-such-identity", "There is no such number.")
    hold(person=row.person_id, by=by, roles=access.COORDINATORS)
    if row.valid_from and last_day < row.valid_from:
        raise Refused("days-crossed", "The last day lies before the first. Correct it.")
    Identity.objects.filter(pk=identity).update(valid_to=last_day)
    details = {"kind": row.kind}
    audit.record(by=by, action="people.end_identity", target=target(row.person_id), details=details)


def demand_free(identities: Sequence[known_as.Identity], *, by: User | None) -> None:
    """Raise Refused unless nobody has any of them, and they may be one person's."""
    numbers = {each.value for each in identities if each.kind == Kind.PERSONAL_NUMBER}
    if len(numbers) > 1:
        raise _two_personal_numbers()
    for each in identities:
        if (person := holder_of(each)) is not None:
            raise _exists(person, by=by)


def store(
    person: int, identities: Sequence[known_as.Identity], *, valid_from: date | None
) -> list[int]:
    """Store numbers that `demand_free` found free; their ids."""
    rows = [
        Identity(
            person_id=person, kind=each.kind, issuer=each.issuer, value=each.value,
            valid_from=valid_from,
        )
        for each in identities
    ]  # fmt: skip
    try:
        with transaction.atomic():
            return [row.pk for row in Identity.objects.bulk_create(rows)]
    except IntegrityError as error:  # somebody else was faster
        raise Refused(
            "number-taken", "Somebody was registered with this number just now. Search again."
        ) from error


def _learn(held: Person, identity: known_as.Identity) -> None:
    """What the number tells and was not known: birth date and sex."""
    told, rows = known_as.told_by([identity], on=clock.today()), Person.objects.filter(pk=held.pk)
    if held.born_on is None and held.born_year in (None, told.born_year):
        rows.update(born_on=told.born_on, born_year=told.born_year or held.born_year)
    if told.sex:
        rows.filter(sex=Sex.UNKNOWN).update(sex=told.sex)


def _exists(person: Person, *, by: User | None) -> Refused:
    if by is not None and not scope_of(by).reaches(person.region_code):
        return Refused(
            "person-elsewhere",
            "Somebody with this number is registered in region {region}. Ask a coordinator there.",
            region=person.region_code,
        )
    return Refused(
        "person-exists", "Somebody with this number is registered: person {person}.",
        person=person.pk,
    )  # fmt: skip


def _two_personal_numbers() -> Refused:
    return Refused(
        "two-personal-numbers",
        "A person has one personal number. If it was changed, end the old one first.",
    )
