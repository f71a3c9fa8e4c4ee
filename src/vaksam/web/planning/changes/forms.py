"""The forms of a change's name and of its parts."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaksam.base import clock
from vaksam.programmes import queries as programmes
from vaksam.web.forms import Form, choices
from vaksam.web.planning.changes.common import Names, language

HEADS: dict[str, str | Promise] = {
    "directive": _("Vaxzevria is paused"),
    "delivery": _("Half of the Monday's doses"),
    "venue_closed": _("The health centre is closed"),
    "staff": _("Two vaccinators are ill"),
    "recall": _("A lot is recalled"),
}


class HeadForm(Form):
    """What the change is called, and why it is made."""

    name = forms.CharField(label=_("Name"), max_length=120)
    why = forms.CharField(
        label=_("Why"), max_length=400, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For those who approve it, and for the venues. Name no persons."),
    )  # fmt: skip
    what_if = forms.BooleanField(
        label=_("Only a what-if"),
        required=False,
        help_text=_("To be looked at and compared with others. It can never be applied."),
    )

    def __init__(self, *args: Any, begun: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if begun:
            del self.fields["what_if"]


class PartForm(Form):
    """One part. `part()` is what the change keeps; `nothing` says why it cannot be filled in."""

    kind = ""
    nothing: str | Promise = ""

    def __init__(self, *args: Any, names: Names, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepare(names, region)
        self.dress()

    def prepare(self, names: Names, region: str) -> None:
        """Fill in what there is to choose."""

    def part(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.told()}

    def told(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class DirectivePart(PartForm):
    kind = "directive"
    version = forms.TypedChoiceField(
        label=_("Directive in work"), coerce=int, widget=forms.RadioSelect,
        help_text=_("Drafts and those that wait for a checker. Whoever approves the change "
                    "approves the directive, too."),
    )  # fmt: skip

    def prepare(self, names: Names, region: str) -> None:
        offered: list[tuple[Any, str]] = []
        for each in programmes.open_versions(regions=[region, ""]):
            titles = each.body.get("directive", {}).get("title", {})
            offered.append((each.id, titles.get(language()) or titles.get("sv") or each.code))
        self.offer("version", offered)
        if not offered:
            self.nothing = _("No directive is in work. Write one under “Directives” first.")


class DaysPart(PartForm):
    """Parts that hold for some days, both included."""

    first = forms.DateField(label=_("From"))
    last = forms.DateField(label=_("To"))

    def prepare(self, names: Names, region: str) -> None:
        self.fields["first"].initial = clock.today() + timedelta(days=1)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and not 0 <= (last - first).days <= 366:
            self.add_error("last", _("The last day is the first or after, within a year."))
        return data

    def told(self) -> dict[str, Any]:
        data = super().told()
        first, last = data.pop("first"), data.pop("last")
        return data | {"from": first.isoformat(), "to": last.isoformat() if last else None}


class DeliveryPart(DaysPart):
    kind = "delivery"
    product = forms.ChoiceField(label=_("Product"))
    share = forms.IntegerField(
        label=_("Per cent that comes"),
        min_value=0,
        max_value=100,
        initial=50,
        help_text=_("Of what the plan says. 50: half of it. 0: nothing."),
    )
    field_order = ("product", "first", "last", "share")

    def prepare(self, names: Names, region: str) -> None:
        super().prepare(names, region)
        self.offer("product", choices(names.products))
        self.fields["last"].required = False
        self.fields["last"].help_text = _("Empty: from then on")

    def told(self) -> dict[str, Any]:
        data = super().told()
        return data | {"share": data["share"] / 100}


class ClosedPart(DaysPart):
    kind = "venue_closed"
    venue = forms.TypedChoiceField(label=_("Venue"), coerce=int)
    field_order = ("venue", "first", "last")

    def prepare(self, names: Names, region: str) -> None:
        super().prepare(names, region)
        self.offer("venue", choices(names.venues))


class StaffPart(ClosedPart):
    kind = "staff"
    vaccinators = forms.IntegerField(label=_("Vaccinators left"), min_value=0, max_value=100)


class RecallPart(PartForm):
    kind = "recall"
    lot = forms.TypedChoiceField(label=_("Lot"), coerce=int)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def prepare(self, names: Names, region: str) -> None:
        self.offer("lot", choices(names.lots))
        if not names.lots:
            self.nothing = _("There are no lots yet.")


PARTS: dict[str, type[PartForm]] = {
    "directive": DirectivePart, "delivery": DeliveryPart, "venue_closed": ClosedPart,
    "staff": StaffPart, "recall": RecallPart,
}  # fmt: skip
