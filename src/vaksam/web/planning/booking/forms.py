"""Forms of sessions, letters, groups, reserve list and waiting room."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaksam.base import clock
from vaksam.booking.actions import Plan
from vaksam.web.forms import Form, choices
from vaksam.web.planning.booking.words import REASONS, SAID

HOURS = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class SessionForm(Form):
    """When a venue gives a product, and what decides how many can come."""

    programme = forms.ChoiceField(label=_("Programme"))
    product = forms.ChoiceField(label=_("Product"))
    dose = forms.IntegerField(label=_("Only for dose number"), min_value=1, max_value=20,
                              required=False, help_text=_("Empty: for any dose"))  # fmt: skip
    day = forms.DateField(label=_("Day"))
    opens_at = forms.TimeField(label=_("Opens"), widget=HOURS)
    closes_at = forms.TimeField(label=_("Closes"), widget=HOURS)
    stations = forms.IntegerField(label=_("Stations"), min_value=1, max_value=200)
    vaccinators = forms.IntegerField(
        label=_("Vaccinators"), min_value=0, max_value=200, required=False,
        help_text=_("Empty: as the shifts say, also when somebody falls ill"),
    )  # fmt: skip
    minutes = forms.FloatField(label=_("Minutes for each person"), min_value=0.5, max_value=120)
    interval = forms.IntegerField(label=_("Call people in every … minutes"), min_value=1,
                                  max_value=240)  # fmt: skip
    certainty = forms.IntegerField(
        label=_("How certain the doses must be, per cent"), min_value=1, max_value=100,
        help_text=_("At 90 one delivery in ten may fail before anybody has to be moved"),
    )  # fmt: skip
    drop_in = forms.IntegerField(label=_("Places kept for drop-in"), min_value=0, max_value=10_000)
    online = forms.BooleanField(label=_("Residents may book by themselves"), required=False)

    FIXED = ("programme", "product", "dose", "day", "opens_at", "closes_at", "interval")

    def __init__(
        self, *args: Any, programmes: Sequence[tuple[str, str]], products: Mapping[str, str],
        fixed: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.offer("programme", list(programmes))
        self.offer("product", choices(products))
        if fixed:
            for name in self.FIXED:
                self.fields[name].disabled = True
                self.fields[name].help_text = ""  # a greyed text that cannot be read

    def plan(self) -> Plan:
        data = dict(self.cleaned_data)
        return Plan(**data | {"certainty": data["certainty"] / 100})


def initial_of(plan: Plan) -> dict[str, Any]:
    """A plan as the form begins with it."""
    found = {name: getattr(plan, name) for name in Plan.__slots__}
    return found | {"certainty": round(plan.certainty * 100)}


class CloseForm(Form):
    reason = forms.CharField(label=_("Why, for those who are booked"), max_length=200)


class CancelForm(Form):
    reason = forms.ChoiceField(label=_("Why"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("reason", [(code, REASONS[code]) for code in SAID])


class CallForm(Form):
    """Somebody to be called back."""

    telephone = forms.CharField(label=_("Telephone number"), max_length=20,
                                widget=forms.TextInput(attrs={"inputmode": "tel"}))  # fmt: skip
    note = forms.CharField(label=_("What it is about"), max_length=300, required=False,
                           help_text=_("No illnesses: the record has what is needed"))  # fmt: skip


class LettersForm(Form):
    """A cohort, the venues, the days, and by when to answer."""

    name = forms.CharField(label=_("Name"), max_length=120)
    programme = forms.ChoiceField(label=_("Programme"))
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)
    born_from = forms.IntegerField(label=_("Born from"), min_value=1900, max_value=2100,
                                   required=False)  # fmt: skip
    born_to = forms.IntegerField(label=_("Born to"), min_value=1900, max_value=2100, required=False)
    phase = forms.IntegerField(label=_("Phase"), min_value=1, max_value=9, required=False)
    dose = forms.IntegerField(label=_("Dose number"), min_value=1, max_value=20, required=False)
    venues = forms.MultipleChoiceField(
        label=_("Venues"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Each person gets the nearest with a free place"),
    )  # fmt: skip
    since = forms.DateField(label=_("First day"))
    until = forms.DateField(label=_("Last day"))
    release_on = forms.DateField(
        label=_("Free again if not kept by"), help_text=_("The day in the letter to answer by")
    )
    most = forms.IntegerField(label=_("At most persons"), min_value=1, max_value=20_000)

    def __init__(
        self, *args: Any, programmes: Sequence[tuple[str, str]],
        municipalities: Mapping[str, str], venues: Mapping[int, str], **kwargs: Any,
    ) -> None:  # fmt: skip
        today = clock.today()
        initial = {"since": today + timedelta(days=10), "until": today + timedelta(days=24),
                   "release_on": today + timedelta(days=7), "most": 1000}  # fmt: skip
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        self.offer("programme", list(programmes))
        self.offer("municipality", choices(municipalities, _("the whole region")))
        self.offer("venues", [(str(pk), name) for pk, name in venues.items()])


class GroupForm(Form):
    """A group, whom to call, and how many places from when."""

    name = forms.CharField(label=_("Association, school or workplace"), max_length=120)
    contact = forms.CharField(label=_("Contact person"), max_length=120)
    telephone = forms.CharField(label=_("Telephone number"), max_length=20, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    session = forms.ChoiceField(label=_("Session"))
    from_time = forms.TimeField(label=_("From"), widget=HOURS)
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=2000)
    release_on = forms.DateField(label=_("Free for all after"))

    def __init__(self, *args: Any, sessions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("session", list(sessions))


class LeftForm(Form):
    """Doses that are left."""

    product = forms.ChoiceField(label=_("Product"))
    doses = forms.IntegerField(label=_("Doses left"), min_value=1, max_value=200)
    until = forms.TimeField(label=_("To be given before"), widget=HOURS)
    lease = forms.IntegerField(label=_("Minutes to answer"), min_value=1, max_value=120, initial=10)

    def __init__(self, *args: Any, products: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("product", choices(products))


class DoorForm(Form):
    per_minute = forms.IntegerField(
        label=_("Let in a minute"), min_value=0, max_value=100_000,
        help_text=_("0: the door stands open and nobody waits"),
    )  # fmt: skip
