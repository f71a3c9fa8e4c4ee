"""Give a cohort times by letter, and free what is not kept."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.booking import access
from vaksam.booking.actions.booking import Ask, book
from vaksam.booking.actions.ending import end, lock
from vaksam.booking.models import Appointment, Channel, Prebooking, Reason, State
from vaksam.booking.queries.times import Search, Time, at_venue
from vaksam.core.distance import kilometres
from vaksam.core.errors import NotFound, Refused
from vaksam.people.models import Person
from vaksam.programmes import queries as programmes
from vaksam.records import queries as records
from vaksam.venues import queries as venues

MOST = 20_000

_COHORT = """
SELECT p.id, p.latitude, p.longitude, s.next_dose, p.extra_time, p.interpreter, s.products
FROM eligibility_status s JOIN people_person p ON p.id = s.person_id
WHERE s.programme_id = %(programme)s AND s.region_code = %(region)s AND s.status = 'due'
    AND s.place = 'ordinary' AND s.earliest_on <= %(since)s
    AND (%(municipality)s = '' OR s.municipality_code = %(municipality)s)
    AND (%(born_from)s::int IS NULL OR s.born_year >= %(born_from)s)
    AND (%(born_to)s::int IS NULL OR s.born_year <= %(born_to)s)
    AND (%(phase)s::int IS NULL OR s.phase = %(phase)s)
    AND (%(dose)s::int IS NULL OR s.next_dose = %(dose)s)
    AND p.merged_into_id IS NULL AND p.died_on IS NULL AND p.moved_out_on IS NULL
    AND p.protection = ''
    AND NOT EXISTS (SELECT FROM booking_appointment a WHERE a.person_id = p.id
        AND a.programme_id = s.programme_id AND (a.state IN ('reserved', 'booked')
            OR a.state = 'cancelled' AND a.prebooking_id IS NOT NULL AND a.dose = s.next_dose))
    AND NOT coalesce((SELECT c.channel = 'none' FROM people_contactchoice c
        WHERE c.person_id = p.id ORDER BY c.chosen_at DESC, c.id DESC LIMIT 1), false)
ORDER BY s.phase NULLS LAST, s.earliest_on, p.born_year, p.id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Who is due and not booked. Years of birth are included at both ends.

    Persons with protected identity, who must be vaccinated at a hospital or who do not want to
    be contacted are never in a cohort.
    """

    programme: str
    region_code: str
    municipality: str = ""
    born_from: int | None = None
    born_to: int | None = None
    phase: int | None = None
    dose: int | None = None

    @property
    def told(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of a cohort, and where they live as far as is known."""

    person: int
    latitude: float | None
    longitude: float | None
    dose: int
    visits: tuple[str, ...]
    products: frozenset[str]


@dataclass(frozen=True, slots=True)
class Prebooked:
    """What came of it: `left_out` counts by reason (`no-place`, `declined` the vaccine, or a
    code of a refusal).
    """

    prebooking: int
    persons: int
    left_out: dict[str, int]


def cohort(wanted: Cohort, *, since: date | None = None) -> list[Chosen]:
    """Everybody of a cohort, in priority order; one query. For coordinators' eyes as a number."""
    values = wanted.told | {"region": wanted.region_code, "since": since or clock.today()}
    with connection.cursor() as cursor:
        cursor.execute(_COHORT, values)
        rows = cursor.fetchall()
    numbers = {each.number: each.code for each in programmes.products()}
    return [
        Chosen(row[0], row[1], row[2], row[3], _visits(row[4], row[5]),
               frozenset(code for number, code in numbers.items() if row[6] >> number & 1))
        for row in rows
    ]  # fmt: skip


def prebook(
    *, name: str, wanted: Cohort, places: Sequence[int], release_on: date, since: date,
    until: date, by: User | None, most: int = MOST,
) -> Prebooked:  # fmt: skip
    """Give the cohort times at some venues between two days, each the nearest with a free place.

    Each person's booking is a transaction of its own through `book`, so every rule is checked,
    residents may book at the same time, and what is done stays done. Calling it again takes those
    who are left. Linear in the persons.

    Raises
    ------
    Refused
        No venue is chosen, the cohort is empty, or the last day to answer is not before the
        first time.
    NotAllowed
        Not a coordinator of the region.
    """
    access.demand(by, wanted.region_code, *access.PLANNERS)
    _check(places, release_on, since, until)
    found = cohort(wanted, since=since)
    silent = records.declined([each.person for each in found], wanted.programme)
    people = [each for each in found if each.person not in silent][:most]
    if not people:
        raise Refused("nobody", "Nobody of this cohort is due without a time.")
    row = Prebooking.objects.create(
        name=name.strip()[:120], region_code=wanted.region_code, programme_id=wanted.programme,
        cohort=wanted.told, release_on=release_on, made_at=clock.now(), by=by,
    )  # fmt: skip
    free = _Free(wanted, places, since, until)
    left: Counter[str] = Counter()
    for one in people:
        if (why := _give(one, free, row, by)) is not None:
            left[why] += 1
    given = len(people) - sum(left.values())
    if silent:
        left["declined"] = len(silent)
    Prebooking.objects.filter(pk=row.pk).update(persons=given, left_out=dict(left))
    details = {"persons": given, "left_out": dict(left)}
    audit.record(by=by, action="booking.prebook", target=f"prebooking {row.pk}", details=details)
    return Prebooked(row.pk, given, dict(left))


def release_due(*, on: date | None = None) -> int:
    """Free the times that came by letter and were not kept by their day; how many."""
    due = Appointment.objects.filter(
        state=State.RESERVED, kept_until__lt=on or clock.today()
    ).order_by("person_id")  # fmt: skip
    return sum(_release({pk: person}) for pk, person in due.values_list("pk", "person_id"))


@transaction.atomic
def release(*, prebooking: int, by: User | None) -> int:
    """Free what has not been kept now; how many. Raises NotFound, NotAllowed."""
    row = Prebooking.objects.select_for_update(no_key=True).filter(pk=prebooking).first()
    if row is None:
        raise NotFound("unknown-prebooking", "There are no such letters.")
    access.demand(by, row.region_code, *access.PLANNERS)
    waiting = row.appointments.filter(state=State.RESERVED)
    found = dict(waiting.values_list("pk", "person_id"))
    freed = _release(found)
    Prebooking.objects.filter(pk=row.pk).update(released_at=clock.now())
    return freed


@transaction.atomic
def _release(persons: dict[int, int]) -> int:
    """Free some appointments, given with whose they are; all persons are locked first."""
    owners = Person.objects.select_for_update(no_key=True).filter(pk__in=persons.values())
    list(owners.order_by("pk"))
    rows = [row for row in lock(list(persons)) if row.state == State.RESERVED]
    return len(end(rows, State.RELEASED, Reason.NOT_KEPT, Channel.SYSTEM, None))


def _give(one: Chosen, free: "_Free", row: Prebooking, by: User | None) -> str | None:
    """Book the nearest free time; None, or why there was none."""
    why = "no-place"
    for each in free.near(one):
        ask = Ask(one.person, each.slot, one.visits, prebooking=row.pk,
                  reserved_until=row.release_on)  # fmt: skip
        try:
            book(asks=[ask], token=uuid4(), channel=Channel.LETTER, by=by)
        except Refused as error:
            if error.code == "place-gone":
                if ask.units > 1:
                    continue  # one place may be left
                free.gone(each.slot)
                continue
            why = error.code
            if error.code not in ("other-product", "other-dose", "too-early"):
                break
        else:
            free.take(each.slot, ask.units)
            return None
    return why


class _Free:
    """Free places at the venues chosen, as read once and counted down here."""

    TRIED = 4

    def __init__(self, wanted: Cohort, places: Sequence[int], since: date, until: date) -> None:
        search = Search(
            programme=wanted.programme, regions=(wanted.region_code,), dose=wanted.dose,
            since=_midnight(since), until=_midnight(until, after=1), venues=tuple(places),
        )  # fmt: skip
        times = at_venue(search, most=100_000, online=False)
        self._left = {each.slot: each.free for each in times}
        self._times: dict[int, list[Time]] = {}
        for each in times:
            self._times.setdefault(each.venue, []).append(each)
        self._venues = [ref for ref in venues.venues() if ref.id in self._times]

    def near(self, one: Chosen) -> Iterator[Time]:
        """The first free time at each venue, the nearest first; some times of each."""
        for ref in sorted(self._venues, key=lambda ref: self._km(one, ref)):
            mine = self._times[ref.id]
            while mine and not self._left.get(mine[0].slot):
                mine.pop(0)
            fitting = (each for each in mine
                       if self._left.get(each.slot) and each.product in one.products)  # fmt: skip
            yield from islice(fitting, self.TRIED)

    def take(self, slot: int, units: int) -> None:
        self._left[slot] -= min(units, self._left[slot])

    def gone(self, slot: int) -> None:
        self._left[slot] = 0

    def _km(self, one: Chosen, ref: venues.VenueRef) -> float:
        if None in (one.latitude, one.longitude, ref.latitude, ref.longitude):
            return 0.0
        return kilometres((one.latitude, one.longitude), (ref.latitude, ref.longitude))  # type: ignore[arg-type]


def _check(places: Sequence[int], release_on: date, since: date, until: date) -> None:
    if not places:
        raise Refused("needs-venue", "Choose at least one venue.")
    if until < since:
        raise Refused("bad-days", "The last day must not come before the first.")
    if not clock.today() < release_on < since:
        raise Refused("bad-release", "People answer by a day between today and the first time: "
                      "choose one.")  # fmt: skip


def _visits(extra_time: bool, interpreter: bool) -> tuple[str, ...]:
    kinds = (("extra_time", extra_time), ("interpreter", interpreter))
    return tuple(name for name, wanted in kinds if wanted)


def _midnight(day: date, *, after: int = 0) -> datetime:
    return clock.at(day + timedelta(days=after))
