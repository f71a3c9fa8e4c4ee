"""A round to take along: on paper, and as an Excel sheet."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaksam.base.scope import requires, scope_of
from vaksam.core.rounds import printing
from vaksam.core.rounds.printing import Halt, Paper, Person
from vaksam.rounds import actions, queries
from vaksam.rounds.queries import MemberView, StopView
from vaksam.web import formats
from vaksam.web.planning.booking.common import hour
from vaksam.web.planning.rounds.common import round_of
from vaksam.web.planning.rounds.words import OUTCOMES
from vaksam.web.roles import ROUNDS, account

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@requires(*ROUNDS)
def paper(request: HttpRequest, round_id: int) -> HttpResponse:
    """The round as PDF, in the order of the way."""
    ref = round_of(request, round_id)
    stops = queries.stops(round_id, scope=scope_of(request.user), path=request.path)
    car = _("car %(n)s") % {"n": ref.team}
    facts = [
        (_("Team"), f"{ref.venue_name}, {car}"),
        (_("Leaves"), f"{formats.day(ref.day)} {hour(ref.starts_at)}"),
        (_("Back"), hour(ref.back_at)),
        (_("Vials to take along"), f"{ref.vials} × {ref.product_name} ({', '.join(ref.lots)})"),
        (_("Doses left over"), formats.number(ref.left)),
    ]  # fmt: skip
    pdf = printing.paper(
        Paper(
            language=(get_language() or "sv")[:2],
            title=_("Round %(n)s") % {"n": ref.id}, facts=facts,
            columns=(_("Name"), _("Born"), _("Dose"), _("Outcome, lot, site, time, signature")),
            halts=[_halt(each) for each in stops],
            foot=_("Confidential. Shred it when everything is registered."),
        ),
        fonts=settings.VAKSAM_FONTS,
    )  # fmt: skip
    return _to_keep(f"runda-{ref.id}.pdf", pdf, "application/pdf")


@require_safe
@requires(*ROUNDS)
def sheet(request: HttpRequest, round_id: int) -> HttpResponse:
    """The round as a sheet to fill in without coverage."""
    round_of(request, round_id)
    name, content = actions.sheet(round=round_id, by=account(request), path=request.path)
    return _to_keep(name, content, XLSX)


def _halt(each: StopView) -> Halt:
    said = []
    if each.opened:
        said.append(_("Open %(n)s vials.") % {"n": each.opened})
    if each.until is not None:
        said.append(_("The vial lasts until %(time)s.") % {"time": hour(each.until)})
    return Halt(hour(each.arrives_at), each.name, each.address, " ".join(said),
                tuple(_person(who) for who in each.members))  # fmt: skip


def _person(who: MemberView) -> Person:
    done = f" ({OUTCOMES[who.outcome]})" if who.outcome else ""
    return Person(f"{who.name}{done}", who.born, str(who.dose_number or ""))


def _to_keep(name: str, content: bytes, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
