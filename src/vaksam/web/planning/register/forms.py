"""Forms of the register and of reports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaksam.areas.queries import AreaRef
from vaksam.web.forms import Form, choices
from vaksam.web.planning.register.words import SITES


class ReceiptForm(Form):
    file = forms.FileField(label=_("The receipt (CSV)"))


class UploadForm(Form):
    """A file of doses."""

    municipality_code = forms.ChoiceField(label=_("Municipality"))
    file = forms.FileField(label=_("The doses (CSV or Excel)"))

    def __init__(self, *args: Any, municipalities: list[AreaRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("municipality_code", _municipalities(municipalities))
        self.fields["file"].widget.attrs["accept"] = ".csv,.xlsx,text/csv"


class DoseForm(Form):
    """One dose. Its fields are the columns of the file."""

    municipality_code = forms.ChoiceField(label=_("Municipality"))
    personal_number = forms.CharField(
        label=_("Personal number"), max_length=20, required=False,
        help_text=_("Twelve digits. Without one: reserve number, or name and date of birth."),
    )  # fmt: skip
    coordination_number = forms.CharField(
        label=_("Coordination number"), max_length=20, required=False
    )
    reserve_number = forms.CharField(label=_("Reserve number"), max_length=20, required=False)
    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=100, required=False)
    born_on = forms.DateField(label=_("Date of birth"), required=False)
    given_on = forms.DateField(label=_("Day of the dose"))
    product = forms.ChoiceField(label=_("Product"))
    lot = forms.CharField(label=_("Lot"), max_length=40, required=False)
    dose_number = forms.IntegerField(
        label=_("Dose number"), min_value=1, max_value=99, required=False
    )
    site = forms.ChoiceField(label=_("Where on the body"), required=False)
    vaccinator_name = forms.CharField(label=_("Given by"), max_length=120)
    vouched_by = forms.CharField(label=_("Who answers for it"), max_length=80)

    def __init__(
        self, *args: Any, municipalities: list[AreaRef], products: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("municipality_code", _municipalities(municipalities))
        self.offer("product", choices(products, "–"))
        self.offer("site", choices(SITES))
        for name in self.fields:
            self.fields[name].widget.attrs.setdefault("autocomplete", "off")

    def dose(self) -> dict[str, str]:
        """What was written, as a row of the file has it."""
        told = {name: value for name, value in self.cleaned_data.items() if value}
        told.pop("municipality_code")
        return {name: str(value) for name, value in told.items()}


class DecideForm(Form):
    why = forms.CharField(
        label=_("Why it is set aside"), max_length=200, required=False,
        help_text=_("The municipality reads it."),
    )  # fmt: skip


def _municipalities(offered: list[AreaRef]) -> list[tuple[str, Any]]:
    named = {each.code: each.name for each in offered}
    return choices(named, "" if len(named) == 1 else "–")
