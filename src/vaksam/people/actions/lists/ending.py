"""A list's purpose ends: its rows are emptied, and the claims that rest on it withdrawn."""

from datetime import date

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.base.outbox import publish
from vaksam.core.errors import NotFound
from vaksam.people import access
from vaksam.people.models import GroupClaim, GroupList, ListRow


@transaction.atomic
def end_list(*, list: int, by: User | None) -> None:
    """End a list now. One that has ended stays as it is. Raises NotFound and NotAllowed."""
    stored = GroupList.objects.select_for_update().filter(pk=list).first()
    if stored is None:
        raise NotFound("no-such-list", "There is no such list.")
    access.demand(by, stored.region_code, *access.COORDINATORS)
    if stored.ended_at is None:
        _end(stored, by=by)


def end_lists(*, on: date) -> int:
    """End the lists whose last day lies before `on`, each by itself; how many there were."""
    passed = GroupList.objects.filter(last_day__lt=on, ended_at=None).order_by("pk")
    ended = [*passed.values_list("pk", flat=True)]
    for pk in ended:
        end_list(list=pk, by=None)
    return len(ended)


def _end(stored: GroupList, *, by: User | None) -> None:
    now = clock.now()
    ListRow.objects.filter(list=stored).update(given={})
    claims = GroupClaim.objects.filter(list=stored, withdrawn_at=None)
    withdrawn = claims.update(withdrawn_at=now, withdrawn_by=by)
    GroupList.objects.filter(pk=stored.pk).update(ended_at=now)
    details = {"withdrawn": withdrawn}
    audit.record(by=by, action="people.end_list", target=f"list:{stored.pk}", details=details)
    publish("people.changed", {"region": stored.region_code})
