"""Whom no message of a change reached is put on the callback list."""

from dataclasses import dataclass

from django.db import transaction

from vaksam.base.models import User
from vaksam.base.scope import scope_of
from vaksam.booking import actions as booking
from vaksam.core.errors import NotAllowed, Refused
from vaksam.messaging.queries.calling import marker, to_call
from vaksam.replanning.queries import telling


@dataclass(frozen=True, slots=True)
class Listed:
    """How many were put on the list, and whom `by` may not have called: protected persons."""

    put: int
    left: tuple[int, ...]


@transaction.atomic
def put_on_call_list(*, change: int, by: User) -> Listed:
    """Put everybody to be called about a change on the callback list, which names the change.

    Again puts only those who have come since. Raises NotFound, NotAllowed as `to_call`.
    """
    ref = telling.change(change)
    note, put, left = f"{marker(change)} {ref.name}", 0, []
    for each in to_call(change, scope=scope_of(by)):
        if each.waiting:
            continue
        try:
            with transaction.atomic():
                booking.ask_for_call(region_code=ref.region_code, person=each.person, note=note,
                                     by=by)  # fmt: skip
        except (NotAllowed, Refused):
            left.append(each.person)
        else:
            put += 1
    return Listed(put, tuple(left))
