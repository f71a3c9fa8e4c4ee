"""People to be called back."""

import re
from datetime import datetime

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.booking import access
from vaksam.booking.models import Callback
from vaksam.core.errors import NotFound, Refused
from vaksam.people import actions as people


@transaction.atomic
def ask_for_call(
    *, region_code: str, telephone: str = "", by: User | None, person: int | None = None,
    note: str = "", call_from: datetime | None = None,
) -> int:  # fmt: skip
    """Put somebody on the callback list; its id. Somebody there with that number stays once.

    Of a person whose record is known the number may lack: they are reached as the record says.

    Raises
    ------
    Refused
        The telephone number has other signs than digits.
    NotFound, NotAllowed
        As `vaksam.people.actions.hold`; the account does not work there.
    """
    number = re.sub(r"[\s()-]", "", telephone)
    if not re.fullmatch(r"\+?[0-9]{6,15}", number) and (number or person is None):
        raise Refused("bad-telephone", "Give a telephone number with digits only.")
    access.demand(by, region_code, *access.STAFF)
    if person is not None:
        people.hold(person=person, by=by)
    waiting = Callback.objects.filter(
        region_code=region_code, telephone=number, person=person, done_at=None
    ).first()
    if waiting is not None:
        return waiting.pk
    row = Callback.objects.create(
        region_code=region_code, telephone=number, person_id=person, note=note.strip()[:300],
        call_from=call_from or clock.now(), made_at=clock.now(), made_by=by,
    )  # fmt: skip
    audit.record(by=by, action="booking.ask_for_call", target=f"callback {row.pk}")
    return row.pk


@transaction.atomic
def called(*, callback: int, outcome: str, by: User | None) -> None:
    """The call was made. Raises NotFound, NotAllowed; what was done already stays so."""
    row = Callback.objects.select_for_update().filter(pk=callback).first()
    if row is None:
        raise NotFound("unknown-callback", "There is no such call to make.")
    access.demand(by, row.region_code, *access.STAFF)
    if row.done_at is None:
        Callback.objects.filter(pk=row.pk).update(
            done_at=clock.now(), done_by=by, outcome=outcome.strip()[:200]
        )
        audit.record(by=by, action="booking.called", target=f"callback {row.pk}")
