"""Forms of venues, staff and shifts."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from vaksam.base import clock
from vaksam.core.venues import Span
from vaksam.venues.queries import StaffRef, VenueRef
from vaksam.web.forms import Form, choices
from vaksam.web.planning.venues import words

#: Headings of the venue's form, each with its fields.
SECTIONS: Final = (
    (_("The venue"), ("name", "kind", "provider", "contact", "telephone", "web", "public")),
    (_("Where it is"), ("street", "postcode", "city", "public_transport", "directions",
                        "latitude", "longitude")),
    (_("For whom"), ("step_free", "lift", "toilet", "quiet_room", "parking", "hearing_loop",
                     "languages")),
    (_("How many can come"), ("stations", "minutes_per_person", "interval_minutes",
                              "observation_minutes", "room")),
    (_("Vaccine"), ("doses_per_week", "frozen", "hours_from_store", "cut_off")),
)  # fmt: skip


def _number(label: Any, least: int, most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, help_text=help_text,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip


def _flag(label: Any, help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=help_text, required=False)


def _text(label: Any, most: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, help_text=help_text)


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput({"type": "time"}, format="%H:%M"))


def _languages() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Languages spoken"), required=False, widget=forms.CheckboxSelectMultiple
    )


class WithLanguages(Form):
    """Offers languages, and whatever is spoken already."""

    def offer_languages(self, spoken: Iterable[str]) -> None:
        codes = dict.fromkeys([*words.LANGUAGES, *spoken])
        self.offer("languages", choices({code: words.language(code) for code in codes}))


class VenueForm(WithLanguages):
    """What a venue is like."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=choices(words.KINDS))
    provider = forms.ChoiceField(label=_("Run by"), choices=choices(words.PROVIDERS))
    contact = _text(_("Contact"), 80, _("Whom to ask for"))
    telephone = _text(_("Telephone"), 20)
    web = forms.URLField(label=_("Web page"), max_length=200, required=False, assume_scheme="https")
    public = _flag(_("Residents may choose it"), _("Not for stores, rounds and closed places"))
    street = _text(_("Street"), 120)
    postcode = _text(_("Postcode"), 6)
    city = _text(_("City"), 60)
    public_transport = _text(_("Public transport"), 200, _("Stop, line and how far to walk"))
    directions = _text(_("How to find the door"), 400)
    latitude = forms.FloatField(
        label=_("Latitude"), min_value=-90, max_value=90, required=False,
        help_text=_("Degrees north, such as 63.825"),
    )  # fmt: skip
    longitude = forms.FloatField(
        label=_("Longitude"), min_value=-180, max_value=180, required=False,
        help_text=_("Degrees east, such as 20.263"),
    )  # fmt: skip
    step_free = _flag(_("Step-free from the street"))
    lift = _flag(_("Lift"))
    toilet = _flag(_("Accessible toilet"))
    quiet_room = _flag(_("Quiet room"))
    parking = _flag(_("Disabled parking"))
    hearing_loop = _flag(_("Hearing loop"))
    languages = _languages()
    stations = _number(_("Stations"), 1, 500, _("Places to vaccinate side by side"))
    minutes_per_person = forms.FloatField(
        label=_("Minutes per person"), min_value=0.5, max_value=120,
        help_text=_("At the station, all told"),
    )  # fmt: skip
    interval_minutes = _number(_("Minutes between times"), 1, 240, _("That can be booked"))
    observation_minutes = _number(_("Minutes of observation"), 0, 120, _("After the dose"))
    room = forms.IntegerField(
        label=_("People let in at once"), min_value=1, max_value=100_000, required=False,
        help_text=_("Leave empty where there is no limit"),
    )  # fmt: skip
    doses_per_week = _number(_("Doses a week"), 0, 1_000_000, _("What it can give at most"))
    frozen = _flag(_("Has a freezer for vaccine"))
    hours_from_store = forms.FloatField(
        label=_("Hours by road from the store"), min_value=0, max_value=1000
    )
    cut_off = _time(_("Deliveries come by"))

    def __init__(self, *args: Any, venue: VenueRef, **kwargs: Any) -> None:
        named = {name: getattr(venue, name) for _label, names in SECTIONS for name in names}
        super().__init__(*args, initial=named, **kwargs)
        self.offer_languages(venue.languages)

    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The fields under their headings."""
        return [(label, [self[name] for name in names]) for label, names in SECTIONS]


class StaffForm(WithLanguages):
    """Somebody who works at venues."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Profession"), choices=choices(words.ROLES))
    venue = forms.TypedChoiceField(
        label=_("Usually at"), required=False, coerce=int, empty_value=None
    )
    employer = forms.ChoiceField(label=_("Employer"), choices=choices(words.EMPLOYERS))
    vaccinates = _flag(_("Vaccinates"), _("By licence, or by delegation"))
    draws = _flag(_("Draws up doses"))
    anaphylaxis = _flag(_("Can treat anaphylaxis"), _("Trained for the emergency, this year"))
    volunteer = _flag(_("Volunteer"))
    languages = _languages()
    left_on = forms.DateField(label=_("Last day of work"), required=False)

    def __init__(
        self, *args: Any, venues: Sequence[VenueRef], person: StaffRef | None, **kwargs: Any
    ) -> None:
        first = {"languages": ["sv"]} if person is None else {}
        named = {name: getattr(person, name) for name in self.base_fields} if person else first
        super().__init__(*args, initial=named, **kwargs)
        self.offer("venue", choices({each.id: each.name for each in venues}, "–"))
        self.offer_languages(person.languages if person else ())
        if person is None:
            del self.fields["left_on"]


class ShiftForm(Form):
    """Somebody's hours on a day."""

    staff = forms.TypedChoiceField(label=_("Who"), coerce=int)
    day = forms.DateField(label=_("Day"))
    starts = _time(_("From"))
    ends = _time(_("To"))

    def __init__(
        self, *args: Any, people: Sequence[StaffRef], day: date, hours: Sequence[Span],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        first, last = (hours[0][0], hours[-1][1]) if hours else (time(8), time(16))
        super().__init__(*args, initial={"day": day, "starts": first, "ends": last}, **kwargs)
        self.offer("staff", choices({each.id: _told(each) for each in people}))

    def moment(self, name: str) -> datetime:
        """The day at one of the form's times."""
        told = self.cleaned_data
        return clock.at(told["day"], told[name])


def _told(person: StaffRef) -> str:
    more = [str(words.ROLES[person.role])]
    if person.venue_name:
        more.append(person.venue_name)
    return f"{person.name} ({', '.join(more)})"
