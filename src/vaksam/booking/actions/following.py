"""What changes elsewhere ends appointments: a death, a move, a dose given in the meantime."""

from collections.abc import Collection

from django.db import transaction

from vaksam.base import clock
from vaksam.booking.actions.ending import end, lock
from vaksam.booking.models import ACTIVE, Appointment, Channel, Reason, ReserveEntry, State
from vaksam.eligibility import queries as eligibility
from vaksam.people.models import Person


def follow(persons: Collection[int]) -> int:
    """End what some persons can no longer need; how many places are free again."""
    holding = Appointment.objects.filter(person__in=list(persons), state__in=ACTIVE)
    waiting = ReserveEntry.objects.filter(person__in=list(persons), left_at=None)
    found = {*holding.values_list("person_id", flat=True),
             *waiting.values_list("person_id", flat=True)}  # fmt: skip
    with transaction.atomic():
        # All before the first place is given back: persons are locked before slots.
        list(Person.objects.select_for_update(no_key=True).filter(pk__in=found).order_by("pk"))
        return sum(_follow(person) for person in sorted(found))


def _follow(person: int) -> int:
    row = Person.objects.get(pk=person)
    mine = Appointment.objects.filter(person=person, state__in=ACTIVE).order_by("pk")
    if row.died_on is not None or row.moved_out_on is not None:
        reason = Reason.DIED if row.died_on else Reason.LEFT
        ReserveEntry.objects.filter(person=person, left_at=None).update(left_at=clock.now())
        pks = list(mine.values_list("pk", flat=True))
        return len(end(lock(pks), State.CANCELLED, reason, Channel.SYSTEM, None))
    if row.merged_into_id is not None:  # the kept record has a place for the same dose
        pks = list(mine.values_list("pk", flat=True))
        return len(end(lock(pks), State.CANCELLED, Reason.DOUBLE, Channel.SYSTEM, None))
    given = [
        pk for pk, programme, dose in mine.values_list("pk", "programme_id", "dose")
        if dose <= _doses(programme, person)
    ]  # fmt: skip
    return len(end(lock(given), State.CANCELLED, Reason.ELSEWHERE, Channel.SYSTEM, None))


def _doses(programme: str, person: int) -> int:
    """Doses that count, worked out now: the stored status may follow later."""
    said = eligibility.answer(programme, person)
    return said.decision.valid_doses if said else 0
