"""Saved what-ifs, or any changes, side by side."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaksam.base.scope import requires, scope_of
from vaksam.replanning import queries
from vaksam.replanning.queries import ChangeView
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Table, Text
from vaksam.web.planning.changes.common import may_write
from vaksam.web.planning.changes.counts import Counts
from vaksam.web.planning.changes.preview_shown import ratio_of, ratio_said
from vaksam.web.planning.changes.words import WHO
from vaksam.web.roles import CHANGES
from vaksam.web.sent import number

MOST = 4


@require_safe
@requires(*CHANGES)
def compare(request: HttpRequest) -> HttpResponse:
    """Figures of up to four changes (`ids`), a row each."""
    scope = scope_of(request.user)
    asked = ",".join(request.GET.getlist("ids")).split(",")
    ids = list(dict.fromkeys(pk for text in asked if (pk := number(text.strip())) is not None))
    found = [queries.change(pk, scope=scope) for pk in ids[:MOST]]
    counts = Counts(exact=all(may_write(scope, each) for each in found))
    worked = [each for each in found if each.preview and each.plan]
    context: dict[str, Any] = {
        "table": _figures(worked, counts) if worked else None,
        "who": _who(worked, counts) if worked else None,
        "waiting": [each for each in found if each not in worked],
        "more": len(ids) > MOST,
    }  # fmt: skip
    return render(request, "changes/compare.html", context)


def _figures(found: Sequence[ChangeView], counts: Counts) -> Table:
    def quality(name: str) -> Callable[[ChangeView], Text]:
        return lambda each: counts.number((each.plan or {})["quality"][name])

    def plain(name: str, decimals: int) -> Callable[[ChangeView], Text]:
        return lambda each: formats.decimal((each.plan or {})["quality"][name], decimals)

    lines: list[tuple[Text, Callable[[ChangeView], Text]]] = [
        (_("Times that become wrong"), lambda each: counts.number((each.preview or {})["wrong"])),
        (_("Moved"), quality("moved")),
        (_("Same time, another product"), quality("other_product")),
        (_("Asked"), quality("asked")),
        (_("Called off"), quality("cancelled")),
        (_("Days, half at most"), plain("median_days", 0)),
        (_("Km farther, half at most"), plain("median_km", 1)),
        (_("Second doses without a time"), quality("seconds_cancelled")),
        (_("Second doses outside their interval"), quality("second_doses_outside_interval")),
        (_("Seats left empty"), quality("seats_left_empty")),
    ]
    rows: list[list[Text | Cell]] = [
        [label, *(ask(each) for each in found)] for label, ask in lines
    ]
    columns = [Column(_("Figure")), *(Column(each.name, numeric=True) for each in found)]
    return Table("figures", _("Side by side"), columns, rows, note=counts.note())


def _who(found: Sequence[ChangeView], counts: Counts) -> Table:
    ratios = [
        {one["group"]: ratio_of(one, counts) for one in (each.preview or {})["equality"]}
        for each in found
    ]
    rows: list[list[Text | Cell]] = [
        [str(label), *(ratio_said(each.get(code)) for each in ratios)]
        for code, label in WHO.items() if any(each.get(code) is not None for each in ratios)
    ]  # fmt: skip
    links = [Column(each.name) for each in found]
    return Table("who", _("Who is hit, compared with all who are booked"),
                 [Column(_("Who")), *links], rows)  # fmt: skip
