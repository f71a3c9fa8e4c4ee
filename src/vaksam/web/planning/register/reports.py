"""Doses that a municipality reports: its own files and single doses, and what became of them."""

from io import BytesIO
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaksam.areas import queries as areas
from vaksam.areas.queries import AreaRef
from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import BadFile, NotFound, Refused
from vaksam.exchange import actions, queries
from vaksam.exchange.queries import ReportView, RowView
from vaksam.exchange.reports.columns import TEMPLATE
from vaksam.programmes import queries as programmes
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Link, Stat, Table, Text
from vaksam.web.errors import faults_of
from vaksam.web.insight.downloads import FORMS
from vaksam.web.planning.register.forms import DoseForm, UploadForm
from vaksam.web.planning.register.overview import _when
from vaksam.web.planning.register.words import ROWS, STATES
from vaksam.web.roles import REPORT, account

_PAGE = 100


@require_safe
@requires(*REPORT)
def own(request: HttpRequest) -> HttpResponse:
    """What one has reported oneself, the newest first."""
    found = queries.reports(scope=scope_of(request.user))
    context = {"table": _table(found), "downloads": _templates()}
    return render(request, "register/reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*REPORT)
def upload(request: HttpRequest) -> HttpResponse:
    """Report a file. A faulty one changes nothing and is told with every fault."""
    form = UploadForm(
        request.POST or None, request.FILES or None, municipalities=_municipalities(request)
    )
    faults: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            done = actions.report_doses(
                municipality_code=form.cleaned_data["municipality_code"], content=file.read(),
                file_name=file.name, by=account(request),
            )  # fmt: skip
        except BadFile as error:
            form.add_error("file", _("Nothing was changed. Correct what the table says."))
            faults = faults_of(error)
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("The doses are reported."))
            return HttpResponseRedirect(reverse("report-one", args=[done.report]))
    context = {
        "form": form, "title": _("Report a file of doses"), "submit": _("Report"),
        "multipart": True, "back": reverse("report"),
        "note": _("Use the columns of the template. Rows with a number that the region knows are "
                  "registered at once; the others a coordinator of the region looks at."),
    } | faults  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*REPORT)
def dose(request: HttpRequest) -> HttpResponse:
    """Report a single dose."""
    offered = {each.code: each.name for each in programmes.products()}
    form = DoseForm(request.POST or None, municipalities=_municipalities(request), products=offered)
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.report_doses(
                municipality_code=form.cleaned_data["municipality_code"], dose=form.dose(),
                by=account(request),
            )  # fmt: skip
        except BadFile as error:
            for fault in error.faults:
                at = fault.column if fault.column in form.fields else None
                form.refuse(Refused(fault.code, fault.message, **fault.values), at)
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("The dose is reported."))
            return HttpResponseRedirect(reverse("report-one", args=[done.report]))
    context = {
        "form": form, "title": _("Report a single dose"), "submit": _("Report"),
        "back": reverse("report"),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_safe
@requires(*REPORT)
def one(request: HttpRequest, report: int) -> HttpResponse:
    """One of one's own reports, row by row; no person is named."""
    after = request.GET.get("after", "0")
    found, rows = queries.report(
        report, scope=scope_of(request.user), after=int(after) if after.isdecimal() else 0
    )
    context = {
        "report": found, "name": found.file_name or _("A single dose"),
        "when": _when(found.uploaded_at), "stats": _stats(found), "table": _rows(rows),
        "more": f"?after={rows[-1].number}" if len(rows) == _PAGE else "",
    }  # fmt: skip
    return render(request, "register/report.html", context)


@require_safe
@requires(*REPORT)
def template(request: HttpRequest, form: str) -> HttpResponse:
    """An empty file with the columns."""
    if form not in ("csv", "xlsx"):
        raise NotFound("unknown-file", "There is no such file.")
    buffer = BytesIO()
    if form == "csv":
        buffer.write(("\ufeff" + ";".join(TEMPLATE) + "\r\n").encode())
    else:
        pl.DataFrame(schema=dict.fromkeys(TEMPLATE, pl.String)).write_excel(buffer, autofit=True)
    response = HttpResponse(buffer.getvalue(), content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="vaksam-doser.{form}"'
    return response


def _municipalities(request: HttpRequest) -> list[AreaRef]:
    mine = scope_of(request.user).regions_as(*REPORT)
    return [each for each in areas.municipalities() if mine is None or each.region_code in mine]


def _templates() -> list[Link]:
    return [Link(_("Template"), reverse("report-template", args=[form]), form.upper())
            for form in ("csv", "xlsx")]  # fmt: skip


def _table(found: list[ReportView]) -> Table | None:
    if not found:
        return None
    names = {each.code: each.name for each in areas.municipalities()}
    columns = [Column(_("Report")), Column(_("Municipality")), Column(_("Reported")),
               *(Column(label, numeric=True) for label in (
                   _("Rows"), _("Registered"), _("Known before"), _("Looked at"),
                   _("Set aside")))]  # fmt: skip
    rows: list[list[Text | Cell]] = [
        [
            Cell(each.file_name or _("A single dose"), url=reverse("report-one", args=[each.id])),
            names.get(each.municipality_code, ""), _when(each.uploaded_at),
            *(formats.number(n) for n in (
                each.rows, each.registered, each.known, each.to_review, each.rejected)),
        ]
        for each in found
    ]  # fmt: skip
    return Table("reports", _("What you have reported"), columns, rows)


def _stats(found: ReportView) -> list[Stat]:
    counts = {"registered": found.registered, "known": found.known, "review": found.to_review,
              "rejected": found.rejected}  # fmt: skip
    return [Stat(ROWS[state], formats.number(count)) for state, count in counts.items()]


def _rows(found: list[RowView]) -> Table:
    columns = [Column(_("Row"), numeric=True), Column(_("Day of the dose")), Column(_("Product")),
               Column(_("In Vaksam")), Column(_("In the national register"))]  # fmt: skip
    rows: list[list[Any]] = [
        [
            formats.number(each.number),
            formats.day(each.given_on) if each.given_on else "–",
            each.product or "–",
            f"{ROWS[each.state]}: {each.why}" if each.why else ROWS[each.state],
            STATES[each.register] if each.register else "–",
        ]
        for each in found
    ]
    note = _("Rows are counted as in the file, the header being row 1.")
    return Table("rows", _("Row by row"), columns, rows, note=note)
