"""Forms of directives. Each gives and takes the plain data that a directive file holds."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaksam.base import clock
from vaksam.core import groups
from vaksam.web.forms import Form, choices

WHOS = 4  # persons of so many descriptions a rule; more of them are written in the text
REVIEW_AFTER = timedelta(days=90)
CODE = r"[a-z0-9][a-z0-9-]{0,79}"
_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class MomentForm(Form):
    """On which day rules are asked for, and as known when."""

    programme = forms.ChoiceField(label=_("Programme"))
    on = forms.DateField(label=_("In force on"))
    known_at = forms.DateTimeField(
        label=_("As known at"),
        required=False,
        help_text=_("Empty: now"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d"],
    )


class HeadForm(Form):
    """Who says what, since when, and where it can be read."""

    code = forms.RegexField(
        CODE,
        label=_("Code"),
        help_text=_("Small letters, digits and hyphens; it stays: region-24-2021-04-13"),
        max_length=80,
    )
    programme = forms.ChoiceField(label=_("Programme"))
    title_sv = forms.CharField(label=_("Title in Swedish"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    authority = forms.ChoiceField(label=_("Authority"))
    announced_at = forms.DateTimeField(
        label=_("Announced"), widget=_MOMENT, input_formats=["%Y-%m-%dT%H:%M"]
    )
    effective_from = forms.DateField(label=_("In force from"))
    effective_to = forms.DateField(label=_("In force to"), required=False)
    review_on = forms.DateField(label=_("Next review"))
    document = forms.CharField(label=_("Source"), max_length=300)
    passage = forms.CharField(
        label=_("Passage"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    link = forms.URLField(label=_("Link"), required=False, assume_scheme="https")

    def __init__(
        self,
        *args: Any,
        programmes: list[tuple[str, str]],
        authorities: Mapping[str, Any],
        region: str,
        kept: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.region, self.kept = region, kept
        super().__init__(*args, initial=_head(kept) if kept else _fresh(), **kwargs)
        self.offer("programme", programmes)
        self.offer("authority", choices(dict(authorities)))
        if kept:  # what names it stays as it is
            del self.fields["code"], self.fields["programme"]

    def body(self) -> dict[str, Any]:
        """The table `directive` of the file; `kept` rules and endings beside it."""
        data, kept = self.cleaned_data, self.kept or {}
        about: dict[str, Any] = {
            "code": data.get("code") or kept["directive"]["code"],
            "programme": data.get("programme") or kept["directive"]["programme"],
            "authority": data["authority"],
            "title": {"sv": data["title_sv"], "en": data["title_en"]},
            "announced_at": data["announced_at"].astimezone(clock.SWEDEN).isoformat(),
            "effective_from": data["effective_from"].isoformat(),
            "review_on": data["review_on"].isoformat(),
            "source": {"document": data["document"]},
        }
        if self.region:
            about["region"] = self.region
        if data["effective_to"]:
            about["effective_to"] = data["effective_to"].isoformat()
        for name in ("passage", "link"):
            if data[name]:
                about["source"][name] = data[name]
        return dict(kept) | {"directive": about}


def _fresh() -> dict[str, Any]:
    now, today = clock.now().astimezone(clock.SWEDEN), clock.today()
    return {"announced_at": now, "effective_from": today, "review_on": today + REVIEW_AFTER}


def _head(kept: Mapping[str, Any]) -> dict[str, Any]:
    about = kept["directive"]
    same = ("authority", "announced_at", "effective_from", "effective_to", "review_on")
    return {
        **{name: about.get(name) for name in same},
        "announced_at": about["announced_at"][:16],
        "title_sv": about["title"]["sv"],
        "title_en": about["title"]["en"],
        "document": about["source"]["document"],
        "passage": about["source"].get("passage", ""),
        "link": about["source"].get("link", ""),
    }


def _age(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=130, required=False)


def _year(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1800, max_value=2200, required=False)


def _phase(*, required: bool) -> forms.IntegerField:
    return forms.IntegerField(label=_("Phase"), min_value=1, max_value=20, required=required)


def _days(label: Any, *, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=3650, required=required)


class RuleForm(Form):
    """One rule of a kind, and whom it concerns."""

    def __init__(
        self,
        *args: Any,
        kind: str,
        products: Mapping[str, str],
        kept: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.kind, self.kept = kind, kept or {}
        super().__init__(*args, initial=_started(self.kept), **kwargs)
        self.fields |= {
            "code": forms.RegexField(CODE, label=_("Code of the rule"), max_length=80),
            "title_sv": forms.CharField(label=_("Title in Swedish"), max_length=200),
            "title_en": forms.CharField(label=_("Title in English"), max_length=200),
            **_own(kind, choices(dict(products))),
            "effective_from": forms.DateField(
                label=_("In force from"), required=False, help_text=_("Empty: as the directive")
            ),
            "effective_to": forms.DateField(
                label=_("In force to"), required=False, help_text=_("Empty: as the directive")
            ),
        }
        self.own = list(self.fields)
        if kind in ("phase", "opening", "offer", "use", "precaution"):
            for slot in range(1, WHOS + 1):
                self.fields |= _who_fields(slot)
        self.dress()

    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in self.own]

    def whos(self) -> list[tuple[list[forms.BoundField], bool]]:
        """The fields of each description, and whether it is filled in."""
        names = [[name for name in self.fields if name.startswith(f"who_{n}_")]
                 for n in range(1, WHOS + 1)]  # fmt: skip
        return [
            ([self[name] for name in each], any(self[name].value() for name in each))
            for each in names
            if each
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        needs = self.kind in ("phase", "opening", "precaution")
        if needs and not self.errors and not self._whos(data):
            raise ValidationError(_("Say whom the rule concerns."))
        return data

    def body(self) -> dict[str, Any]:
        """The rule as a file holds it. What the form does not ask for stays."""
        data = self.cleaned_data
        rule: dict[str, Any] = {
            "kind": self.kind,
            "code": data["code"],
            "title": {"sv": data["title_sv"], "en": data["title_en"]},
        }
        for name in self.own:
            value = data[name]
            if name in ("code", "title_sv", "title_en", "starts_on", "ends_on") or value in _EMPTY:
                continue
            rule[name] = _plain(name, value)
        if data.get("starts_on") and data.get("ends_on"):
            rule["season"] = {name: data[name].isoformat() for name in ("starts_on", "ends_on")}
        if whos := self._whos(data):
            rule["who"] = whos
        if "source" in self.kept:
            rule["source"] = self.kept["source"]
        return rule

    def _whos(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = []
        for slot in range(1, WHOS + 1):
            prefix = f"who_{slot}_"
            one = {
                name.removeprefix(prefix): value
                for name, value in data.items()
                if name.startswith(prefix) and value not in _EMPTY
            }
            if one:
                found.append(one)
        return found + list(self.kept.get("who", [])[WHOS:])


_EMPTY: tuple[Any, ...] = (None, "", [])


def _plain(name: str, value: Any) -> Any:
    if name in ("allowed", "assess"):
        return value in (True, "yes")
    return value.isoformat() if hasattr(value, "isoformat") else value


def _own(kind: str, products: list[tuple[str, Any]]) -> dict[str, forms.Field]:
    """The fields that only rules of this kind have."""
    product = forms.ChoiceField(label=_("Product"), choices=products)
    allowed = forms.ChoiceField(
        label=_("Allowed"), choices=[("yes", _("may be given")), ("no", _("may not be given"))]
    )
    fields: dict[str, dict[str, forms.Field]] = {
        "phase": {"number": _phase(required=True)},
        "opening": {"phase": _phase(required=False)},
        "offer": {
            "strength": forms.ChoiceField(
                label=_("How strongly"),
                choices=[("recommended", _("recommended")), ("available", _("on request"))],
            ),
            "doses": forms.IntegerField(label=_("Doses"), min_value=1, max_value=9),
            "months_since_last": forms.IntegerField(
                label=_("Months since the last dose, at least"),
                min_value=0,
                max_value=120,
                required=False,
            ),
            "starts_on": forms.DateField(label=_("Season from"), required=False),
            "ends_on": forms.DateField(label=_("Season to"), required=False),
        },
        "use": {"product": product, "allowed": allowed},
        "pause": {"product": product},
        "interval": {
            "after": _several(_("After a dose of"), products),
            "then": _several(_("May follow"), products),
            "min_days": _days(_("Days at least")),
            "recommended_days": _days(_("Days recommended")),
            "max_days": _days(_("Days at most"), required=False),
            "dose": forms.IntegerField(
                label=_("Only for dose number"), min_value=2, max_value=9, required=False
            ),
        },
        "co_vaccination": {
            "diseases": _several(
                _("With vaccines against"),
                [("covid-19", _("covid-19")), ("influenza", _("influenza")),
                 ("pneumococcal", _("pneumococci"))],
            ),
            "allowed": allowed,
        },
        "precaution": {
            "place": forms.ChoiceField(
                label=_("Where"),
                choices=[("hospital", _("only at a hospital")), ("ordinary", _("ordinary venues"))],
            ),
            "assess": forms.BooleanField(label=_("A physician assesses first"), required=False),
        },
    }  # fmt: skip
    return fields[kind]


def _several(label: Any, options: list[tuple[str, Any]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=options, widget=forms.CheckboxSelectMultiple
    )


def _who_fields(slot: int) -> dict[str, forms.Field]:
    language = (get_language() or "sv")[:2]
    named = choices(dict(groups.names(language)))
    fields: dict[str, forms.Field] = {
        "born_from": _year(_("Born from the year")),
        "born_to": _year(_("Born to the year")),
        "age_from": _age(_("Age from")),
        "age_to": _age(_("Age to")),
        "sex": forms.ChoiceField(
            label=_("Sex"), required=False,
            choices=[("", "–"), ("F", _("female")), ("M", _("male"))],
        ),
        "cohabitants_from": _age(_("With co-habitants from age")),
        "groups": forms.MultipleChoiceField(
            label=_("Belongs to one of"), choices=named, required=False,
            widget=forms.CheckboxSelectMultiple,
        ),
        "without": forms.MultipleChoiceField(
            label=_("Belongs to none of"), choices=named, required=False,
            widget=forms.CheckboxSelectMultiple,
        ),
    }  # fmt: skip
    return {f"who_{slot}_{name}": field for name, field in fields.items()}


def _started(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The first values of a rule's fields."""
    if not kept:
        return {}
    start = {name: value for name, value in kept.items() if name not in ("title", "who", "season")}
    start |= {"title_sv": kept["title"]["sv"], "title_en": kept["title"]["en"]}
    start |= kept.get("season", {})
    if "allowed" in kept:
        start["allowed"] = "yes" if kept["allowed"] else "no"
    for slot, one in enumerate(kept.get("who", [])[:WHOS], 1):
        start |= {f"who_{slot}_{name}": value for name, value in one.items()}
    return start


class TextForm(Form):
    """A directive as the text of its file."""

    text = forms.CharField(
        label=_("The directive as text (TOML)"),
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "ds-input code"}),
    )


class ReturnForm(Form):
    """What the author should change."""

    comment = forms.CharField(label=_("What should be changed?"), max_length=400)
