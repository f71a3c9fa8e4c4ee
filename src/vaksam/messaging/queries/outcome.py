"""What became of a change: who was told, how long it took, and what they answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from vaksam.base.scope import Scope
from vaksam.booking import access
from vaksam.messaging.queries.calling import called
from vaksam.people import access as people
from vaksam.replanning.queries import telling

#: Minutes. Less notice than this is counted as late: it is what regions have told of.
SHORTEST_NOTICE: Final = 15

_ONE: Final = """
    SELECT DISTINCT ON (person_id) person_id, state, channel, why, ended_at
    FROM messaging_message
    WHERE change_id = %(change)s AND kind <> 'back' AND why <> 'undone'
    ORDER BY person_id, (state = 'sent') DESC, ended_at, id
"""
_TOLD: Final = f"""
    WITH one AS ({_ONE})
    SELECT state, CASE WHEN state = 'sent' THEN channel WHEN state = 'queued' THEN '' ELSE why END,
        count(*)
    FROM one GROUP BY 1, 2
"""  # noqa: S608 - constants
_TIMES: Final = f"""
    WITH one AS ({_ONE}),
    comes AS (
        SELECT m.person_id, min(least(was.starts_at, new.starts_at)) AS at
        FROM replanning_move m
        JOIN booking_appointment a ON a.id = m.appointment_id
        JOIN booking_slot was ON was.id = a.slot_id
        LEFT JOIN booking_slot new ON new.id = m.to_slot_id
        WHERE m.change_id = %(change)s AND m.step IN ('done', 'stays')
        GROUP BY m.person_id
    ),
    timed AS (
        SELECT extract(epoch FROM one.ended_at - c.began_at) / 3600 AS took,
            extract(epoch FROM comes.at - one.ended_at) / 60 AS notice
        FROM one JOIN replanning_change c ON c.id = %(change)s
        LEFT JOIN comes ON comes.person_id = one.person_id
        WHERE one.state = 'sent'
    )
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY took), max(took), min(notice),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY notice),
        count(*) FILTER (WHERE notice < %(shortest)s)
    FROM timed
"""  # noqa: S608 - constants
_FATES: Final = """
    SELECT CASE
        WHEN n.id IS NULL AND EXISTS (
            SELECT FROM booking_appointment b WHERE b.person_id = m.person_id
            AND b.programme_id = a.programme_id AND b.dose = a.dose
            AND b.state IN ('reserved', 'booked', 'came')) THEN 'booked_anew'
        WHEN n.id IS NULL THEN 'in_line'
        WHEN n.state = 'came' THEN 'came'
        WHEN n.state = 'moved' AND n.ended_channel <> 'system' THEN 'moved'
        WHEN n.state = 'cancelled' AND n.ended_channel <> 'system' THEN 'cancelled'
        WHEN n.state = 'booked' AND m.action = 'ask' THEN 'said_yes'
        WHEN n.state = 'reserved' AND m.action = 'ask' THEN 'no_answer'
        WHEN n.state IN ('booked', 'reserved') THEN 'holds'
        WHEN n.state = 'released' THEN 'lapsed'
        ELSE 'other'
    END, count(*)
    FROM replanning_move m
    JOIN booking_appointment a ON a.id = m.appointment_id
    LEFT JOIN booking_appointment n ON n.id = m.new_id
    WHERE m.change_id = %(change)s AND m.step IN ('done', 'stays') AND m.action <> 'keep'
    GROUP BY 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a change, in counts.

    Attributes
    ----------
    persons
        To be told: told, waiting, and not reached.
    told
        Persons by the channel of the first message that was sent; providers do not say whether it
        came.
    called
        Calls about the change that were made.
    unreached
        Persons by why: the last answer of a provider, or that there is no way.
    fates
        Appointments by what came of them: `came`, `said_yes`, `no_answer` (they are asked),
        `lapsed` (they did not answer in time), `holds` (the new time, nothing heard), `moved` and
        `cancelled` (by themselves), `booked_anew` and `in_line` (of those called off), `other`
        (did not come, or ended by Vaksam).
    median_hours, last_hours
        From when the change began until half and all of those told were; None: nobody was.
    least_notice, median_notice
        Minutes from when somebody was told until they would have come, before or after the
        change, whichever is sooner; below zero: too late.
    late
        How many of those told had less than `SHORTEST_NOTICE` minutes.
    """

    persons: int
    told: Mapping[str, int]
    called: int
    waiting: int
    unreached: Mapping[str, int]
    fates: Mapping[str, int]
    median_hours: float | None
    last_hours: float | None
    least_notice: float | None
    median_notice: float | None
    late: int

    @property
    def accepted(self) -> int:
        """Appointments that they said yes to or came to."""
        return self.fates.get("came", 0) + self.fates.get("said_yes", 0)

    @property
    def moved_themselves(self) -> int:
        return self.fates.get("moved", 0) + self.fates.get("booked_anew", 0)

    @property
    def cancelled_themselves(self) -> int:
        return self.fates.get("cancelled", 0)


def outcome(change: int, *, scope: Scope) -> Outcome:
    """What became of a change so far; five statements. Raises NotFound, NotAllowed."""
    ref = telling.change(change)
    if not scope.reaches(ref.region_code):
        raise telling.no_such_change()
    people.demand_scope(scope, ref.region_code, *access.READERS)
    rows = _ask(_TOLD, change)
    ways = {state: {why: n for of, why, n in rows if of == state} for state, _why, _n in rows}
    missed = {why: ways.get("failed", {}).get(why, 0) + ways.get("dropped", {}).get(why, 0)
              for why in {*ways.get("failed", {}), *ways.get("dropped", {})}}  # fmt: skip
    ((median, last, least, middle, late),) = _ask(_TIMES, change)
    return Outcome(
        persons=sum(n for _state, _why, n in rows), told=ways.get("sent", {}),
        called=called(change), waiting=sum(ways.get("queued", {}).values()), unreached=missed,
        fates=dict(_ask(_FATES, change)), median_hours=_number(median), last_hours=_number(last),
        least_notice=_number(least), median_notice=_number(middle), late=late,
    )  # fmt: skip


def _ask(statement: str, change: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"change": change, "shortest": SHORTEST_NOTICE})
        return list(cursor.fetchall())


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
