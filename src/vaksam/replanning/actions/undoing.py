"""Take a change back within its time: parts first, then everybody's old place, batch by batch.

Whoever has answered or changed anything since, whose old place is taken, closed or past, keeps
what they have and is listed: moves whose step is `stays`, with why in `left`.
"""

from collections import Counter

from django.db import transaction

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.booking import actions as booking
from vaksam.booking.actions import Back
from vaksam.core.errors import Refused
from vaksam.core.replanning import Action
from vaksam.replanning.actions import carrying_out, common
from vaksam.replanning.actions.common import Waiting, locked
from vaksam.replanning.judging import wrong
from vaksam.replanning.models import Change, Move, State


@transaction.atomic
def undo(*, change: int, by: User) -> list[str]:
    """Take an applied change, or one that was stopped half-way, back; a job does the rest.

    Returns the kinds of parts that somebody has changed since, which are left as they are.

    Raises
    ------
    Refused
        The time for it is over (`too-late`), or it is neither applied nor stopped.
    NotFound, NotAllowed
        No such change; not a coordinator of its region.
    """
    from vaksam.replanning import tasks

    row = locked(change, by=by)
    stopped = row.state == State.APPLYING and row.stop
    common.demand_state(row, State.APPLYING if stopped else State.APPLIED)
    now = clock.now()
    if row.undo_until is not None and now > row.undo_until:
        raise Refused(
            "too-late", "A change can be taken back until {until}. Make a new change.",
            until=f"{row.undo_until.astimezone(clock.SWEDEN):%Y-%m-%d %H:%M}",
        )  # fmt: skip
    common.save(row, "undo", by, state=State.UNDOING, undone_by=by, stop=False)
    stayed = carrying_out.take_back(row, by)
    moves = row.moves.filter(step=Move.Step.PLANNED)
    moves.update(step=Move.Step.LEFT, left="stopped", done_at=now)
    kept = row.moves.filter(step=Move.Step.DONE, action=Action.KEEP)
    kept.update(step=Move.Step.UNDONE, undone_at=now)
    tasks.defer(row.pk)
    return stayed


def batch(row: Change, waiting: list[Waiting]) -> None:
    """One batch of `go_on`, in its transaction.

    Nobody goes back to a time that the rules in force make wrong, nor do those they go with.
    """
    common.hold_persons(waiting)
    back = [(e.person, e.enters, e.new or e.appointment) for e in waiting if e.enters is not None]
    not_right = wrong(back) if back else {}
    wronged = {each.party for each in waiting if (each.new or each.appointment) in not_right}
    stay = [each for each in waiting if each.party in wronged]
    common.mark(row, [(each.id, Move.Step.STAYS, "not-right", None) for each in stay])
    waiting = [each for each in waiting if each.party not in wronged]
    pairs = [Back(each.appointment, each.new, each.party) for each in waiting]
    outcomes = booking.undo_many(pairs=pairs, change=row.pk, by=row.undone_by)
    told = {each.appointment: each for each in outcomes}
    common.mark(row, common.told(row, waiting, told, full="taken", done=Move.Step.UNDONE,
                                 stays=Move.Step.STAYS))  # fmt: skip


def finish(row: Change) -> None:
    carrying_out.close_extra(row, row.undone_by)
    common.save(row, "undone", None, state=State.UNDONE, undone_at=clock.now())


def came_back(*, change: int) -> dict[str, int]:
    """How many are back where they were (""), and how many stay as they are by why."""
    moves = Move.objects.filter(change=change, step__in=[Move.Step.UNDONE, Move.Step.STAYS])
    return dict(Counter(moves.values_list("left", flat=True)))
