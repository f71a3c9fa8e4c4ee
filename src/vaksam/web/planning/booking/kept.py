"""Kept and lost: cancellations and no-shows by age, venue and channel."""

from datetime import date, timedelta
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.base.scope import requires
from vaksam.booking import queries
from vaksam.booking.queries import By, Ended
from vaksam.core.errors import NotFound
from vaksam.web import formats
from vaksam.web.components import Column, Link, Stat, Table, Text
from vaksam.web.insight import downloads
from vaksam.web.planning.booking import common
from vaksam.web.planning.booking.words import CHANNELS, REASONS
from vaksam.web.roles import BOOKING

WEEKS = 8


@require_safe
@requires(*BOOKING)
def kept(request: HttpRequest) -> HttpResponse:
    """Who cancels late or does not come, by age group, venue or channel."""
    region, by = common.region_of(request), _by(request)
    since, until = _span()
    found = queries.ended(by, regions=[region], since=since, until=until)
    shown, gone = queries.shown(since)
    context: dict[str, Any] = {
        "tabs": common.tabs(request), "region": areas.find(region).name,
        "by": [Link(label, f"?by={code}", "page" if code == by else "")
               for code, label in _labels().items()],
        "stats": _stats(found, shown, gone), "table": _table(found, by) if found else None,
        "bars": _bars(found, by),
        "reasons": _reasons(region, since, until),
        "downloads": [Link(f"{form.upper()}", reverse("booking-kept-file", args=[by, form]))
                      for form in ("csv", "xlsx")],
        "since": formats.day(since),
    }  # fmt: skip
    return render(request, "booking/kept.html", context)


@require_safe
@requires(*BOOKING)
def file(request: HttpRequest, by: str, form: str) -> HttpResponse:
    """The table as a file."""
    if by not in list(By) or form not in ("csv", "xlsx"):
        raise NotFound("unknown-file", "There is no such file.")
    since, until = _span()
    found = queries.ended(By(by), regions=[common.region_of(request)], since=since, until=until)
    frame = pl.DataFrame(
        [[e.level, e.booked, e.cancelled, e.late, e.no_show, e.released] for e in found],
        schema=[by, "booked", "cancelled", "cancelled_within_24_hours", "no_show", "not_kept"],
        orient="row",
    )
    return downloads.table_file(frame, form, name=f"bokningar-{by}")


def _by(request: HttpRequest) -> By:
    asked = request.GET.get("by", "")
    return By(asked) if asked in list(By) else By.AGE


def _span() -> tuple[date, date]:
    today = clock.today()
    return today - timedelta(weeks=WEEKS), today + timedelta(days=14)


def _labels() -> dict[str, str]:
    return {By.AGE: _("By age"), By.VENUE: _("By venue"), By.CHANNEL: _("By channel"),
            By.WEEK: _("By week")}  # fmt: skip


def _level(level: str, by: By) -> str:
    if by is By.CHANNEL:
        return str(CHANNELS.get(level, level))
    if by is By.AGE:
        return formats.age_mark(level) if level else _("Not known")
    return level


def _stats(found: list[Ended], shown: int, gone: int) -> list[Stat]:
    booked = sum(each.booked for each in found)
    late, absent = sum(e.late for e in found), sum(e.no_show for e in found)
    return [
        Stat(_("Times given"), formats.number(booked)),
        Stat(_("Cancelled within 24 hours"), formats.share(late / booked if booked else None)),
        Stat(_("Did not come"), formats.share(absent / booked if booked else None)),
        Stat(_("Shown times that were gone at the click"),
             formats.share(gone / shown if shown else None),
             _("of %(n)s choices") % {"n": formats.number(shown)}),
    ]  # fmt: skip


def _table(found: list[Ended], by: By) -> Table:
    rows: list[list[Text]] = [
        [_level(each.level, by), formats.number(each.booked), formats.number(each.cancelled),
         formats.number(each.late), formats.number(each.no_show), formats.number(each.released),
         formats.share(each.lost)]
        for each in found
    ]  # fmt: skip
    labels = (_("Times"), _("Cancelled"), _("of these within 24 hours"), _("Did not come"),
              _("Not kept"), _("Places lost"))  # fmt: skip
    columns = [Column(_labels()[by]), *(Column(label, numeric=True) for label in labels)]
    note = _("Places lost: cancelled within 24 hours or not come, as a share of the times given.")
    return Table("kept", _("Times kept and lost"), columns, rows, note=note)


def _bars(found: list[Ended], by: By) -> list[tuple[str, int, str]]:
    """Level, share lost in per cent of the largest, and as text."""
    most = max((each.lost for each in found), default=0.0)
    return [
        (_level(each.level, by), round(100 * each.lost / most) if most else 0,
         formats.share(each.lost))
        for each in found
    ]  # fmt: skip


def _reasons(region: str, since: date, until: date) -> list[tuple[str, str]]:
    found = queries.reasons(regions=[region], since=since, until=until)
    return [(str(REASONS.get(code, code)), formats.number(n)) for code, n in found]
