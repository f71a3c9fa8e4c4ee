"""Forms about persons."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaksam.core import groups
from vaksam.core.errors import Refused
from vaksam.core.identity import NATIONAL, Identity, Kind, read
from vaksam.web.forms import Form, choices
from vaksam.web.planning.turn_form import BirthField

SEXES = [("0", _("not known")), ("2", _("female")), ("1", _("male"))]
RESIDENCES = {
    "own_home": _("own home"),
    "care_home": _("care home"),
    "lss_housing": _("LSS housing"),
    "none": _("no home of their own"),
}
CHANNELS = {
    "sms": _("text message"),
    "letter": _("letter"),
    "phone": _("telephone call"),
    "email": _("e-mail"),
    "none": _("no contact, please"),
}
KINDS = {
    Kind.PERSONAL_NUMBER: _("personal number"),
    Kind.COORDINATION_NUMBER: _("coordination number"),
    Kind.RESERVE_NUMBER: _("reserve number"),
    Kind.PASSPORT: _("passport"),
    Kind.LOCAL: _("another system's number"),
}
PROTECTIONS = {
    "": _("None"),
    "confidentiality_marking": _("Confidentiality marking"),
    "protected_registration": _("Protected registration"),
}


class FindForm(Form):
    """One field: a number, or a name and perhaps when born."""

    text = forms.CharField(
        label=_("Number, or name and year of birth"),
        help_text=_("19490302-9801, or Andersson Karin 1949"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "type": "search"}),
    )


class ReasonForm(Form):
    """Why a protected record is opened."""

    reason = forms.CharField(
        label=_("Why do you open the record?"),
        help_text=_("The reason is kept in the access log with your name."),
        max_length=400,
        min_length=5,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class IdentityForm(Form):
    """One identity, checked as it is read."""

    kind = forms.ChoiceField(label=_("Kind of number"))
    number = forms.CharField(
        label=_("Number"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    issuer = forms.CharField(
        label=_("Issued by"),
        help_text=_("Region (24) of a reserve number, country (NO) of a passport"),
        max_length=40,
        required=False,
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        self.on = on
        super().__init__(*args, **kwargs)
        self.offer("kind", choices(KINDS))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("number"):
            try:
                data["identity"] = self._identity(data)
            except Refused as error:
                self.refuse(error, "number")
        return data

    def _identity(self, data: dict[str, Any]) -> Identity:
        kind = Kind(data["kind"])
        if kind in NATIONAL:
            found = read(data["number"], on=self.on)
            if found.kind is kind:
                return found
        return Identity.parse(kind, data["number"], data.get("issuer", "").strip().upper())


class RegisterForm(IdentityForm):
    """A new person. Without any number, name and year of birth are asked for."""

    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=100, required=False)
    born = BirthField(
        label=_("Born"),
        help_text=_("Day or only year; not needed with a personal number"),
        max_length=10,
        required=False,
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, required=False)
    protection = forms.ChoiceField(label=_("Protected identity"), required=False)

    field_order = ["kind", "number", "issuer", "given_name", "family_name", "born", "sex"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].required = False
        self.fields["number"].help_text = _("Leave empty for somebody without any number.")
        self.offer("protection", choices(PROTECTIONS))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("number") and not (data.get("family_name") and data.get("born")):
            raise ValidationError(
                _("Without a number, give the family name and at least the year of birth.")
            )
        return data

    def values(self) -> dict[str, Any]:
        """What `register_person` takes."""
        data = self.cleaned_data
        values = {
            "given_name": data["given_name"],
            "family_name": data["family_name"],
            "sex": int(data["sex"] or 0),
        }
        if data["born"]:
            born_on, year_only = data["born"]
            values |= {"born_on": None if year_only else born_on, "born_year": born_on.year}
        return values


class ChangeForm(Form):
    """Language, needs, home and address."""

    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=100, required=False)
    language = forms.RegexField(
        r"[a-z]{2,3}",
        label=_("Language"),
        help_text=_("ISO 639: sv, so, ar, fi"),
        required=False,
        error_messages={"invalid": _("Write two or three small letters, such as ar.")},
    )
    residence = forms.ChoiceField(label=_("Lives in"))
    street = forms.CharField(label=_("Street"), max_length=120, required=False)
    postcode = forms.RegexField(
        r"\d{3} ?\d{2}",
        label=_("Postcode"),
        max_length=6,
        required=False,
        error_messages={"invalid": _("Write five digits.")},
    )
    city = forms.CharField(label=_("City"), max_length=60, required=False)
    interpreter = forms.BooleanField(label=_("Needs an interpreter"), required=False)
    extra_time = forms.BooleanField(label=_("Needs extra time"), required=False)
    travel_help = forms.BooleanField(label=_("Needs help to travel"), required=False)
    home_visit = forms.BooleanField(label=_("Needs a home visit"), required=False)
    digital_identity = forms.NullBooleanField(
        label=_("Has digital identity"),
        widget=forms.Select(
            choices=[("unknown", _("not known")), ("true", _("yes")), ("false", _("no"))]
        ),
    )

    def __init__(self, *args: Any, protected: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("residence", choices(RESIDENCES))
        if protected:
            for name in ("street", "postcode", "city"):
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        if values.get("postcode"):
            values["postcode"] = values["postcode"].replace(" ", "")
        return values


class ContactForm(Form):
    """How the person wants to be reached from now on."""

    channel = forms.ChoiceField(label=_("Wants to be reached by"))
    mobile = forms.CharField(label=_("Telephone"), max_length=20, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("channel", choices(CHANNELS))


class ClaimForm(Form):
    """That the person belongs to a group, and how that is known."""

    group = forms.ChoiceField(label=_("Group"))
    source = forms.ChoiceField(label=_("How it is known"))
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        help_text=_("Needed for groups that tell of health or hardship"),
        max_length=200,
        required=False,
    )
    purpose = forms.CharField(label=_("Purpose"), max_length=200, required=False)
    valid_until = forms.DateField(label=_("Valid until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = (get_language() or "sv")[:2]
        self.offer("group", choices(groups.names(language)))
        self.offer("source", choices(groups.source_names(language)))


class HouseholdForm(Form):
    """With whom the person lives; empty: alone."""

    lives_with = forms.CharField(
        label=_("Lives with"),
        help_text=_("The number of somebody in the household; empty: lives alone"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ProtectForm(Form):
    """Protecting erases the address for good; lifting needs the next import to bring it."""

    protection = forms.ChoiceField(label=_("Protected identity"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("protection", choices(PROTECTIONS))


class LifeForm(Form):
    """Died or moved out; empty: neither."""

    died_on = forms.DateField(label=_("Died"), required=False)
    moved_out_on = forms.DateField(label=_("Moved out"), required=False)


class MergeForm(Form):
    """Why two records are one person."""

    why = forms.CharField(
        label=_("How do you know that it is the same person?"),
        max_length=400,
        min_length=5,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
