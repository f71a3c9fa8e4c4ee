"""What a physician signs."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vaksam.base import clock
from vaksam.web.clinic.words import STAFF_ROLES
from vaksam.web.forms import Form, choices

GIVERS: Final = ("nurse", "physician", "pharmacist", "assistant_nurse")
DOSES: Final = ("1", "2", "3", "4", "5")
GENERAL_DAYS, OWN_DAYS = 180, 30  # until when, unless told


def _many(label: Any, **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, widget=forms.CheckboxSelectMultiple, **more)


class Signed(Form):
    """What every prescription has: the vaccines, until when, and who signs."""

    products = _many(_("Vaccines"), error_messages={"required": _("Choose a vaccine.")})
    text = forms.CharField(label=_("Note"), required=False, max_length=1000,
                           widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip
    valid_from = forms.DateField(label=_("Holds from"))
    valid_to = forms.DateField(label=_("Last day"))
    signer_name = forms.CharField(label=_("Signed by"), max_length=120)
    signer_title = forms.CharField(
        label=_("Title"), max_length=80, required=False, initial=_("physician")
    )

    days = OWN_DAYS

    def __init__(
        self, *args: Any, products: Mapping[str, str], signer: str, initial: Any = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        today = clock.today()
        start = {"valid_from": today, "valid_to": today + timedelta(days=self.days),
                 "signer_name": signer}  # fmt: skip
        super().__init__(*args, initial=start | (initial or {}), **kwargs)
        self.offer("products", choices(products))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", ValidationError(gettext("It ends before it begins.")))
        return data


class GeneralForm(Signed):
    """Who may be given what, by whom."""

    programme = forms.ChoiceField(label=_("Vaccination"))
    doses = _many(_("Doses; none chosen: any"), required=False)
    age_from = forms.IntegerField(label=_("From age"), min_value=0, max_value=120, initial=0)
    age_to = forms.IntegerField(label=_("To age; empty: no limit"), min_value=0, max_value=120,
                                required=False)  # fmt: skip
    roles = _many(_("Who may give it; none chosen: all who vaccinate"), required=False)

    days = GENERAL_DAYS
    field_order = ("programme", "products", "doses", "age_from", "age_to", "roles", "valid_from",
                   "valid_to", "text", "signer_name", "signer_title")  # fmt: skip

    def __init__(self, *args: Any, programmes: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("programme", choices(programmes))
        self.offer("doses", [(each, each) for each in DOSES])
        self.offer("roles", [(code, STAFF_ROLES[code]) for code in GIVERS])

    def values(self) -> dict[str, Any]:
        """What `sign` takes."""
        data = dict(self.cleaned_data)
        return data | {"doses": [int(each) for each in data["doses"]]}


class OwnForm(Signed):
    """For one person, with what was considered."""

    cleared = _many(_("Considered, and no hindrance"), required=False)

    field_order = ("products", "cleared", "text", "valid_from", "valid_to", "signer_name",
                   "signer_title")  # fmt: skip

    def __init__(self, *args: Any, reasons: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("cleared", reasons)
        if not reasons:
            del self.fields["cleared"]
