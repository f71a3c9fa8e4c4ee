"""States, kinds and reasons of supply, as people read them."""

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaksam.base import clock
from vaksam.supply.queries import AlertRef
from vaksam.web import formats

STATES: dict[str, str | Promise] = {
    "frozen": gettext_lazy("frozen"),
    "cold": gettext_lazy("in the fridge"),
    "thawed": gettext_lazy("thawed, in the fridge"),
    "opened": gettext_lazy("open vial"),
    "drawn": gettext_lazy("drawn"),
    "quarantine": gettext_lazy("in quarantine"),
    "transit": gettext_lazy("on the way"),
    "given": gettext_lazy("given"),
    "residue": gettext_lazy("left in emptied vials"),
    "wasted": gettext_lazy("thrown away"),
    "expired": gettext_lazy("expired"),
    "returned": gettext_lazy("returned"),
    "counted": gettext_lazy("missing at a count"),
}
STAGES: dict[str, str | Promise] = {
    "ordered": gettext_lazy("ordered"),
    "planned": gettext_lazy("planned"),
    "sent": gettext_lazy("on the way"),
    "received": gettext_lazy("received"),
    "cancelled": gettext_lazy("cancelled"),
}
KINDS: dict[str, str | Promise] = {
    "received": gettext_lazy("Received"),
    "sent": gettext_lazy("Sent"),
    "arrived": gettext_lazy("Arrived"),
    "thawed": gettext_lazy("Thawed"),
    "opened": gettext_lazy("Opened"),
    "drawn": gettext_lazy("Drawn"),
    "given": gettext_lazy("Given"),
    "emptied": gettext_lazy("Emptied"),
    "wasted": gettext_lazy("Thrown away"),
    "expired": gettext_lazy("Expired"),
    "returned": gettext_lazy("Returned"),
    "quarantined": gettext_lazy("Put in quarantine"),
    "cleared": gettext_lazy("Cleared"),
    "counted": gettext_lazy("Counted"),
    "reversed": gettext_lazy("Taken back"),
}
REASONS: dict[str, str | Promise] = {
    "dropped": gettext_lazy("Dropped"),
    "damaged_vial": gettext_lazy("Damaged vial"),
    "expired_after_opening": gettext_lazy("Time expired after opening"),
    "thaw_life": gettext_lazy("Thaw life ended"),
    "cold_chain_breach": gettext_lazy("Cold chain broken"),
    "refused_after_drawing": gettext_lazy("Refused after drawing"),
    "expired": gettext_lazy("Last day passed"),
    "other": gettext_lazy("Another reason"),
}
DISCREPANCIES: dict[str, str | Promise] = {
    "damaged": gettext_lazy("Damaged on the way"),
    "fewer": gettext_lazy("Fewer than on the note"),
    "wrong_lot": gettext_lazy("Another lot than on the note"),
    "other": gettext_lazy("Another reason"),
}


def told(alert: AlertRef, products: dict[str, str]) -> str:
    """An alert in one sentence, with what to do."""
    values: dict[str, Any] = {
        **alert.values,
        "venue": alert.venue_name,
        "product": products.get(alert.values.get("product", ""), alert.values.get("product", "")),
    }
    if "until" in values:
        values["until"] = moment(values["until"])
    if "cut_off" in values:
        values["cut_off"] = moment(values["cut_off"])
    return _TEXTS[alert.kind]() % values


_TEXTS = {
    "late": lambda: _(
        "%(venue)s: the delivery of %(vials)s vials was expected by %(cut_off)s and has not come. "
        "Ring %(sender)s, %(telephone)s."
    ),
    "expiring": lambda: _(
        "%(venue)s: %(doses)s doses of %(product)s (lot %(lot)s) end %(until)s before they are "
        "used at the present pace. Move them or book more."
    ),
    "thaw": lambda: _(
        "%(venue)s: the thaw life of %(vials)s vials of %(product)s (lot %(lot)s) ends %(until)s."
    ),
    "open": lambda: _(
        "%(venue)s: an open vial of %(product)s with %(doses)s doses ends %(until)s."
    ),
    "short": lambda: _(
        "%(venue)s: %(there)s doses of %(product)s, and %(needed)s are needed. Send more."
    ),
    "impossible": lambda: _("%(venue)s: a count below zero. Count the fridge."),
    "recalled": lambda: _(
        "%(venue)s: %(vials)s vials of the recalled lot %(lot)s (%(product)s). Put them aside."
    ),
}


def moment(at: str | datetime) -> str:
    """Today only the time of day, else the day as well."""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    local = when.astimezone(clock.SWEDEN)
    if local.date() == clock.today():
        return f"{local:%H:%M}"
    return f"{formats.day(local.date())} {local:%H:%M}"
