"""The form in which anyone on the telephone describes a person. Nothing of it is stored."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vaksam.core import groups
from vaksam.core.products import Product
from vaksam.core.rules import Dose, Facts
from vaksam.web.forms import Form, choices

DOSES = 4
OTHER = "other"
_BIRTH = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)|(\d{4})")


class BirthField(forms.CharField):
    """1949-03-02, 19490302, or only 1949: the day (1 January of the year), and if it is a year."""

    def clean(self, value: Any) -> tuple[date, bool] | None:
        text = super().clean(value)
        if not text:
            return None
        match = _BIRTH.fullmatch(text.strip())
        try:
            if match and match[4]:
                return date(int(match[4]), 1, 1), True
            if match:
                return date(int(match[1]), int(match[2]), int(match[3])), False
        except ValueError:
            pass
        raise ValidationError(
            _("“%(text)s” is not a day of birth. Write 1949-03-02, or only the year: 1949."),
            params={"text": text},
        )


class TurnForm(Form):
    """When is it my turn?"""

    born = BirthField(
        label=_("Born"),
        help_text=_("Day or only year: 1949-03-02 or 1949"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "size": 12}),
    )
    lives_with = BirthField(
        label=_("Lives with somebody born"),
        help_text=_("The oldest in the household, if that is somebody else"),
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "size": 12}),
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False)
    groups = forms.MultipleChoiceField(
        label=_("Belongs to"), required=False, widget=forms.CheckboxSelectMultiple
    )
    household_groups = forms.MultipleChoiceField(
        label=_("Lives with somebody who has"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    on = forms.DateField(label=_("On the day"))
    programme = forms.ChoiceField(label=_("Programme"))

    def __init__(
        self,
        *args: Any,
        programmes: Sequence[tuple[str, str]],
        products: Sequence[Product],
        language: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        named = groups.names(language)
        self.offer("groups", list(named.items()))
        support = [code for code in named if groups.CATALOGUE[code].kind == "support"]
        self.offer("household_groups", [(code, named[code]) for code in support])
        self.offer("sex", [("", "–"), ("2", _("female")), ("1", _("male"))])
        self.offer("programme", programmes)
        known = {product.code: product.name for product in products}
        offered = choices(known | {OTHER: _("another product")}, "–")
        for slot in range(1, DOSES + 1):
            self.fields[f"dose_{slot}_on"] = forms.DateField(label=_("Day"), required=False)
            self.fields[f"dose_{slot}_product"] = forms.ChoiceField(
                label=_("Product"), required=False, choices=offered
            )
        self.dress()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (born := data.get("born")) and (on := data.get("on")) and born[0] > on:
            self.add_error("born", ValidationError(_("Born after the day that is asked about.")))
        for slot in range(1, DOSES + 1):
            self._check_dose(data, slot)
        return data

    def doses(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows of doses, to be shown."""
        return [(self[f"dose_{n}_on"], self[f"dose_{n}_product"]) for n in range(1, DOSES + 1)]

    def main(self) -> list[forms.BoundField]:
        """What is asked first."""
        return [self["born"], self["lives_with"]]

    def has_doses(self) -> bool:
        return any(self[f"dose_{n}_on"].value() for n in range(1, DOSES + 1))

    def facts(self, region_code: str) -> Facts:
        """The person described."""
        data = self.cleaned_data
        born_on, year_only = data["born"]
        return Facts(
            born_on=born_on,
            year_only=year_only,
            sex=int(data["sex"] or 0),
            region=region_code,
            groups=frozenset(data["groups"]),
            doses=tuple(sorted(self._doses(), key=lambda dose: dose.on)),
            household=self._household(region_code),
        )

    def _household(self, region_code: str) -> tuple[Facts, ...]:
        data = self.cleaned_data
        if not data["lives_with"] and not data["household_groups"]:
            return ()
        # Somebody of unknown age is of none that any rule names.
        born_on, year_only = data["lives_with"] or (data["on"], False)
        return (
            Facts(
                born_on=born_on,
                year_only=year_only,
                region=region_code,
                groups=frozenset(data["household_groups"]),
            ),
        )

    def _doses(self) -> list[Dose]:
        data = self.cleaned_data
        given = [(data[f"dose_{n}_on"], data[f"dose_{n}_product"]) for n in range(1, DOSES + 1)]
        return [Dose(on, "" if code == OTHER else code, code == OTHER) for on, code in given if on]

    def _check_dose(self, data: dict[str, Any], slot: int) -> None:
        on, product = data.get(f"dose_{slot}_on"), data.get(f"dose_{slot}_product")
        if on and not product:
            self.add_error(f"dose_{slot}_product", ValidationError(_("Which product was it?")))
        if product and not on and f"dose_{slot}_on" not in self.errors:
            self.add_error(f"dose_{slot}_on", ValidationError(_("On which day was it given?")))
        if on and data.get("on") and on > data["on"]:
            self.add_error(
                f"dose_{slot}_on", ValidationError(_("After the day that is asked about."))
            )
