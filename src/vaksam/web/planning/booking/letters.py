"""Times by letter: choose a cohort, reserve places, print, release what is not kept."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.areas import queries as areas
from vaksam.base.scope import requires, scope_of
from vaksam.booking import actions, queries
from vaksam.booking.actions import Cohort
from vaksam.booking.queries import PrebookingRef
from vaksam.core.errors import NotFound, Refused
from vaksam.messaging import actions as messaging
from vaksam.messaging import queries as runs
from vaksam.programmes import queries as programmes
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Stat, Table, Text
from vaksam.web.planning.booking import common
from vaksam.web.planning.booking.forms import LettersForm
from vaksam.web.roles import BOOKING_PLANNERS, account

LEFT_OUT = {
    "declined": gettext_lazy("do not want the vaccine"),
    "no-place": gettext_lazy("no free place at the venues"),
    "booked": gettext_lazy("booked in the meantime"),
    "needs-assessment": gettext_lazy("a physician must look first"),
    "too-early": gettext_lazy("too early for the days chosen"),
    "other-product": gettext_lazy("not with the products of these sessions"),
    "other-dose": gettext_lazy("another dose number"),
}


@require_safe
@requires(*BOOKING_PLANNERS)
def letters(request: HttpRequest) -> HttpResponse:
    """Every cohort that was given times, and how they answered."""
    region = common.region_of(request, *BOOKING_PLANNERS)
    context = {"tabs": common.tabs(request), "table": _table(queries.prebookings(region))}
    return render(request, "booking/letters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*BOOKING_PLANNERS)
def new(request: HttpRequest) -> HttpResponse:
    """Choose who, where and when. “Count” tells how many before anything is reserved."""
    region = common.region_of(request, *BOOKING_PLANNERS)
    form = _form(request, region)
    context: dict[str, Any] = {"tabs": common.tabs(request), "form": form}
    if request.method == "POST" and form.is_valid():
        wanted = _cohort(form, region)
        if "count" in request.POST:
            people = actions.cohort(wanted, since=form.cleaned_data["since"])
            context["counted"] = formats.number(len(people))
        else:
            try:
                done = _prebook(form, wanted, request)
            except Refused as error:
                form.refuse(error)
            else:
                text = ngettext("%(n)s person has a time.", "%(n)s persons have times.",
                                done.persons)  # fmt: skip
                messages.success(request, text % {"n": formats.number(done.persons)})
                return HttpResponseRedirect(reverse("booking-letter", args=[done.prebooking]))
    return render(request, "booking/letters_new.html", context, status=422 if form.errors else 200)


@require_safe
@requires(*BOOKING_PLANNERS)
def letter(request: HttpRequest, prebooking: int) -> HttpResponse:
    """One cohort: how they answered, who was left out and why, letters to print."""
    found = queries.prebooking(prebooking, scope=scope_of(request.user))
    context = {
        "tabs": common.tabs(request), "letters": found, "stats": _stats(found),
        "left_out": [(LEFT_OUT.get(code, code), formats.number(n))
                     for code, n in sorted(found.left_out.items(), key=lambda each: -each[1])],
        "release_on": formats.day(found.release_on),
        "runs": runs.letter_runs(prebooking, scope=scope_of(request.user)),
    }  # fmt: skip
    return render(request, "booking/letter.html", context)


@require_POST
@requires(*BOOKING_PLANNERS)
def act(request: HttpRequest, prebooking: int, step: str) -> HttpResponse:
    """Print the letters, or free what has not been kept."""
    queries.prebooking(prebooking, scope=scope_of(request.user))
    if step == "print":
        messaging.make_letters(prebooking=prebooking, by=account(request))
        messages.success(request, _("The letters are being made. Load the page again in a while."))
    elif step == "release":
        freed = actions.release(prebooking=prebooking, by=account(request))
        text = ngettext("%(n)s place is free again.", "%(n)s places are free again.", freed)
        messages.success(request, text % {"n": formats.number(freed)})
    else:
        raise NotFound("unknown-step", "There is no such step.")
    return HttpResponseRedirect(reverse("booking-letter", args=[prebooking]))


@require_safe
@requires(*BOOKING_PLANNERS)
def pdf(request: HttpRequest, prebooking: int, file: int) -> HttpResponse:
    """Letters to print, one person a sheet."""
    name, content = runs.letter_pdf(file, scope=scope_of(request.user), path=request.path)
    return _to_keep(name, content, "application/pdf")


@require_safe
@requires(*BOOKING_PLANNERS)
def addresses(request: HttpRequest, prebooking: int, run: int) -> HttpResponse:
    """The addresses of a run."""
    name, content = runs.addresses(run, scope=scope_of(request.user), path=request.path)
    return _to_keep(name, content, "text/csv; charset=utf-8")


def _to_keep(name: str, content: bytes, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _prebook(form: LettersForm, wanted: Cohort, request: HttpRequest) -> actions.Prebooked:
    data = form.cleaned_data
    return actions.prebook(
        name=data["name"], wanted=wanted, places=[int(pk) for pk in data["venues"]],
        release_on=data["release_on"], since=data["since"], until=data["until"],
        most=data["most"], by=account(request),
    )  # fmt: skip


def _cohort(form: LettersForm, region: str) -> Cohort:
    data = form.cleaned_data
    return Cohort(
        programme=data["programme"], region_code=region, municipality=data["municipality"],
        born_from=data["born_from"], born_to=data["born_to"], phase=data["phase"],
        dose=data["dose"],
    )  # fmt: skip


def _form(request: HttpRequest, region: str) -> LettersForm:
    language = (get_language() or "sv")[:2]
    known = [(code, programmes.programme(code, language=language).name)
             for code in programmes.running()]  # fmt: skip
    return LettersForm(
        request.POST or None, programmes=known,
        municipalities={each.code: each.name for each in areas.municipalities(region)},
        venues={ref.id: ref.name for ref in queries.venue_names(region)},
    )  # fmt: skip


def _table(found: list[PrebookingRef]) -> Table | None:
    if not found:
        return None
    rows: list[list[Text | Cell]] = [
        [Cell(each.name, url=reverse("booking-letter", args=[each.id])),
         formats.day(each.release_on),
         *(formats.number(n) for n in
           (each.persons, each.waiting, each.kept, each.moved, each.cancelled, each.released))]
        for each in found
    ]  # fmt: skip
    labels = (_("Given a time"), _("Not answered"), _("Said yes"), _("Moved"), _("Cancelled"),
              _("Free again"))  # fmt: skip
    columns = [Column(_("Letters")), Column(_("Answer by")),
               *(Column(label, numeric=True) for label in labels)]  # fmt: skip
    return Table("letters", _("Times given by letter"), columns, rows)


def _stats(found: PrebookingRef) -> list[Stat]:
    return [
        Stat(_("Given a time"), formats.number(found.persons)),
        Stat(_("Said yes"), formats.number(found.kept)),
        Stat(_("Not answered"), formats.number(found.waiting)),
        Stat(_("Moved or cancelled"), formats.number(found.moved + found.cancelled)),
        Stat(_("Free again"), formats.number(found.released)),
    ]
