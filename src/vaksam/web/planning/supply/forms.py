"""Forms of supply, for those who plan."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaksam.base import clock
from vaksam.supply.queries import LotRef
from vaksam.venues.queries import VenueRef
from vaksam.web.forms import Form, choices

EXAMPLE = """name = "Halva leveranser i fyra veckor"

[[change]]
kind = "deliveries"   # deliveries, pause, new_product, interval, open, interest
factor = 0.5
from = 1
to = 4
"""


def _weight(label: Any, initial: int) -> forms.IntegerField:
    """A weight from 0 to 10, as a slider."""
    return forms.IntegerField(
        label=label, min_value=0, max_value=10, initial=initial,
        widget=forms.NumberInput(attrs={"min": 0, "max": 10, "inputmode": "numeric"}),
    )  # fmt: skip


class RecallForm(Form):
    """Which lot is called back, and why."""

    lot = forms.ChoiceField(label=_("Lot"))
    reason = forms.CharField(label=_("Why it is called back"), max_length=300)

    def __init__(
        self, *args: Any, lots: Sequence[LotRef], products: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = {
            str(each.id): f"{products.get(each.product, each.product)} {each.number}"
            for each in lots
            if not each.recalled
        }
        self.offer("lot", choices(known))


class AnnounceForm(Form):
    """So many doses in a week, as announced."""

    product = forms.ChoiceField(label=_("Product"))
    day = forms.DateField(label=_("Week of"), help_text=_("Any day of the week"))
    doses = forms.IntegerField(label=_("Doses"), min_value=0, max_value=10_000_000)
    announced_by = forms.CharField(label=_("Announced by"), max_length=80)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, products: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, initial={"announced_by": "Folkhälsomyndigheten"}, **kwargs)
        self.offer("product", choices(dict(products)))


class DispatchForm(Form):
    """Vials to a venue, the lots chosen when they are sent."""

    sender = forms.ChoiceField(label=_("From"))
    receiver = forms.ChoiceField(label=_("To"))
    expected_on = forms.DateField(label=_("Expected"))
    product = forms.ChoiceField(label=_("Product"))
    vials = forms.IntegerField(label=_("Vials"), min_value=1, max_value=100_000)
    transport = forms.ChoiceField(
        label=_("Transport"), choices=[("cold", _("cold, 2–8 °C")), ("frozen", _("frozen"))]
    )
    box = forms.CharField(label=_("Box"), help_text=_("Its colour"), max_length=20, required=False)

    def __init__(
        self, *args: Any, venues: Sequence[VenueRef], products: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, initial={"expected_on": clock.today()}, **kwargs)
        named = {str(each.id): each.name for each in venues}
        self.offer("sender", choices(named))
        self.offer("receiver", choices(named))
        self.offer("product", choices(dict(products)))


class ShareForm(Form):
    """What is weighed when doses are shared."""

    name = forms.CharField(label=_("Name of the plan"), max_length=120)
    weeks = forms.IntegerField(label=_("Weeks"), min_value=1, max_value=12, initial=4)
    package = forms.IntegerField(
        label=_("Vials in a package"), min_value=1, max_value=1000, initial=1,
        help_text=_("1: single vials are sent. Else packages are never parted."),
    )  # fmt: skip
    due = _weight(_("Those who are due, by phase"), 5)
    early = _weight(_("Doses in time"), 3)
    equal = _weight(_("Equal coverage"), 1)
    least = _weight(_("Raise the least covered"), 0)
    population = _weight(_("By population"), 0)
    keep = forms.BooleanField(
        label=_("Disturb the accepted plan as little as possible"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].widget.attrs["class"] = ""


class ScenarioForm(Form):
    """A scenario as the text of its file."""

    text = forms.CharField(
        label=_("Scenario"), max_length=10_000, initial=EXAMPLE,
        help_text=_("A name, and a [[change]] for each thing that goes otherwise. Weeks are "
                    "counted from this one, which is 0."),
        widget=forms.Textarea(attrs={"rows": 12, "class": "ds-input code", "spellcheck": "false"}),
    )  # fmt: skip


class ReceiveStockForm(Form):
    """Vials from a supplier to a store."""

    venue = forms.ChoiceField(label=_("To"))
    product = forms.ChoiceField(label=_("Product"))
    code = forms.CharField(
        label=_("Scan or type the code"), max_length=120, required=False,
        help_text=_("GS1 DataMatrix of the box; else write lot and last day"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-scan": ""}),
    )  # fmt: skip
    lot = forms.CharField(label=_("Lot"), max_length=20, required=False)
    expires_on = forms.DateField(label=_("Last day"), required=False)
    vials = forms.IntegerField(label=_("Vials"), min_value=1, max_value=100_000)

    def __init__(
        self, *args: Any, venues: Sequence[VenueRef], products: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("venue", choices({str(each.id): each.name for each in venues}))
        self.offer("product", choices(dict(products)))
