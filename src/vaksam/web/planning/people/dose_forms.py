"""Forms about doses: an earlier one, a correction, one taken back, and a vaccine declined."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vaksam.base import clock
from vaksam.programmes import queries as programmes
from vaksam.records.queries import DoseView
from vaksam.supply.queries.opened import OpenedRef
from vaksam.web import formats
from vaksam.web.forms import Form, choices

SITES: Final[Mapping[str, Promise]] = {
    "left_arm": _("left upper arm"), "right_arm": _("right upper arm"),
    "left_thigh": _("left thigh"), "right_thigh": _("right thigh"), "other": _("another place"),
}  # fmt: skip
SOURCES: Final[Mapping[str, Promise]] = {
    "paper": _("a paper"), "register": _("a register"), "abroad": _("a document from abroad"),
    "told": _("told by the person"),
}  # fmt: skip
#: Without anything on paper that others have signed, somebody here answers for it.
VOUCHED: Final = frozenset({"paper", "told"})
_WRONG: Final[Mapping[str, Promise]] = {
    "vial": _("The wrong vial or lot was chosen"),
    "person": _("It was registered on the wrong person"),
    "day": _("The wrong day was written"),
    "typed": _("Something was mistyped"),
    "known": _("Better evidence has come"),
    "other": _("Another reason, written below"),
}
_MISTAKES: Final[Mapping[str, Promise]] = {
    "never": _("It was never given"),
    "twice": _("It was registered twice"),
    "other": _("Another reason, written below"),
}


class WhyForm(Form):
    """Why something is put right: the usual reasons to choose from, and words of one's own."""

    usual: Mapping[str, Promise] = {}
    reason = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect)
    more = forms.CharField(
        label=_("In your own words"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("reason", choices(self.usual))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reason") == "other" and not data.get("more"):
            self.add_error("more", ValidationError(gettext("Write the reason.")))
        return data

    @property
    def why(self) -> str:
        """As it is kept in the history."""
        more = self.cleaned_data["more"]
        reason = self.cleaned_data["reason"]
        usual = "" if reason == "other" else str(self.usual[reason])
        return ": ".join(filter(None, (usual, more)))


class TakeBackForm(WhyForm):
    usual = _MISTAKES


class DoseForm(Form):
    """A dose as it is told: an earlier one, or one from elsewhere."""

    given_on = forms.DateField(label=_("Day"))
    product = forms.ChoiceField(label=_("Product"), required=False)
    product_name = forms.CharField(label=_("Or another product"), max_length=100, required=False)
    lot = forms.CharField(
        label=_("Lot"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    dose_number = forms.IntegerField(
        label=_("Dose number"), min_value=1, max_value=99, required=False
    )
    site = forms.ChoiceField(label=_("Where on the body"), required=False)
    source = forms.ChoiceField(label=_("How it is known"))
    vouched_by = forms.CharField(
        label=_("Who answers for it"),
        help_text=_("Name and profession; needed for a paper or what the person tells"),
        max_length=160, required=False,
    )  # fmt: skip
    vaccinator_name = forms.CharField(label=_("Given by"), max_length=120, required=False)
    country = forms.RegexField(
        r"[A-Za-z]{2}", label=_("Country"), initial="SE", max_length=2,
        help_text=_("Two letters: SE, NO, FI"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {product.code: product.name for product in programmes.products()}
        self.offer("product", choices(known, "–"))
        self.offer("site", choices(SITES, "–"))
        self.offer("source", choices(SOURCES))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("country"):
            data["country"] = data["country"].upper()
        if data.get("source") in VOUCHED and not data.get("vouched_by"):
            self.add_error("vouched_by", ValidationError(gettext("Say who answers for the dose.")))
        return data


class CorrectForm(DoseForm, WhyForm):
    """What was wrong of a dose. One out of our own stock has a vial and no other evidence."""

    usual = _WRONG
    vial = forms.ChoiceField(label=_("Out of the vial"), required=False)
    given_to = forms.CharField(
        label=_("Belongs to another person"),
        help_text=_("Number, or name and year of birth. Empty: this person."),
        max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    field_order = [
        "given_on", "product", "product_name", "lot", "vial", "dose_number", "site", "source",
        "vouched_by", "vaccinator_name", "country", "given_to", "reason", "more",
    ]  # fmt: skip

    def __init__(self, *args: Any, dose: DoseView, vials: Iterable[OpenedRef], **more: Any) -> None:
        super().__init__(*args, **more)
        self.vials = {str(each.vial): each for each in vials}
        if dose.in_stock:
            for name in ("product_name", "source", "vouched_by", "country"):
                del self.fields[name]
            told = {number: _of(each) for number, each in self.vials.items()}
            self.offer("vial", choices(told, _("any of the lot")))
            self.fields["vial"].help_text = _("A vial chosen here decides product and lot.")
        else:
            del self.fields["vial"]
            if dose.source_code not in SOURCES:
                self.offer("source", [(dose.source_code, dose.source), *choices(SOURCES)])

    def changes(self) -> dict[str, Any]:
        """What `records.actions.correct` takes, but for the person."""
        told = dict(self.cleaned_data)
        for name in ("given_to", "reason", "more"):
            told.pop(name)
        vial = self.vials.get(told.pop("vial", ""))
        if vial is not None:
            told |= {"vial": vial.vial, "product": vial.product, "lot": vial.lot_number}
        return told


class DeclineForm(Form):
    """Somebody does not want a vaccine."""

    programme = forms.ChoiceField(label=_("Programme"))
    until = forms.DateField(
        label=_("Until"), required=False, help_text=_("Empty: until they say something else")
    )
    hear_more = forms.BooleanField(
        label=_("Wants invitations and reminders all the same"), required=False
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, known: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("programme", choices(known))


def start(dose: DoseView) -> dict[str, Any]:
    """A dose as its correction begins."""
    return {
        "given_on": dose.given_on, "product": dose.product,
        "product_name": "" if dose.product else dose.name, "lot": dose.lot,
        "dose_number": dose.dose_number, "site": dose.site_code, "source": dose.source_code,
        "vouched_by": dose.vouched_by, "vaccinator_name": dose.vaccinator, "country": dose.country,
    }  # fmt: skip


def _of(vial: OpenedRef) -> str:
    at = vial.opened_at.astimezone(clock.SWEDEN)
    return gettext("%(product)s %(lot)s, opened %(day)s %(time)s") % {
        "product": vial.product_name, "lot": vial.lot_number, "day": formats.day(at.date()),
        "time": f"{at:%H:%M}",
    }  # fmt: skip
