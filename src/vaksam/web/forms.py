"""Forms in our look. `components/fields.html` renders one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise

from vaksam.core.errors import Refused
from vaksam.web.templatetags.faults import said


class Form(forms.Form):
    """A form whose inputs look like ours; `refuse` shows why an action would not."""

    error_css_class = "invalid"
    use_required_attribute = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()

    def dress(self) -> None:
        """Give the inputs our look; once more by forms that add fields of their own."""
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "ds-input")
            if isinstance(field, forms.DateField):
                field.widget = DayInput(attrs=field.widget.attrs)

    def offer(self, name: str, options: Sequence[tuple[str, Any]]) -> None:
        """The options of a select or of check boxes, where they are known only now."""
        field: Any = self.fields[name]
        field.choices = list(options)

    def refuse(self, error: Refused, field: str | None = None) -> None:
        """What an action said no to, at the field it is about or above the form."""
        self.add_error(field, ValidationError(said(error), code=error.code))


class DayInput(forms.DateInput):
    """The browser's own day picker; a day in ISO 8601."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def choices(
    labels: Mapping[Any, str | Promise], empty: str | Promise = ""
) -> list[tuple[str, Any]]:
    """Options of a select, the first one empty where `empty` names it."""
    first: list[tuple[str, Any]] = [("", empty)] if empty else []
    return first + list(labels.items())
