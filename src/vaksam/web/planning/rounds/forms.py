"""The forms of a new round and of a sheet that came back."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaksam.core.rounds import Way
from vaksam.rounds.actions import Ask
from vaksam.web.forms import Form, choices
from vaksam.web.planning.rounds.words import KINDS, WAYS

HOURS = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class RoundForm(Form):
    """Which team goes where, when, with what."""

    venue = forms.ChoiceField(label=_("Team"))
    kind = forms.ChoiceField(label=_("Goes to"))
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)
    programme = forms.ChoiceField(label=_("Programme"))
    product = forms.ChoiceField(label=_("Product"))
    day = forms.DateField(label=_("Day"))
    leaves = forms.TimeField(label=_("Leaves"), widget=HOURS, initial=time(8))
    until = forms.TimeField(label=_("Back by"), widget=HOURS, initial=time(16))
    teams = forms.IntegerField(label=_("Cars that leave together"), min_value=1, max_value=30,
                               initial=1)  # fmt: skip
    most = forms.IntegerField(label=_("At most persons"), min_value=1, max_value=1000, initial=60)
    way = forms.ChoiceField(label=_("Doses"))
    person_minutes = forms.IntegerField(label=_("Minutes for each person"), min_value=1,
                                        max_value=120, initial=8)  # fmt: skip
    door_minutes = forms.IntegerField(label=_("Minutes for each stop besides"), min_value=0,
                                      max_value=120, initial=7)  # fmt: skip
    drive_minutes = forms.IntegerField(
        label=_("Most minutes of driving that the vaccine bears"), min_value=1, max_value=720,
        required=False, help_text=_("Empty: 120 for a vaccine that bears no shaking, else any"),
    )  # fmt: skip
    outside_minutes = forms.IntegerField(
        label=_("Most minutes outside the fridge"), min_value=1, max_value=1440, required=False,
        help_text=_("Empty: only the life of an opened vial counts"),
    )  # fmt: skip

    def __init__(
        self, *args: Any, venues: Mapping[int, str], programmes: Sequence[tuple[str, str]],
        products: Mapping[str, str], municipalities: Mapping[str, str], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.offer("venue", [(str(pk), name) for pk, name in venues.items()])
        self.offer("kind", choices(KINDS))
        self.offer("way", choices(WAYS))
        self.offer("programme", list(programmes))
        self.offer("product", choices(products))
        self.offer("municipality", choices(municipalities, _("All")))

    def ask(self) -> Ask:
        data = self.cleaned_data
        told = {name: data[name] for name in data if name not in ("venue", "way")}
        return Ask(venue=int(data["venue"]), way=Way(data["way"]), **told)


class BackForm(Form):
    """A sheet that came back."""

    file = forms.FileField(label=_("The filled-in sheet (Excel)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".xlsx"


class MeansForm(Form):
    """Whom a row means that was written by hand."""

    person = forms.CharField(label=_("Personal number, or name with birth date"), max_length=120)
