"""What is told of a change: the public page, the venues, quiet hours; whom to call."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages as shown
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import Refused
from vaksam.core.messages import LANGUAGES
from vaksam.messaging import queries as messaging
from vaksam.messaging.queries import Outcome, ToCall
from vaksam.replanning.actions import telling
from vaksam.replanning.queries import ChangeView
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Stat, Table, Text
from vaksam.web.forms import Form
from vaksam.web.planning.booking.common import stamp
from vaksam.web.planning.changes import words
from vaksam.web.planning.changes.common import Names, change_of, to_write
from vaksam.web.planning.changes.counts import Counts
from vaksam.web.roles import CHANGE_PLANNERS, CHANGES, account

BEGUN = ("applying", "applied", "undoing", "undone")


class TextsForm(Form):
    """Quiet hours, venues, and the public page in each language."""

    loud = forms.CharField(
        label=gettext_lazy("Why messages may go at night"), max_length=200, required=False,
        help_text=gettext_lazy("Empty: they wait for the morning, as all messages do. Fill it in "
                               "only where people would else come in vain."),
    )  # fmt: skip
    venues = forms.CharField(
        label=gettext_lazy("To the venues"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Added to the letter to each venue."),
    )  # fmt: skip
    until = forms.DateField(label=gettext_lazy("Last day on the public page"), required=False,
                            help_text=gettext_lazy("Empty: two weeks"))  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in LANGUAGES:
            attrs = {"rows": 4, "lang": code} | ({"dir": "rtl"} if code == "ar" else {})
            label = _("On the public page, %(language)s") % {"language": words.LANGUAGES[code]}
            self.fields[f"public_{code}"] = forms.CharField(
                label=label, required=False, max_length=2000, widget=forms.Textarea(attrs=attrs)
            )
        self.dress()


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*CHANGE_PLANNERS)
def texts(request: HttpRequest, change: int) -> HttpResponse:
    """Texts of a change; where none is kept, a proposal to read and mend."""
    found = to_write(request, change)
    form = TextsForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        public = {code: data[f"public_{code}"] for code in LANGUAGES}
        try:
            telling.set_telling(change=change, loud=data["loud"], public=public,
                                venues=data["venues"], until=data["until"],
                                by=account(request))  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            shown.success(request, _("The texts are saved."))
            return HttpResponseRedirect(reverse("changes-one", args=[change]))
    note = _("The texts for the public page are a proposal. Read them before you save.")
    context = {"form": form, "title": _("What is told"), "eyebrow": found.name,
               "note": "" if found.texts.get("public") else note, "submit": _("Save the texts"),
               "back": reverse("changes-one", args=[change])}  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


def _initial(change: ChangeView) -> dict[str, Any]:
    kept = change.texts
    public = kept.get("public") or messaging.public_text(change.id)
    until = date.fromisoformat(kept["until"]) if kept.get("until") else None
    return {"loud": change.loud, "venues": kept.get("venues", ""), "until": until} | {
        f"public_{code}": text for code, text in public.items()
    }


@require_safe
@requires(*CHANGE_PLANNERS)
def calls(request: HttpRequest, change: int) -> HttpResponse:
    """Those whom no message reached. Looking is logged."""
    found = to_write(request, change)
    people = messaging.to_call(change, scope=scope_of(request.user), path=request.path)
    context = {"change": found, "table": _calls_table(people)}
    return render(request, "changes/calls.html", context)


@require_safe
@requires(*CHANGES)
def letter(request: HttpRequest, change: int, venue: int) -> HttpResponse:
    """What the change does at a venue, to print: no personal data."""
    found = change_of(request, change)
    pdf = messaging.venue_letter(change, venue, scope=scope_of(request.user))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="andring-{found.id}-{venue}.pdf"'
    return response


def letters(change: ChangeView, names: Names) -> list[tuple[int, str]]:
    """The venues it touches, by name."""
    touched = {each["venue"] for each in (change.preview or {}).get("places", [])}
    found = [(pk, name) for pk, name in names.venues.items() if pk in touched]
    return sorted(found, key=lambda each: formats.alphabetical(each[1]))


def afterwards(change: ChangeView, request: HttpRequest, counts: Counts) -> dict[str, Any]:
    """What became of it so far; nothing before it is begun."""
    if change.state not in BEGUN:
        return {}
    found = messaging.outcome(change.id, scope=scope_of(request.user))
    return {"after_stats": _stats(found, counts), "fates": _fates(found, counts)}


def _stats(found: Outcome, counts: Counts) -> list[Stat]:
    missed = sum(found.unreached.values())
    hours = _("the last after %(n)s h") % {"n": formats.decimal(found.last_hours, 1)}
    late = _("%(n)s had less than %(least)s minutes") % {
        "n": counts.number(found.late), "least": messaging.SHORTEST_NOTICE}  # fmt: skip
    return [
        Stat(_("Persons told"), counts.number(sum(found.told.values())),
             _("of %(n)s") % {"n": counts.number(found.persons)}),
        Stat(_("Not reached"), counts.number(missed),
             _("%(n)s have been called") % {"n": counts.number(found.called)}),
        Stat(_("Half were told within"),
             "–" if found.median_hours is None
             else _("%(n)s h") % {"n": formats.decimal(found.median_hours, 1)},
             "" if found.last_hours is None else hours),
        Stat(_("Notice before the time, half"),
             "–" if found.median_notice is None
             else _("%(n)s h") % {"n": formats.decimal(found.median_notice / 60, 0)}, late),
    ]  # fmt: skip


def _fates(found: Outcome, counts: Counts) -> Table | None:
    rows: list[list[Text]] = [
        [str(label), counts.number(found.fates[code])]
        for code, label in words.FATES.items() if found.fates.get(code)
    ]  # fmt: skip
    columns = [Column(_("What came of it")), Column(_("Times"), numeric=True)]
    return Table("fates", _("What people did"), columns, rows) if rows else None


def _calls_table(people: list[ToCall]) -> Table | None:
    if not people:
        return None
    rows: list[list[Text | Cell]] = [
        [
            Cell(each.name or _("Protected identity"),
                 url=reverse("booking-person", args=[each.person])),
            _born(each.born_on), each.telephone or "–", each.language or "–", stamp(each.soonest),
            Cell(_("on the call list"), tone="info") if each.waiting else "–",
        ]
        for each in people
    ]  # fmt: skip
    heads = (_("Name"), _("Born"), _("Telephone"), _("Language"), _("Would come"), _("State"))
    columns = [Column(label) for label in heads]
    return Table("calls", _("No message reached them"), columns, rows)


def _born(on: date | None) -> str:
    return "–" if on is None else str(on.year)
