"""The parts of a change put in force, each with a note of how to take it back.

Notes stand in `Change.done`. What was so already is not ours and gets none; what somebody has
changed since is left as it is when the rest is taken back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.booking import actions as booking
from vaksam.booking.actions.sessions import plan_of
from vaksam.booking.models import Session, Slot
from vaksam.core.errors import Refused
from vaksam.core.replanning import parts
from vaksam.core.replanning.parts import Closed, Delivery, Extra, Lost, NewRules, Recalled
from vaksam.programmes import actions as programmes
from vaksam.programmes import queries as directives
from vaksam.replanning.models import Change
from vaksam.supply import actions as supply
from vaksam.supply import queries as stock
from vaksam.venues import queries as venues

_EXTRA = """UPDATE replanning_move AS m SET to_slot_id = found.slot FROM (
        SELECT DISTINCT ON (m.id) m.id, s.id AS slot
        FROM replanning_move m JOIN booking_slot s ON s.venue_id = (m.extra ->> 'venue')::bigint
            AND s.product_id = m.extra ->> 'product'
            AND s.starts_at = (m.extra ->> 'at')::timestamp AT TIME ZONE 'Europe/Stockholm'
        JOIN booking_session n ON n.id = s.session_id AND n.closed_at IS NULL
        WHERE m.change_id = %s AND s.programme_id = %s AND m.step = 'planned'
            AND m.to_slot_id IS NULL ORDER BY m.id, s.planned - s.taken DESC, s.id
    ) AS found WHERE m.id = found.id"""

Note = Mapping[str, Any]
Notes = Iterator[dict[str, Any]]


def carry_out(change: Change, by: User | None) -> list[dict[str, Any]]:
    """Put every part in force; the notes, in order. Raises Refused as the actions it calls."""
    found: list[dict[str, Any]] = []
    for part in parts.read(change.parts):
        found += _carry_out(part, change, by)
    return found


def find_extra(change: Change) -> None:
    """Give moves to sessions that were still to be opened their slots: by place and moment."""
    with connection.cursor() as cursor:
        cursor.execute(_EXTRA, [change.pk, change.programme_id])


def take_back(change: Change, by: User | None) -> list[str]:
    """Take back what was noted, the last first; kinds of those that somebody has changed since.

    Extra sessions stay until `close_extra`: some have their place there.
    """
    stayed = []
    for note in reversed(change.done):
        try:
            with transaction.atomic():
                _take_back(note, change, by)
        except Refused:
            stayed.append(str(note["kind"]))
    return stayed


def close_extra(change: Change, by: User | None) -> None:
    """Close the sessions that were opened for the change, where nobody is booked."""
    for note in change.done:
        if note["kind"] == "extra_session":
            open_ = Session.objects.filter(pk=note["session"], closed_at=None).exists()
            held = Slot.objects.filter(session=note["session"], taken__gt=0).exists()
            if open_ and not held:
                booking.close_session(session=note["session"], reason=change.name, by=by)


def _carry_out(part: parts.Part, change: Change, by: User | None) -> Notes:
    match part:
        case NewRules():
            return _directive(part, change)
        case Closed():
            return _closed(part, change, by)
        case Recalled():
            return _recall(part, change, by)
        case Lost():
            return _staff(part, by)
        case Delivery():
            return _delivery(part, change, by)
        case Extra():
            return _extra(part, change, by)


def _take_back(note: Note, change: Change, by: User | None) -> None:
    match note["kind"]:
        case "directive":
            assert by is not None, "somebody takes a change back"
            programmes.take_back(version=note["version"], by=by)
        case "venue_closed":
            at = datetime.fromisoformat(note["at"])
            booking.reopen_session(session=note["session"], closed_at=at, by=by)
        case "recall":
            supply.lift_recall(recall=note["recall"], by=by)
        case "staff":
            _undo_staff(note, by)
        case "delivery":
            _undo_delivery(note, change, by)


def _directive(part: NewRules, change: Change) -> Notes:
    """The approver of the change is the second person behind its directive."""
    found = directives.version(part.version)
    if found.state == "approved":
        return
    checker = change.approved_by
    assert checker is not None, "a change is approved before it begins"
    if found.state == "draft":
        programmes.submit(version=found.id, by=change.author or checker)
    programmes.approve(version=found.id, by=checker)
    yield {"kind": "directive", "version": found.id}


def _closed(part: Closed, change: Change, by: User | None) -> Notes:
    for row in _sessions(part):
        booking.close_session(session=row.pk, reason=change.why or change.name, by=by)
        row.refresh_from_db(fields=["closed_at"])
        assert row.closed_at is not None, "just closed"
        yield {"kind": "venue_closed", "session": row.pk, "at": row.closed_at.isoformat()}


def _recall(part: Recalled, change: Change, by: User | None) -> Notes:
    if not any(each.lot == part.lot and each.lifted_at is None for each in stock.recalls()):
        reason = part.reason or change.why or change.name
        yield {"kind": "recall", "recall": supply.recall(lot=part.lot, reason=reason, by=by)}


def _staff(part: Lost, by: User | None) -> Notes:
    """Sessions with so few already stay as they are; null follows the shifts."""
    for row in _sessions(part):
        before = row.vaccinators
        if before is None or before > part.vaccinators:
            _set_vaccinators(row, part.vaccinators, by)
            yield {"kind": "staff", "session": row.pk, "before": before, "now": part.vaccinators}


def _undo_staff(note: Note, by: User | None) -> None:
    row = Session.objects.get(pk=note["session"])
    if row.vaccinators != note["now"]:
        raise Refused("changed", "The number of vaccinators has been changed since.")
    _set_vaccinators(row, note["before"], by)


def _set_vaccinators(row: Session, number: int | None, by: User | None) -> None:
    asked = replace(plan_of(row, day=clock.day_of(row.starts_at)), vaccinators=number)
    booking.change_session(session=row.pk, plan=asked, by=by)


def _delivery(part: Delivery, change: Change, by: User | None) -> Notes:
    """Lines of the region's plan on these days, by the week where they are of a week."""
    monday = part.from_on - timedelta(days=part.from_on.weekday())
    for line in stock.plan(receivers=[change.region_code], since=monday):
        first = monday if line.weekly else part.from_on
        if line.product != part.product or not first <= line.day <= (part.to_on or date.max):
            continue
        doses = int(line.doses * part.share)
        if doses != line.doses:
            note = {"kind": "delivery", "product": line.product, "day": line.day.isoformat(),
                    "weekly": line.weekly, "certainty": line.certainty, "said": line.announced_by,
                    "before": line.doses, "now": doses}  # fmt: skip
            _announce(note, doses, change, by)
            yield note


def _undo_delivery(note: Note, change: Change, by: User | None) -> None:
    day = date.fromisoformat(note["day"])
    key = note["product"], day, note["weekly"], note["now"]
    known = stock.plan(receivers=[change.region_code], since=day)
    if not any((each.product, each.day, each.weekly, each.doses) == key for each in known):
        raise Refused("changed", "The plan has been announced anew since.")
    _announce(note, note["before"], change, by)


def _announce(note: Note, doses: int, change: Change, by: User | None) -> None:
    supply.announce(
        product=note["product"], receiver=change.region_code, region_code=change.region_code,
        day=date.fromisoformat(note["day"]), doses=doses, weekly=note["weekly"],
        certainty=note["certainty"], announced_by=note["said"], note=change.name, by=by,
    )  # fmt: skip


def _extra(part: Extra, change: Change, by: User | None) -> Notes:
    """One that is there already was planned ahead, so that the plan could count with it."""
    place = venues.venue(part.venue)
    plan = booking.Plan(
        programme=change.programme_id, product=part.product, day=part.day, opens_at=part.opens,
        closes_at=part.closes, stations=min(part.vaccinators, max(place.stations, 1)),
        vaccinators=part.vaccinators,
        minutes=place.minutes_per_person, interval=place.interval_minutes,
    )  # fmt: skip
    try:
        with transaction.atomic():
            session = booking.plan_session(venue=part.venue, plan=plan, by=by)
    except Refused as error:
        if error.code != "session-there":
            raise
        return
    yield {"kind": "extra_session", "session": session}


def _sessions(part: Closed | Lost) -> list[Session]:
    """Open sessions of the venue on the days, from now on, in the order they are locked in."""
    rows = Session.objects.filter(
        venue=part.venue, closed_at=None, starts_at__gte=clock.at(part.from_on),
        starts_at__lt=clock.at(part.to_on + timedelta(days=1)), ends_at__gt=clock.now(),
    )  # fmt: skip
    return list(rows.order_by("product", "pk"))
