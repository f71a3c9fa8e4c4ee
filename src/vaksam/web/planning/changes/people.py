"""Single persons of a change, with reasons: for those who work with persons. Looking is logged."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaksam.base.scope import requires, scope_of
from vaksam.replanning import queries
from vaksam.replanning.queries import MoveView
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Table, Text
from vaksam.web.planning.booking.common import stamp
from vaksam.web.planning.changes import words
from vaksam.web.planning.changes.common import to_write
from vaksam.web.roles import CHANGE_PLANNERS
from vaksam.web.sent import number

MOST = 50
FILTERS = (("action", words.ACTIONS), ("wrong", words.WRONG), ("step", words.STEPS))


@require_safe
@requires(*CHANGE_PLANNERS)
def people(request: HttpRequest, change: int) -> HttpResponse:
    """What happens to each, the costliest first, a page at a time."""
    found = to_write(request, change)
    chosen = {name: asked for name, known in FILTERS
              if (asked := request.GET.get(name, "")) in known}  # fmt: skip
    after = number(request.GET.get("after", "")) or 0
    moves = queries.moves(change, scope=scope_of(request.user), path=request.path, after=after,
                          most=MOST + 1, **chosen)  # type: ignore[arg-type]  # fmt: skip
    address = urlencode(chosen)
    context: dict[str, Any] = {
        "change": found, "table": _table(moves[:MOST], after) if moves else None,
        "form": {"kept": [], "selects": _selects(chosen)},
        "earlier": f"?{address}&after={max(after - MOST, 0)}" if after else "",
        "later": f"?{address}&after={after + MOST}" if len(moves) > MOST else "",
    }  # fmt: skip
    return render(request, "changes/people.html", context)


def _selects(chosen: dict[str, str]) -> list[dict[str, Any]]:
    labels = {"action": _("What happens"), "wrong": _("Why"), "step": _("How far")}
    return [
        {
            "name": name, "label": labels[name], "chosen": name in chosen,
            "options": [{"value": "", "label": _("All"), "chosen": name not in chosen}]
            + [{"value": code, "label": label, "chosen": chosen.get(name) == code}
               for code, label in known.items()],
        }
        for name, known in FILTERS
    ]  # fmt: skip


def _table(moves: list[MoveView], after: int) -> Table:
    columns = [Column(label) for label in (
        _("Person"), _("Born"), _("Dose"), _("The time"), _("Wrong because"), _("What happens"),
        _("New time"), _("State"))]  # fmt: skip
    note = _("Number %(first)s to %(last)s, what costs people most first.") % {
        "first": formats.number(after + 1), "last": formats.number(after + len(moves))}  # fmt: skip
    return Table("people", _("Single persons"), columns, [_row(each) for each in moves], note=note)


def _row(each: MoveView) -> list[Text | Cell]:
    name = f"{each.given_name} {each.family_name}".strip() or _("Protected identity")
    why = words.WHYS.get(each.why, "")
    step: Text = words.STEPS[each.step]
    if each.left:
        step = f"{step}: {words.LEFT.get(each.left, each.left)}"
    return [
        Cell(name, url=reverse("booking-person", args=[each.person])),
        str(each.born_on.year) if each.born_on else "–",
        str(each.dose),
        f"{each.from_venue}, {stamp(each.from_at)}, {each.from_product}",
        str(words.WRONG.get(each.wrong, each.wrong)),
        f"{words.ACTIONS.get(each.action, each.action)}{f' ({why})' if why else ''}",
        _new(each),
        Cell(step, tone=words.STEP_TONES[each.step]),
    ]


def _new(each: MoveView) -> str:
    if each.to_at is None:
        opened = each.action == "move"
        return _("at a session that is to be opened") if opened else "–"
    told = f"{each.to_venue}, {stamp(each.to_at)}, {each.to_product}"
    apart = []
    if each.days:
        apart.append(_("%(n)s d") % {"n": formats.number(each.days)})
    if each.km:
        apart.append(_("%(n)s km") % {"n": formats.decimal(each.km, 1)})
    return f"{told} ({', '.join(apart)})" if apart else told
