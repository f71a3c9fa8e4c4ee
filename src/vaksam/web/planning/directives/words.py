"""Rules as people read them."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from vaksam.core import groups
from vaksam.core.rules.definition import (
    CoVaccination,
    Interval,
    Offer,
    Opening,
    Pause,
    Phase,
    Precaution,
    Rule,
    Use,
    Who,
)
from vaksam.web import formats

KINDS: dict[str, str | Promise] = {
    "phase": gettext_lazy("Phase of the national order"),
    "opening": gettext_lazy("Opening"),
    "offer": gettext_lazy("Recommended or on request"),
    "use": gettext_lazy("Product for whom"),
    "pause": gettext_lazy("Product paused"),
    "interval": gettext_lazy("Interval between doses"),
    "co_vaccination": gettext_lazy("With other vaccines"),
    "precaution": gettext_lazy("Precaution"),
}
AUTHORITIES: dict[str, str | Promise] = {
    "fohm": gettext_lazy("Folkhälsomyndigheten"),
    "region": gettext_lazy("The region"),
    "government": gettext_lazy("The government"),
}
STATES: dict[str, str | Promise] = {
    "draft": gettext_lazy("Draft"),
    "submitted": gettext_lazy("Waits for a checker"),
    "approved": gettext_lazy("Approved"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


def kind_of(rule: Rule) -> str:
    return {
        Phase: "phase", Opening: "opening", Offer: "offer", Use: "use", Pause: "pause",
        Interval: "interval", CoVaccination: "co_vaccination", Precaution: "precaution",
    }[type(rule)]  # fmt: skip


def said(rule: Rule, products: dict[str, str]) -> str:
    """What a rule says, in one sentence."""
    match rule:
        case Phase():
            return _("Phase %(n)s: %(who)s") % {"n": rule.number, "who": who(rule.who)}
        case Opening():
            return _("Open for %(who)s") % {"who": who(rule.who)}
        case Offer():
            return _offer(rule)
        case Use():
            template = _("%(product)s for %(who)s") if rule.allowed else _(
                "%(product)s not for %(who)s"
            )  # fmt: skip
            return template % {"product": _named(rule.product, products), "who": who(rule.who)}
        case Pause():
            return _("%(product)s is not given") % {"product": _named(rule.product, products)}
        case Interval():
            return _interval(rule, products)
        case CoVaccination():
            template = _("May be given with vaccines against %(diseases)s") if rule.allowed else _(
                "Not with vaccines against %(diseases)s"
            )  # fmt: skip
            return template % {"diseases": ", ".join(sorted(rule.diseases))}
        case Precaution():
            where = _("only at a hospital") if rule.place == "hospital" else _("ordinary venues")
            first = _(", after a physician's assessment") if rule.assess else ""
            return f"{who(rule.who)}: {where}{first}"
    raise AssertionError(rule)


def who(several: Iterable[Who]) -> str:
    """Whom a rule concerns: “born 1947–1951 with co-habitants from 18 years; 65 years or older”."""
    return "; ".join(_who(each) for each in several) or _("everyone")


def _who(one: Who) -> str:
    names = groups.names((get_language() or "sv")[:2])
    parts = [
        _span(one.born_from, one.born_to, _("born %(from)s–%(to)s"), _("born %(from)s or later"),
              _("born %(to)s or earlier")),
        _span(one.age_from, one.age_to, _("%(from)s–%(to)s years"), _("%(from)s years or older"),
              _("up to %(to)s years")),
        {1: _("men"), 2: _("women")}.get(one.sex or 0, ""),
        _either(names[code] for code in sorted(one.groups)),
        _("not %(groups)s") % {"groups": _either(names[c] for c in sorted(one.without))}
        if one.without else "",
        _("with co-habitants from %(age)s years") % {"age": one.cohabitants_from}
        if one.cohabitants_from is not None else "",
    ]  # fmt: skip
    return ", ".join(part for part in parts if part)


def _either(several: Iterable[str]) -> str:
    """Names of groups in the middle of a sentence."""
    between = " " + _("or") + " "
    return between.join(name[:1].lower() + name[1:] for name in several)


def _span(low: int | None, high: int | None, both: str, first: str, last: str) -> str:
    if low is None and high is None:
        return ""
    template = both if None not in (low, high) else (first if high is None else last)
    return template % {"from": low, "to": high}


def _offer(rule: Offer) -> str:
    parts = [
        (_("%(doses)s doses recommended for %(who)s") if rule.strength == "recommended"
         else _("%(doses)s doses on request for %(who)s"))
        % {"doses": rule.doses, "who": who(rule.who)}
    ]  # fmt: skip
    if rule.season:
        parts.append(
            _("given %(first)s–%(last)s")
            % {
                "first": formats.day(rule.season.starts_on),
                "last": formats.day(rule.season.ends_on),
            }
        )
    if rule.months_since_last:
        parts.append(_("at least %(n)s months after the last dose") % {"n": rule.months_since_last})
    return ", ".join(parts)


def _interval(rule: Interval, products: dict[str, str]) -> str:
    def names(codes: Iterable[str]) -> str:
        return ", ".join(_named(code, products) for code in sorted(codes))

    told = _("%(then)s after %(after)s: at least %(least)s days, recommended %(best)s") % {
        "then": names(rule.then), "after": names(rule.after), "least": rule.min_days,
        "best": rule.recommended_days,
    }  # fmt: skip
    if rule.max_days is not None:
        told += _(", at most %(most)s") % {"most": rule.max_days}
    return told + (_(" (dose %(n)s)") % {"n": rule.dose} if rule.dose else "")


def _named(code: str, products: dict[str, str]) -> str:
    return products.get(code, code)
