"""A venue's week of staff: days across, people down, and one day with what can be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaksam.base import clock
from vaksam.core.weeks import Week
from vaksam.venues import queries
from vaksam.venues.queries import ShiftRef, VenueRef
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Link, Table, Text
from vaksam.web.planning.venues import common, words


@dataclass(frozen=True, slots=True)
class ShiftCard:
    """One shift of the chosen day, and what can be done with it."""

    shift: ShiftRef
    role: Text
    hours: str
    reason: Text
    may_cancel: bool


def week(venue: VenueRef, day: date) -> dict[str, Any]:
    """What the page shows of the week around a day."""
    monday = common.monday_of(day)
    days = [monday + timedelta(days=n) for n in range(7)]
    found = queries.shifts(venue.id, monday, days[-1])
    return {
        "day": day,
        "monday": monday,
        "week": formats.week(Week(*monday.isocalendar()[:2])),
        "before": f"?day={monday - timedelta(days=7)}#week",
        "after": f"?day={monday + timedelta(days=7)}#week",
        "next_monday": monday + timedelta(days=7),
        "grid": _grid(days, found) if found else None,
        "days": _days(days, day, found),
        "cards": [_card(each) for each in found if each.day == day],
        "said": _said([each for each in found if each.day == day]),
    }


def _grid(days: Sequence[date], found: Sequence[ShiftRef]) -> Table:
    people = {each.staff: each for each in sorted(found, key=lambda each: each.name.casefold())}
    rows: list[list[Text | Cell]] = [
        [f"{someone.name} ({words.ROLES[someone.role]})",
         *(_cell([each for each in found if each.staff == staff and each.day == day])
           for day in days)]
        for staff, someone in people.items()
    ]  # fmt: skip
    there = [{each.staff for each in found if each.day == day and _gives(each)} for day in days]
    totals = [_("Vaccinate"), *(formats.number(len(each)) for each in there)]
    columns = [Column(_("Staff")), *(Column(_short(day)) for day in days)]
    return Table("week-table", _("Who works when"), columns, rows, totals=totals)


def _gives(shift: ShiftRef) -> bool:
    return shift.vaccinates and not shift.absent


def _cell(shifts: Sequence[ShiftRef]) -> Text | Cell:
    told = "; ".join(map(_told, shifts))
    if any(each.missing for each in shifts):
        return Cell(told, tone="danger")
    if any(each.absent for each in shifts):
        return Cell(told, tone="warning")
    return told or "–"


def _told(shift: ShiftRef) -> str:
    """08:00–16:00, ill, replaced by Anna Berg."""
    parts = [words.moments(shift.starts_at, shift.ends_at)]
    if shift.absent:
        parts.append(str(words.REASONS[shift.absent_reason]))
    if shift.replaced_by:
        parts.append(_("replaced by %(name)s") % {"name": shift.replaced_by})
    return ", ".join(parts)


def _card(shift: ShiftRef) -> ShiftCard:
    return ShiftCard(
        shift=shift, role=words.ROLES[shift.role],
        hours=words.moments(shift.starts_at, shift.ends_at),
        reason=words.REASONS.get(shift.absent_reason, ""),
        may_cancel=shift.starts_at > clock.now(),
    )  # fmt: skip


def _days(days: Iterable[date], chosen: date, found: Iterable[ShiftRef]) -> list[Link]:
    short = {each.day for each in found if each.missing}
    missing = _("missing")
    return [
        Link(f"{_short(day)} ({missing})" if day in short else _short(day),
             f"?day={day.isoformat()}#day", "date" if day == chosen else "")
        for day in days
    ]  # fmt: skip


def _said(found: Sequence[ShiftRef]) -> list[str]:
    """What the day wants looked at: too few, or nobody for an emergency."""
    there = [each for each in found if not each.absent]
    missing = sum(each.missing for each in found)
    said = []
    if missing:
        said.append(ngettext("%(n)s person is missing and nobody fills the place.",
                             "%(n)s people are missing and nobody fills their places.",
                             missing) % {"n": missing})  # fmt: skip
    if found and not any(each.vaccinates for each in there):
        said.append(
            _("Nobody who vaccinates is there. Plan somebody, or move those who are booked.")
        )
    elif found and not any(each.anaphylaxis for each in there):
        said.append(_("Nobody there is trained to treat anaphylaxis. Plan somebody who is."))
    return said


def _short(day: date) -> str:
    """Mon 12 April, without its year."""
    return str(date_format(day, "D j/n"))
