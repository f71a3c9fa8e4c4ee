"""One tap at the fridge. A tap that is sent twice is done once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaksam.base.models import User
from vaksam.base.scope import requires
from vaksam.core.errors import NotFound, Refused
from vaksam.core.supply.reasons import Reason
from vaksam.supply import actions
from vaksam.web.clinic.common import home, how_many, number_of, place_of, status_of
from vaksam.web.clinic.forms import WasteForm
from vaksam.web.roles import VENUE, account
from vaksam.web.sent import token_in

_DONE_ALREADY = ("nothing-to-do", "reversed-already")


@dataclass(frozen=True, slots=True)
class Tap:
    """`number` names a vial, lot or document; `many` is the number beside the button."""

    venue: int
    number: int
    many: int
    by: User
    token: UUID | None

    @property
    def told(self) -> dict[str, Any]:
        return {"by": self.by, "token": self.token}

    @property
    def lot(self) -> dict[str, Any]:
        return {"venue": self.venue, "lot": self.number} | self.told

    @property
    def vial(self) -> dict[str, Any]:
        return {"vial": self.number} | self.told


def _reverse(tap: Tap) -> None:
    actions.reverse(document=tap.number, by=tap.by, note=_("Taken back at the venue"))


_TAPS: dict[str, Callable[[Tap], object]] = {
    "open": lambda tap: actions.open_vial(**tap.lot),
    "thaw": lambda tap: actions.thaw(vials=tap.many, **tap.lot),
    "draw": lambda tap: actions.draw(doses=tap.many, **tap.vial),
    "give": lambda tap: actions.give(doses=tap.many, **tap.vial),
    "empty": lambda tap: actions.empty(**tap.vial),
    "end": lambda tap: actions.waste_vial(reason=Reason.EXPIRED_AFTER_OPENING, **tap.vial),
    "expire": lambda tap: actions.expire(**tap.lot),
    "clear": lambda tap: actions.clear(venue=tap.venue, lot=tap.number, by=tap.by),
    "return": lambda tap: actions.give_back(vials=tap.many, **tap.lot),
    "reverse": _reverse,
}


@require_POST
@requires(*VENUE)
def act(request: HttpRequest, venue: int, what: str) -> HttpResponse:
    """Open, thaw, draw, give, empty, write off, clear, return, take back."""
    place = place_of(request, venue)
    step = _TAPS.get(what)
    if step is None or (what == "return" and not place.is_store):
        raise NotFound("unknown-step", "There is no such step.")
    tap = Tap(venue, number_of(request), how_many(request), account(request), token_in(request))
    try:
        step(tap)
    except Refused as error:
        if error.code not in _DONE_ALREADY:  # of those, the page shows that it is done
            raise
    actions.look()
    return home(venue)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def waste(request: HttpRequest, venue: int, kind: str, number: int) -> HttpResponse:
    """Thrown away: a vial that is open, or unopened ones of a lot. A reason is one tap."""
    place = place_of(request, venue)
    if kind not in ("vial", "lot"):
        raise NotFound("unknown-step", "There is no such step.")
    form = WasteForm(request.POST or None, of_open_vial=kind == "vial")
    if request.method == "POST" and form.is_valid():
        try:
            _waste(venue, kind, number, form.cleaned_data, account(request), token_in(request))
            actions.look()
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Written down."))
            return home(venue)
    context = {"form": form, "venue": place, "reasons": form.reasons(), "token": uuid4()}
    return render(request, "clinic/waste.html", context, status=status_of(form))


def _waste(venue: int, kind: str, number: int, data: dict[str, Any], by: User, token: Any) -> None:
    told = {"reason": data["reason"], "note": data["note"], "by": by, "token": token}
    if kind == "vial":
        actions.waste_vial(vial=number, **told)
    else:
        actions.waste(venue=venue, lot=number, vials=data["vials"], **told)
