"""A week's opening hours, one line of text a weekday."""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from vaksam.core.venues import Hours, Span
from vaksam.web.forms import Form
from vaksam.web.planning.venues import words

_CLOCK: Final = r"(\d{1,2})(?:[:.](\d{2}))?"
_SPAN: Final = re.compile(rf"{_CLOCK}\s*[-–]\s*{_CLOCK}")


class SpansField(forms.CharField):
    """Hours such as “8–12, 13–16:30”; empty where closed."""

    def clean(self, value: Any) -> list[Span]:
        parts = [part.strip() for part in (super().clean(value) or "").split(",")]
        return [_span(part) for part in parts if part]


class HoursForm(Form):
    """The usual hours, or (`season`) those of some weeks, which come before the usual ones."""

    from_on = forms.DateField(label=_("First day"))
    to_on = forms.DateField(label=_("Last day"))

    def __init__(self, *args: Any, hours: Sequence[Hours], season: bool, **kwargs: Any) -> None:
        first = hours[0] if hours and season else None
        dates = {"from_on": first.from_on, "to_on": first.to_on} if first else {}
        super().__init__(*args, initial=dates | _initial(hours), **kwargs)
        for number, label in WEEKDAYS.items():
            self.fields[f"day_{number}"] = SpansField(
                label=capfirst(label), required=False, max_length=100
            )
        if not season:
            del self.fields["from_on"], self.fields["to_on"]
        self.dress()

    def hours(self) -> list[Hours]:
        told = self.cleaned_data
        first, last = told.get("from_on"), told.get("to_on")
        return [
            Hours(number, opens_at, closes_at, first, last)
            for number in WEEKDAYS
            for opens_at, closes_at in told[f"day_{number}"]
        ]


def season_of(each: Hours) -> str:
    """What names a season in an address: its dates; "" for the usual hours."""
    return "_".join(_iso(day) for day in (each.from_on, each.to_on)) if each.of_a_season else ""


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _initial(hours: Sequence[Hours]) -> dict[str, str]:
    told: dict[str, list[str]] = {}
    for each in hours:
        line = words.span((each.opens_at, each.closes_at))
        told.setdefault(f"day_{each.weekday}", []).append(line)
    return {name: ", ".join(lines) for name, lines in told.items()}


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        start_hour, start_minute, end_hour, end_minute = (int(part or 0) for part in found.groups())
        return time(start_hour, start_minute), time(end_hour, end_minute)
    except ValueError as error:
        said = _("Write hours such as 8–16, or 8–12, 13–16:30.")
        raise ValidationError(said, code="bad-hours") from error
