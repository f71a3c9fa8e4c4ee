"""Forms at a venue."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaksam.base import clock
from vaksam.supply.queries import DispatchRef, LineRef
from vaksam.web.forms import Form, choices
from vaksam.web.planning.supply.words import DISCREPANCIES, REASONS

MAX_PHOTO = 8_000_000


class OrderForm(Form):
    """Vials a venue asks its store for."""

    product = forms.ChoiceField(label=_("Product"))
    vials = forms.IntegerField(label=_("Vials"), min_value=1, max_value=100_000)
    expected_on = forms.DateField(label=_("Wanted on"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, products: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, initial={"expected_on": clock.today()}, **kwargs)
        self.offer("product", choices(dict(products)))


class ReceiptForm(Form):
    """What came, line by line, how warm it was, and why it differs."""

    lowest = forms.FloatField(label=_("Lowest °C by the logger"), required=False)
    highest = forms.FloatField(label=_("Highest °C by the logger"), required=False)
    discrepancy = forms.ChoiceField(label=_("Why it differs"), required=False)
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, dispatch: DispatchRef, **kwargs: Any) -> None:
        self.dispatch = dispatch
        super().__init__(*args, **kwargs)
        self.offer("discrepancy", choices(DISCREPANCIES, "–"))
        for line in dispatch.lines:
            self.fields[f"whole_{line.id}"] = forms.IntegerField(
                label=_("Whole vials"), min_value=0, initial=line.vials
            )
            self.fields[f"damaged_{line.id}"] = forms.IntegerField(
                label=_("Damaged vials"), min_value=0, initial=0
            )
        self.dress()

    def lines(self) -> list[tuple[LineRef, forms.BoundField, forms.BoundField]]:
        return [
            (line, self[f"whole_{line.id}"], self[f"damaged_{line.id}"])
            for line in self.dispatch.lines
        ]

    def others(self) -> list[forms.BoundField]:
        return [self[name] for name in ("lowest", "highest", "discrepancy", "photo", "note")]

    def clean_photo(self) -> Any:
        photo = self.cleaned_data["photo"]
        if photo and (photo.size > MAX_PHOTO or not photo.content_type.startswith("image/")):
            raise forms.ValidationError(_("Choose a picture of at most 8 MB."))
        return photo


class WasteForm(Form):
    """Why, and of a lot how many."""

    vials = forms.IntegerField(label=_("Vials"), min_value=1, max_value=10_000, initial=1)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    reason = forms.ChoiceField(label=_("Why"))

    def __init__(self, *args: Any, of_open_vial: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("reason", choices(REASONS))
        if of_open_vial:
            del self.fields["vials"]

    def reasons(self) -> list[tuple[str, Any]]:
        """One button each."""
        return list(REASONS.items())


class CountForm(Form):
    """How many unopened vials of each lot lie there."""

    def __init__(self, *args: Any, lots: Mapping[int, tuple[str, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for lot, (name, there) in lots.items():
            self.fields[f"lot_{lot}"] = forms.IntegerField(
                label=name, min_value=0, max_value=1_000_000, initial=there
            )
        self.dress()


class TakeInForm(Form):
    """Vials of a scanned lot from the supplier: what the code does not say."""

    product = forms.ChoiceField(label=_("Product"))
    expires_on = forms.DateField(label=_("Last day"))
    vials = forms.IntegerField(label=_("Vials"), min_value=1, max_value=100_000)

    def __init__(
        self, *args: Any, products: Mapping[str, str], expires_on: date | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("product", choices(products, "" if len(products) == 1 else "–"))
        if expires_on:
            del self.fields["expires_on"]
