"""Approve a change, begin it, and go on with it batch by batch until it is applied.

Each batch is a transaction with the change's row locked: it may be broken off anywhere and goes on
where it stood, and two jobs at once come one after the other. Whatever was changed by hand
meanwhile, has no place any more or is wrong by now is left, and listed with why.
"""

from datetime import date, timedelta

from django.db import transaction

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.booking import actions as booking
from vaksam.booking.actions import Rebook
from vaksam.booking.models import Reason
from vaksam.core.errors import Refused
from vaksam.core.replanning import Action, parts
from vaksam.core.replanning.parts import NewRules
from vaksam.programmes import queries as programmes
from vaksam.replanning.actions import carrying_out, common, undoing
from vaksam.replanning.actions.common import Waiting, locked
from vaksam.replanning.models import Change, Move, State

UNDO_FOR = timedelta(hours=48)
ANSWER_WITHIN = timedelta(days=3)  # of those who are asked; the day before at the latest

#: Why a place is given up, in booking's words, by what is wrong with it.
REASONS = {
    "closed": Reason.CLOSED, "staff": Reason.STAFF, "no_doses": Reason.SUPPLY,
    "recalled": Reason.SUPPLY, "paused": Reason.SUPPLY,
}  # fmt: skip


@transaction.atomic
def approve(*, change: int, by: User) -> None:
    """Let a planned change be applied: another account than its author's.

    Raises
    ------
    Refused
        It is a what-if or has no plan (`no-plan`), is one's own (`own-work`), or bookings have
        changed since it was planned (`stale`).
    NotFound, NotAllowed
        No such change; not a coordinator of its region.
    """
    from vaksam.replanning.facts import seen

    row = locked(change, by=by)
    common.demand_state(row, State.PREVIEWED)
    if row.what_if or row.plan is None or row.planned_at is None:
        raise Refused("no-plan", "There is nothing to approve yet. Plan the change first.")
    if by.pk in {row.author_id, *_authors(row)}:
        raise Refused(
            "own-work", "Two persons stand behind a change: let somebody else approve it."
        )
    if seen(row) != row.seen:
        raise Refused(
            "stale", "Bookings have changed since the plan was made. Plan the change again."
        )
    common.save(row, "approve", by, state=State.APPROVED, approved_by=by, approved_at=clock.now())


@transaction.atomic
def begin(*, change: int, by: User) -> None:
    """Put the change's parts in force, and have a job move the appointments.

    Raises Refused where it is not approved or a part cannot be put in force; nothing was done.
    """
    from vaksam.replanning import tasks

    row = locked(change, by=by)
    common.demand_state(row, State.APPROVED)
    common.save(row, "begin", by, state=State.APPLYING, began_at=clock.now(), stop=False)
    common.save(row, "carry_out", by, done=carrying_out.carry_out(row, by))
    carrying_out.find_extra(row)
    _set_aside(row)
    tasks.defer(row.pk)


def _set_aside(row: Change) -> None:
    """Who stays is done with; who is to have a place, and has none, is left: never called off."""
    now = clock.now()
    planned = row.moves.filter(step=Move.Step.PLANNED)
    planned.filter(action=Action.KEEP).update(step=Move.Step.DONE, done_at=now)
    lost = planned.filter(to_slot=None).exclude(action=Action.CANCEL)
    lost.filter(action=Action.ASK, extra__isnull=True).update(
        step=Move.Step.LEFT, left="ask", done_at=now
    )
    lost.update(step=Move.Step.LEFT, left="no-place", done_at=now)


def go_on(change: int) -> int:
    """Do one batch of a change that is being applied or undone; how many moves are left.

    Nothing is done where it is to stop. When none are left it is applied, or undone.
    """
    with transaction.atomic():
        row = locked(change)
        if row.state not in (State.APPLYING, State.UNDOING):
            return 0
        if row.stop:
            return common.left(row)
        forth = row.state == State.APPLYING
        if batch := common.pick(row):
            _batch(row, batch) if forth else undoing.batch(row, batch)
        still = common.left(row)
        if not still:
            _finish(row) if forth else undoing.finish(row)
    if not still:  # not while slots are locked: sessions come before them
        booking.adjust_all(region=row.region_code)
    return still


@transaction.atomic
def stop(*, change: int, by: User) -> None:
    """Have the job end after the batch at hand. It may be resumed, or taken back from there."""
    row = locked(change, by=by)
    common.demand_state(row, State.APPLYING, State.UNDOING)
    common.save(row, "stop", by, stop=True)


@transaction.atomic
def resume(*, change: int, by: User) -> None:
    """Go on with one that was stopped."""
    from vaksam.replanning import tasks

    row = locked(change, by=by)
    common.demand_state(row, State.APPLYING, State.UNDOING)
    common.save(row, "resume", by, stop=False)
    tasks.defer(row.pk)


def _batch(row: Change, batch: list[Waiting]) -> None:
    from vaksam.replanning.judging import wrong

    common.hold_persons(batch)
    placed = [(e.person, e.enters, e.appointment) for e in batch if e.enters is not None]
    not_right = wrong(placed) if placed else {}
    wronged = {each.party for each in batch if each.appointment in not_right}
    going = [each for each in batch if each.party not in wronged]
    outcomes = booking.rebook_many(
        moves=[_rebook(each) for each in going], change=row.pk, by=row.approved_by,
        open_places=True,
    )  # fmt: skip
    done = common.told(row, going, {each.appointment: each for each in outcomes},
                       full="no-place", done=Move.Step.DONE, stays=Move.Step.LEFT)  # fmt: skip
    done += [
        (e.id, Move.Step.LEFT, "not-right" if e.appointment in not_right else "party", None)
        for e in batch if e.party in wronged
    ]  # fmt: skip
    common.mark(row, done)


def _rebook(each: Waiting) -> Rebook:
    until = None
    if each.action == Action.ASK and each.starts_at is not None:
        until = _answer_by(clock.day_of(each.starts_at))
    assert each.enters is not None or each.action == Action.CANCEL, "set aside when it began"
    reason = REASONS.get(each.wrong, Reason.NOT_DUE)
    return Rebook(each.appointment, each.enters, reason, each.party, each.wave, until)


def _answer_by(day: date) -> date:
    today = clock.today()
    return max(min(today + ANSWER_WITHIN, day - timedelta(days=1)), today)


def _finish(row: Change) -> None:
    now = clock.now()
    common.save(
        row, "applied", None, state=State.APPLIED, applied_at=now, undo_until=now + UNDO_FOR
    )


def _authors(row: Change) -> set[int]:
    """Those who wrote the directives that the change puts in force."""
    rules = parts.of(parts.read(row.parts), NewRules)
    found = {programmes.version(each.version).author_id for each in rules}
    return {each for each in found if each is not None}
