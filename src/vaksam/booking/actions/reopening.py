"""Open a closed session again, when what closed it is taken back."""

from datetime import datetime

from django.db import IntegrityError, transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.booking import access
from vaksam.booking.actions.accordion import adjust, lock
from vaksam.booking.actions.sessions import recount
from vaksam.booking.models import Session
from vaksam.core.errors import NotFound, Refused


@transaction.atomic
def reopen_session(*, session: int, closed_at: datetime, by: User | None) -> None:
    """Let it be booked again, if it is still closed as it was then.

    Raises
    ------
    Refused
        It has been opened, or closed by somebody else, since (`closed-anew`); there is another
        in its stead (`session-there`); it is over (`past`).
    NotFound, NotAllowed
        As `plan_session`.
    """
    row = Session.objects.select_for_update(no_key=True, of=("self",)).filter(pk=session).first()
    if row is None:
        raise NotFound("unknown-session", "There is no such session.")
    access.venue(row.venue_id, by, *access.PLANNERS)
    if row.closed_at != closed_at:
        raise Refused("closed-anew", "The session has been opened or closed since. Look at it.")
    if row.ends_at <= clock.now():
        raise Refused("past", "That time has passed. Choose a later one.")
    row.closed_at, row.closed_reason = None, ""
    try:
        with transaction.atomic():
            row.save(update_fields=["closed_at", "closed_reason"])
    except IntegrityError as error:
        raise Refused(
            "session-there", "There is a session with this product at that time. Change that one."
        ) from error
    lock(row.venue_id, [row.product_id])
    recount(row)
    audit.record(by=by, action="booking.reopen_session", target=f"session {row.pk}")
    adjust(venue=row.venue_id, product=row.product_id)
