"""The form that uploads a list."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaksam.areas.queries import AreaRef
from vaksam.core import groups
from vaksam.web.forms import Form, choices

USUAL_DAYS = 90


class UploadForm(Form):
    """A list with its sender, purpose, legal basis and last day."""

    file = forms.FileField(
        label=_("The list (CSV or Excel)"),
        help_text=_(
            "Columns: personal_number, coordination_number, reserve_number, given_name, "
            "family_name, born_on, street, postcode. One row a person; not all are needed."
        ),
    )
    group = forms.ChoiceField(label=_("Everyone on it belongs to"))
    source = forms.ChoiceField(label=_("How it is known"))
    municipality_code = forms.ChoiceField(label=_("Municipality"))
    sender = forms.CharField(label=_("Sent by"), max_length=120)
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=200)
    purpose = forms.CharField(label=_("Purpose"), max_length=200)
    given_on = forms.DateField(label=_("Drawn up"))
    last_day = forms.DateField(
        label=_("Last day"), help_text=_("After it the list is deleted from sight.")
    )

    def __init__(self, *args: Any, municipalities: list[AreaRef], on: date, **kwargs: Any) -> None:
        super().__init__(
            *args,
            initial={
                "given_on": on,
                "last_day": on + timedelta(days=USUAL_DAYS),
                "source": "municipality_list",
            },
            **kwargs,
        )
        language = (get_language() or "sv")[:2]
        self.offer("group", choices(groups.names(language), "–"))
        self.offer("source", choices(groups.source_names(language)))
        self.offer(
            "municipality_code", choices({each.code: each.name for each in municipalities}, "–")
        )
        self.fields["file"].widget.attrs["accept"] = ".csv,.xlsx,text/csv"
