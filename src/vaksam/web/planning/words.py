"""Statuses and other terms of who is due, as people read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaksam.core.rules.decision import Judgement, Status
from vaksam.programmes import queries as programmes
from vaksam.web.components import Tone

STATUSES: dict[str, str | Promise] = {
    Status.DUE: _("May be vaccinated now"),
    Status.NOT_YET: _("Recommended, not yet"),
    Status.NEEDS_ASSESSMENT: _("Needs assessment"),
    Status.AVAILABLE: _("May have it on request"),
    Status.COMPLETE: _("Has all recommended doses"),
    Status.NOT_RECOMMENDED: _("Not recommended"),
}
TONES: dict[str, Tone] = {
    Status.DUE: "success",
    Status.NOT_YET: "info",
    Status.NEEDS_ASSESSMENT: "warning",
    Status.AVAILABLE: "info",
    Status.COMPLETE: "success",
    Status.NOT_RECOMMENDED: "info",
}
JUDGEMENTS: dict[str, str | Promise] = {
    Judgement.VALID: _("Counts"),
    Judgement.TOO_EARLY: _("Does not count: given too early"),
    Judgement.MAY_NOT_FOLLOW: _("To assess: not to follow the dose before"),
    Judgement.BELOW_AGE: _("To assess: younger than the product is approved for"),
    Judgement.NOT_APPROVED: _("To assess: the product was not approved"),
    Judgement.UNKNOWN_PRODUCT: _("To assess: unknown product"),
    Judgement.OTHER_DISEASE: _("Against another disease"),
}


def names_of_products() -> dict[str, str]:
    """By code."""
    return {each.code: each.name for each in programmes.products()}
