"""The form of a suspected side effect."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vaksam.base import clock
from vaksam.clinic.queries.reactions import ReactionView
from vaksam.core.clinic import reactions as core
from vaksam.records.queries import DoseView
from vaksam.web import formats
from vaksam.web.forms import Form
from vaksam.web.planning.people.reactions_shown import language


class ReactionForm(Form):
    """What happened, how serious it was, how it went, and who reports."""

    vaccination = forms.ChoiceField(label=_("After the dose"), required=False)
    began_on = forms.DateField(label=_("The day it began"))
    began_time = forms.TimeField(
        label=_("At what time"), help_text=_("As near as is known: 09:40"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )  # fmt: skip
    anaphylaxis = forms.BooleanField(
        label=_("Suspected anaphylaxis"), required=False,
        help_text=_("Later doses are then booked at a hospital, after a physician has looked."),
    )  # fmt: skip
    terms = forms.MultipleChoiceField(
        label=_("Reactions"), required=False, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(
        label=_("What happened"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    treatment = forms.CharField(label=_("Treatment"), max_length=300, required=False)
    seriousness = forms.MultipleChoiceField(
        label=_("Serious because it"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: not serious"),
    )  # fmt: skip
    outcome = forms.ChoiceField(label=_("How it is now"))
    reporter_name = forms.CharField(label=_("Who reports"), max_length=120)
    reporter_title = forms.CharField(label=_("Profession"), max_length=80, required=False)
    reporter_contact = forms.CharField(
        label=_("Telephone or e-mail"), max_length=120, required=False
    )

    def __init__(self, *args: Any, doses: Sequence[DoseView], kept: int | None = None,
                 **more: Any) -> None:  # fmt: skip
        super().__init__(*args, **more)
        known, lang = core.words(), language()
        told = [(str(each.id), f"{each.name}, {formats.day(each.given_on)}, {each.lot or '–'}")
                for each in doses]  # fmt: skip
        if kept is not None and str(kept) not in dict(told):
            told.append((str(kept), gettext("as before")))
        self.offer("vaccination", [("", gettext("a dose that is not registered here")), *told])
        for name, words in (("terms", known.terms), ("seriousness", known.criteria),
                            ("outcome", known.outcomes)):  # fmt: skip
            self.offer(name, [
                (code, each.name(lang)) for code, each in words.items()
                if (name, code) != ("terms", core.ANAPHYLAXIS)
            ])  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("terms") or data.get("text") or data.get("anaphylaxis")):
            self.add_error("text", ValidationError(gettext("Choose a reaction or describe it.")))
        return data

    def values(self) -> dict[str, Any]:
        """What `clinic.actions.reactions.note_reaction` takes."""
        told = dict(self.cleaned_data)
        began = clock.at(told.pop("began_on"), told.pop("began_time"))
        chosen = told.pop("vaccination")
        return told | {"began_at": began, "vaccination": int(chosen) if chosen else None}


def of_new(now: datetime, dose: str, doses: Sequence[DoseView], name: str) -> dict[str, Any]:
    """How a new one begins: just now, after the dose asked for, else the newest."""
    local = now.astimezone(clock.SWEDEN)
    ids = [str(each.id) for each in doses]
    chosen = dose if dose in ids else (ids[-1] if ids else "")
    return {"vaccination": chosen, "began_on": local.date(), "began_time": local.time(),
            "outcome": "unknown", "reporter_name": name}  # fmt: skip


def of_known(view: ReactionView) -> dict[str, Any]:
    """A reaction as its correction begins."""
    report, local = view.report, view.report.began_at.astimezone(clock.SWEDEN)
    return {
        "vaccination": str(view.vaccination or ""), "began_on": local.date(),
        "began_time": local.time(), "anaphylaxis": report.anaphylaxis,
        "terms": [each for each in report.terms if each != core.ANAPHYLAXIS],
        "text": report.text, "treatment": report.treatment, "seriousness": report.seriousness,
        "outcome": report.outcome, "reporter_name": report.reporter_name,
        "reporter_title": report.reporter_title, "reporter_contact": report.reporter_contact,
    }  # fmt: skip
