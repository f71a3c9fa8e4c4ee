"""Somebody does not want a vaccine: write it down, and that they have changed their mind."""

from datetime import date

from django.db import transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.people import actions as people
from vaksam.programmes.models import Programme
from vaksam.records.models import Refusal


@transaction.atomic
def decline(
    *, person: int, programme: str, by: User | None, until: date | None = None,
    quiet: bool = True, note: str = "",
) -> int:  # fmt: skip
    """Somebody declines, until a day or until they say else; the newest word holds.

    Nobody writes to them about it meanwhile, unless not `quiet`. Their times are given up by
    who asks them, not here.

    Raises
    ------
    Refused
        The day has been.
    NotFound, NotAllowed
        There is no such programme, or as `vaksam.people.actions.hold`.
    """
    people.hold(person=person, by=by)
    if until is not None and until < clock.today():
        raise Refused("past", "The day has been. Give one that lies ahead, or none.")
    if not Programme.objects.filter(pk=programme).exists():
        raise NotFound("unknown-programme", "There is no programme “{code}”.", code=programme)
    now = clock.now()
    held = Refusal.objects.filter(person=person, programme=programme, lifted_at=None)
    held.update(lifted_at=now, lifted_by=by)
    row = Refusal.objects.create(
        person_id=person, programme_id=programme, said_at=now, until=until, quiet=quiet,
        note=note.strip()[:300], by=by,
    )  # fmt: skip
    _tell("records.decline", person, programme, by)
    return row.pk


@transaction.atomic
def lift(*, person: int, programme: str, by: User | None) -> bool:
    """They want it after all; whether they had declined. Raises NotFound, NotAllowed."""
    people.hold(person=person, by=by)
    held = Refusal.objects.filter(person=person, programme=programme, lifted_at=None)
    changed = bool(held.update(lifted_at=clock.now(), lifted_by=by))
    if changed:
        _tell("records.lift_refusal", person, programme, by)
    return changed


def _tell(action: str, person: int, programme: str, by: User | None) -> None:
    details = {"programme": programme}
    audit.record(by=by, action=action, target=f"person {person}", details=details)
    outbox.publish("records.refusal", {"person": person, "programme": programme},
                   key=f"person {person}")  # fmt: skip
