"""What stands by the chair: the open vials and who vaccinates, chosen for a venue and a day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from vaksam.base import clock
from vaksam.core.errors import Refused
from vaksam.core.supply import gs1
from vaksam.supply import queries as supply
from vaksam.supply.queries import VialRef
from vaksam.venues import queries as venues
from vaksam.venues.queries import VenueRef
from vaksam.web.clinic.words import STAFF_ROLES
from vaksam.web.templatetags.faults import said

_KEY = "clinic.who"
_LONGEST_LOT = 20  # characters, by GS1
_LONGEST_CODE = 200


@dataclass(frozen=True, slots=True)
class Vaccinator:
    """Somebody who gives doses here."""

    id: int
    name: str = field(repr=False)
    role: str

    @property
    def title(self) -> str:
        return str(STAFF_ROLES.get(self.role, self.role))


def vaccinators(place: VenueRef) -> list[Vaccinator]:
    """Those on duty today, then the venue's own; where there are none, all of the region."""
    today = clock.today()
    staff = [each for each in venues.staff(place.region_code, on=today) if each.vaccinates]
    duty = {each.staff for each in venues.on_duty(place.id, today)}
    here = [each for each in staff if each.id in duty or each.venue == place.id] or staff
    here.sort(key=lambda each: each.id not in duty)
    return [Vaccinator(each.id, each.name, each.role) for each in here]


def who(request: HttpRequest, venue: int, known: Sequence[Vaccinator]) -> Vaccinator | None:
    """Who was chosen here today; the only one there is."""
    kept: dict[str, Any] = request.session.get(_KEY, {})
    day, chosen = kept.get(str(venue), ("", 0))
    if day == clock.today().isoformat():
        for each in known:
            if each.id == chosen:
                return each
    return known[0] if len(known) == 1 else None


def keep(request: HttpRequest, venue: int, staff: int) -> None:
    """Remember who vaccinates here for the day."""
    today = clock.today().isoformat()
    kept: dict[str, Any] = request.session.get(_KEY, {})
    of_today = {place: each for place, each in kept.items() if each[0] == today}
    request.session[_KEY] = of_today | {str(venue): [today, staff]}


def useful(venue: int) -> list[VialRef]:
    """Open vials, that which ends first first; those past their time or empty last."""
    return sorted(supply.open_vials(venue),
                  key=lambda each: (each.minutes == 0, each.until))  # fmt: skip


def pick(
    vials: Sequence[VialRef], *, asked: int | None, code: str, products: Sequence[str]
) -> tuple[VialRef | None, str]:
    """The vial that was tapped or scanned, else the first of a product wanted; and a fault.

    `products`: those wanted, the first of all foremost.
    """
    if code:
        return _scanned(vials, code)
    if asked is not None:
        for each in vials:
            if each.vial == asked:
                return each, ""
        return None, _("That vial is not open here any more. Choose another.")
    usable = [each for each in vials if each.minutes and each.left + each.drawn > 0]
    for product in products:
        for each in usable:
            if each.product == product:
                return each, ""
    return (vials[0] if vials else None), ""


def _scanned(vials: Sequence[VialRef], code: str) -> tuple[VialRef | None, str]:
    """A lot that was typed, or a label of GS1."""
    lot = code.strip().upper()
    if len(lot) > _LONGEST_LOT or lot.startswith("("):
        try:
            lot = gs1.read(code[:_LONGEST_CODE]).lot.upper()
        except Refused as error:
            return None, said(error)
    for each in vials:
        if each.lot_number.upper() == lot:
            return each, ""
    return None, _("No vial of lot %(lot)s is open here. Open one in the fridge, or look at the "
                   "label again.") % {"lot": lot or "–"}  # fmt: skip
