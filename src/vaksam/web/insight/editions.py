"""Editions: which there are, and how a new one comes in."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.base.roles import Role
from vaksam.base.scope import requires, scope_of
from vaksam.core.coverage.goals import Doses
from vaksam.core.errors import NotFound, Refused
from vaksam.coverage import actions, queries
from vaksam.coverage.queries import EditionRef
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Empty, Link, Progress, Table

IMPORTERS = (Role.REGION_COORDINATOR, Role.REGION_ANALYST, Role.ADMINISTRATOR)
FAULTS_SHOWN = 200


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """All editions; an upload for those who may."""
    found = queries.editions()
    may_import = scope_of(request.user).has(*IMPORTERS)
    context = {
        "table": _editions_table(found) if found else None,
        "may_import": may_import,
        "runs": _runs_table() if may_import else None,
        "compare": found[:2] if len(found) > 1 else None,
        "example_data": bool(found) and found[0].example,
        "empty": Empty(
            _("No editions yet"),
            _("Upload Folkhälsomyndigheten's workbook (.xlsx), or import it with the command "
              "vaksam import fhm."),
        ),
    }  # fmt: skip
    return render(request, "coverage/editions.html", context)


@require_safe
def edition(request: HttpRequest, edition_id: int) -> HttpResponse:
    """One edition: its sheets, what was odd in it, and its own notes."""
    found = next((one for one in queries.editions() if one.id == edition_id), None)
    if found is None:
        raise NotFound("no-such-edition", "There is no such edition.")
    odd = queries.warnings(edition_id)
    context = {
        "edition": found,
        "sheets": _sheets_table(found),
        "notes": [(table.title, table.note) for table in queries.tables(edition_id) if table.note],
        "faults": odd[:FAULTS_SHOWN],
        "faults_hidden": max(0, len(odd) - FAULTS_SHOWN),
        "crumbs": crumbs(),
        "example_data": found.example,
    }
    return render(request, "coverage/edition.html", context)


@require_POST
@requires(*IMPORTERS)
def start(request: HttpRequest) -> HttpResponse:
    """Take an upload and queue it; its own page shows how far it has come."""
    upload = request.FILES.get("workbook")
    if upload is None or upload.name is None:
        raise Refused("no-file", "No file was chosen. Choose the workbook and try again.")
    if (upload.size or 0) > actions.MAX_BYTES:
        raise actions.too_large()
    assert isinstance(request.user, User)
    run_id = actions.start_import(content=upload.read(), file_name=upload.name, by=request.user)
    return HttpResponseRedirect(reverse("coverage-import", args=[run_id]))


@require_safe
@requires(*IMPORTERS)
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """An import under way; HTMX asks for the moving part alone."""
    found = queries.run(run_id)
    url = reverse("coverage-import", args=[run_id])
    context = {
        "run": found,
        "faults": found.faults[:FAULTS_SHOWN],
        "faults_hidden": max(0, len(found.faults) - FAULTS_SHOWN),
        "crumbs": crumbs(),
        "progress": Progress(
            key="import",
            label=found.file_name,
            text=_run_text(found),
            url=url,
            page_url=url,
            value=found.steps if found.ended else found.done,
            maximum=found.steps or (1 if found.ended else 0),
            done=found.ended,
        ),
    }
    htmx = getattr(request, "htmx", False)
    template = "coverage/import_part.html" if htmx else "coverage/import.html"
    return render(request, template, context)


def _run_text(run: queries.RunRef) -> str:
    if run.state == "running" and run.steps:
        return _("Reading sheet %(done)s of %(steps)s") % {
            "done": run.done + 1,
            "steps": max(run.steps - 1, run.done + 1),
        }
    return run.label


def crumbs() -> list[Link]:
    """Above the pages about editions."""
    return [
        Link(_("Coverage"), reverse("coverage")),
        Link(_("Editions and corrections"), reverse("coverage-editions")),
    ]


def _editions_table(found: Iterable[EditionRef]) -> Table:
    return Table(
        "editions-table",
        _("Editions, newest first"),
        [
            Column(_("Edition")),
            Column(_("Age in days"), numeric=True),
            Column(_("Figures"), numeric=True),
            Column(_("Remarks"), numeric=True),
            Column(_("File")),
            Column(_("Imported")),
        ],
        [
            [
                Cell(formats.day(one.edition_on), url=reverse("coverage-edition", args=[one.id])),
                formats.number((clock.today() - one.edition_on).days),
                formats.number(one.figure_count),
                formats.number(one.warnings),
                Cell(_("Example data"), tone="warning") if one.example else one.file_name,
                formats.day(clock.day_of(one.imported_at)),
            ]
            for one in found
        ],
    )


def _runs_table() -> Table | None:
    found = queries.runs()
    if not found:
        return None
    tones = {"refused": "danger", "failed": "danger", "done": "success"}
    return Table(
        "runs-table",
        _("Latest uploads"),
        [Column(_("File")), Column(_("Outcome")), Column(_("By"))],
        [
            [
                Cell(one.file_name, url=reverse("coverage-import", args=[one.id])),
                Cell(one.label, tone=tones.get(one.state, "info")),  # type: ignore[arg-type]
                one.started_by,
            ]
            for one in found
        ],
    )


def _sheets_table(found: EditionRef) -> Table:
    return Table(
        "sheets-table",
        _("Sheets, as they were read"),
        [Column(_("Sheet")), Column(_("Ages")), Column(_("Doses")), Column(_("Weeks"))],
        [
            [
                table.title,
                ", ".join(formats.age(age) for age in table.ages),
                ", ".join(_status(dose) for dose in table.doses),
                f"{table.weeks[0]} – {table.weeks[1]}" if table.weeks else "–",
            ]
            for table in queries.tables(found.id)
        ],
    )


def _status(dose: Doses) -> str:
    if dose.last is None:
        return formats.dose(dose.first)
    return ngettext("Exactly %(n)s dose", "Exactly %(n)s doses", dose.first) % {"n": dose.first}
