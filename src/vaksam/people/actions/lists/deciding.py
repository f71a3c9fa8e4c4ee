"""A person looks at a row and says whom it means."""

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.people import access
from vaksam.people.actions.claims import withdraw
from vaksam.people.actions.holding import hold, tell
from vaksam.people.actions.lists.uploading import claim
from vaksam.people.models import GroupClaim, GroupList, ListRow, Person


@transaction.atomic
def decide_row(*, row: int, person: int | None, by: User | None) -> None:
    """The row means this person; None: nobody we know. A decision may be changed.

    Raises
    ------
    Refused
        The list has ended; the person is of another region, or protected: they are matched by
        number only.
    NotFound, NotAllowed
        As `hold`; only a coordinator may.
    """
    decided = ListRow.objects.select_related("list").filter(pk=row).first()
    if decided is None:
        raise NotFound("no-such-row", "There is no such row.")
    stored = GroupList.objects.select_for_update().get(pk=decided.list_id)
    access.demand(by, stored.region_code, *access.COORDINATORS)
    if stored.ended_at is not None or stored.last_day < clock.today():
        raise Refused("list-ended", "The list has ended. Ask the municipality for a new one.")
    decided.refresh_from_db()  # as it is now that nobody else decides on this list
    held = hold(person=person, by=by) if person is not None else None
    if held is not None and held.pk != decided.person_id:
        _demand_fit(held, stored)
    before = decided.person_id
    _set(decided, held, by=by)
    _move_claim(stored, before, held, by=by)
    details = {"row": decided.pk, "person": person}
    audit.record(by=by, action="people.decide_row", target=f"list:{stored.pk}", details=details)
    tell([pk for pk in (before, person) if pk is not None])


def _demand_fit(held: Person, stored: GroupList) -> None:
    if held.region_code != stored.region_code:
        raise Refused("other-region", "The person is of another region than the list.")
    if held.protection:
        raise Refused("protected", "A person with protected identity is matched by number only.")


def _set(decided: ListRow, held: Person | None, *, by: User | None) -> None:
    state = ListRow.State.CONFIRMED if held else ListRow.State.REJECTED
    ListRow.objects.filter(pk=decided.pk).update(
        state=state, person=held, decided_at=clock.now(), decided_by=by
    )


def _move_claim(
    stored: GroupList, before: int | None, held: Person | None, *, by: User | None
) -> None:
    """The claim of whom the row meant before ends, unless another row means them as well."""
    if before is not None and not _meant(stored, before):
        claims = GroupClaim.objects.filter(list=stored, person=before)
        withdraw(claims.values_list("pk", flat=True), by=by)
    if held is None:
        return
    standing = GroupClaim.objects.filter(list=stored, person=held, withdrawn_at=None)
    if not standing.exists():
        claim(stored, held.pk, at=clock.now(), by=by).save()


def _meant(stored: GroupList, person: int) -> bool:
    meaning = (ListRow.State.MATCHED, ListRow.State.CONFIRMED)
    return ListRow.objects.filter(list=stored, person=person, state__in=meaning).exists()
