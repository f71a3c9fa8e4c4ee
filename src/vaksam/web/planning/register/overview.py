"""How far the national register is told: figures, files, receipts, what was rejected."""

from datetime import datetime
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.core.disclosure import Policy, shown
from vaksam.core.errors import BadFile, NotFound
from vaksam.exchange import actions, queries
from vaksam.exchange.queries import Figures, FileView
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Link, Stat, Table, Text
from vaksam.web.errors import faults_of
from vaksam.web.insight import downloads
from vaksam.web.planning.booking.common import region_of
from vaksam.web.planning.register.forms import ReceiptForm
from vaksam.web.planning.register.words import KINDS, STATES
from vaksam.web.roles import REGISTER, REGISTER_SENDERS, account

_TONES: dict[str, Any] = {
    "rejected": "danger",
    "held_by_law": "info",
    "waits_for_number": "warning",
}


@require_safe
@requires(*REGISTER)
def overview(request: HttpRequest) -> HttpResponse:
    """Figures for all who may count; files and what was rejected for those who send."""
    region, scope = region_of(request, *REGISTER), scope_of(request.user)
    found = queries.figures(region=region, scope=scope)
    sender = scope.reaches(region, *REGISTER_SENDERS)
    context: dict[str, Any] = {
        "region": areas.find(region).name, "region_code": region, "sender": sender,
        "stats": _stats(found, exact=sender), "any": any(found.counts.values()),
        "held": found.counts["held_by_law"] if sender else 0,
        "downloads": [Link(form.upper(), f"{reverse('register-table', args=[form])}?area={region}")
                      for form in ("csv", "xlsx")],
    }  # fmt: skip
    if sender:
        context |= {
            "waiting": found.counts["waiting"],
            "files": _files(queries.files(region=region, scope=scope)),
            "rejected": [(each, KINDS[each.kind], _when(each.since))
                         for each in queries.rejected(region=region, scope=scope)],
            "to_review": queries.to_review(region=region, scope=scope),
        }  # fmt: skip
    return render(request, "register/overview.html", context)


@require_POST
@requires(*REGISTER_SENDERS)
def send(request: HttpRequest) -> HttpResponse:
    """Collect, and send what waits."""
    region = region_of(request, *REGISTER_SENDERS)
    actions.collect()
    done = actions.send(region=region, by=account(request))
    if done.rows:
        told = ngettext("%(n)s row was sent.", "%(n)s rows were sent.", done.rows)
        messages.success(request, told % {"n": formats.number(done.rows)})
    else:
        messages.info(request, _("Nothing was waiting."))
    if done.unfit:
        told = ngettext("%(n)s row does not fit the register and is among the rejected.",
                        "%(n)s rows do not fit the register and are among the rejected.",
                        done.unfit)  # fmt: skip
        messages.warning(request, told % {"n": formats.number(done.unfit)})
    return HttpResponseRedirect(f"{reverse('register')}?area={region}")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*REGISTER_SENDERS)
def receive(request: HttpRequest) -> HttpResponse:
    """Read a receipt. A damaged one changes nothing and is told with every fault."""
    form = ReceiptForm(request.POST or None, request.FILES or None)
    faults: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            done = actions.receive(content=file.read(), file_name=file.name, by=account(request))
        except BadFile as error:
            form.add_error("file", _("Nothing was changed. Correct what the table says."))
            faults = faults_of(error)
        else:
            messages.success(request, _("The receipt was read before. Nothing was changed.")
                if done.known else
                _("The receipt is read: %(accepted)s accepted, %(rejected)s rejected.")
                % {"accepted": formats.number(done.accepted),
                   "rejected": formats.number(done.rejected)})  # fmt: skip
            return HttpResponseRedirect(reverse("register"))
    context = {
        "form": form, "title": _("Read a receipt"), "submit": _("Read"), "multipart": True,
        "back": reverse("register"),
        "note": _("The file with which the register answers: each row accepted or rejected."),
    } | faults  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*REGISTER_SENDERS)
def retry(request: HttpRequest, entry: int) -> HttpResponse:
    actions.retry(entry=entry, by=account(request))
    messages.success(request, _("The row waits to be sent again."))
    return HttpResponseRedirect(reverse("register"))


@require_safe
@requires(*REGISTER_SENDERS)
def file(request: HttpRequest, register_file: int) -> HttpResponse:
    """A file to the register, as it was sent."""
    name, content = queries.content(register_file, scope=scope_of(request.user))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@requires(*REGISTER)
def table(request: HttpRequest, form: str) -> HttpResponse:
    """The figures as a file."""
    if form not in ("csv", "xlsx"):
        raise NotFound("unknown-file", "There is no such file.")
    region, scope = region_of(request, *REGISTER), scope_of(request.user)
    found = queries.figures(region=region, scope=scope)
    exact = scope.reaches(region, *REGISTER_SENDERS)
    rows = [(region, clock.today(), state, found.counts[state] if exact
             else shown(found.counts[state], Policy())) for state in STATES]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["region", "on", "state", "rows"], orient="row")
    return downloads.table_file(frame, form, name=f"registret-{region}")


def _stats(found: Figures, *, exact: bool) -> list[Stat]:
    """Small numbers are protected for those who only count."""
    since = {"waiting": found.oldest_waiting, "sent": found.oldest_unanswered}
    stats = []
    for state, label in STATES.items():
        count = found.counts[state]
        told = count if exact else shown(count, Policy())
        oldest = since.get(state)
        stats.append(Stat(
            label, _("few") if told is None else formats.number(told),
            of=_("the oldest since %(when)s") % {"when": _when(oldest)} if oldest else "",
            change=_("see below") if state == "rejected" and count and exact else "",
            tone=_TONES.get(state, ""),
        ))  # fmt: skip
    return stats


def _files(found: list[FileView]) -> Table | None:
    if not found:
        return None
    columns = [
        Column(_("File")), Column(_("Made")), Column(_("Handed over")),
        Column(_("Rows"), numeric=True), Column(_("Not answered"), numeric=True),
    ]  # fmt: skip
    rows: list[list[Text | Cell]] = [
        [
            Cell(each.name, url=reverse("register-file", args=[each.id])) if each.kept
            else each.name,
            _when(each.made_at),
            _when(each.sent_at) if each.sent_at else Cell(_("not yet"), tone="warning"),
            formats.number(each.rows),
            formats.number(each.unanswered),
        ]
        for each in found
    ]  # fmt: skip
    note = _("Files name persons. Each download is logged; files that were answered are deleted "
             "after 90 days.")  # fmt: skip
    return Table("files", _("Files to the register"), columns, rows, note=note)


def _when(moment: datetime) -> str:
    local = moment.astimezone(clock.SWEDEN)
    return f"{date_format(local.date(), 'j F Y')} {local:%H:%M}"
