"""The form of checking somebody in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaksam.web.clinic.words import IDENTIFIED, WAYS
from vaksam.web.forms import Form, choices


class CheckInForm(Form):
    """How one knows who it is, and what is not told by a time they hold."""

    identified = forms.ChoiceField(
        label=_("How do you know who it is?"), widget=forms.RadioSelect, initial="document"
    )
    note = forms.CharField(label=_("Who vouches, if somebody does"), max_length=160, required=False)
    way = forms.ChoiceField(label=_("How they came"), required=False)
    programme = forms.ChoiceField(label=_("Vaccination"))
    household = forms.MultipleChoiceField(
        label=_("Check in together"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(
        self, *args: Any, time: bool, programmes: Mapping[str, str], household: Mapping[int, str],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self._programmes = programmes
        self.offer("identified", choices(IDENTIFIED))
        ways = {code: label for code, label in WAYS.items() if code != "booked"}
        self.offer("way", choices(ways))
        self.offer("programme", choices(programmes))
        self.offer("household", [(str(pk), name) for pk, name in household.items()])
        if time:
            del self.fields["way"]
        if len(programmes) == 1:
            del self.fields["programme"]
        if not household:
            del self.fields["household"]

    @property
    def chosen(self) -> str:
        """What they are vaccinated against here; "" where nothing runs."""
        told = self.cleaned_data.get("programme", "") if self.is_bound else ""
        return str(told or next(iter(self._programmes), ""))
