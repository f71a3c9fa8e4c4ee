"""The page, its files, and asking for a refresh."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vaksam.areas import queries as areas
from vaksam.base.roles import Role
from vaksam.base.scope import requires
from vaksam.core.errors import NotFound
from vaksam.core.weeks import Week
from vaksam.eligibility import queries
from vaksam.eligibility.actions import ask_for_refresh
from vaksam.eligibility.queries import Dimension
from vaksam.web import charts
from vaksam.web.components import Figure, Link
from vaksam.web.insight import downloads
from vaksam.web.insight.downloads import FORMS
from vaksam.web.planning.due import choice as choices
from vaksam.web.planning.due import figures
from vaksam.web.planning.due.choice import SWEDEN, DueChoice
from vaksam.web.planning.due.figures import HEADINGS
from vaksam.web.planning.words import STATUSES
from vaksam.web.roles import DUE, account

_FILES = (("csv", "CSV"), ("xlsx", "Excel"), ("parquet", "Parquet"))
_PICTURE = (*_FILES, ("svg", "SVG"), ("png", "PNG"))


@require_safe
@requires(*DUE)
def due(request: HttpRequest) -> HttpResponse:
    """Key figures, the weeks ahead, and the table."""
    try:
        choice = choices.read(request)
    except NotFound as error:
        if error.code != "no-programme":
            raise
        return render(request, "planning/due.html", {"choice": None})
    found, weeks = figures.grid(choice), figures.weeks(choice)
    refreshes = queries.refreshed(choice.programme.code, regions=choice.regions)
    context = {
        "choice": choice,
        "form": _form(choice),
        "tabs": _tabs(choice),
        "stats": figures.stats(_totals(choice, found), weeks),
        "table": figures.table(choice, found),
        "files": [Link(label, _file(choice, "counts", form)) for form, label in _FILES],
        "figure": _figure(choice, weeks),
        "refreshed": min((each.finished_at for each in refreshes), default=None),
        "may_refresh": choices.may_refresh(request, choice),
        "empty": not found.levels,
    }
    return render(request, "planning/due.html", context)


@require_safe
@requires(*DUE)
@never_cache
def file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """The table or the picture as a file."""
    choice = choices.read(request)
    if key == "weeks" and form in dict(_PICTURE) | {"json": ""}:
        picture = figures.weeks_picture(choice, figures.weeks(choice))
        if form in ("svg", "png", "json"):
            return _drawn(picture.draw(), form, narrow="narrow" in request.GET)
        return _saved(pl.DataFrame(picture.rows), form, f"vaksam-weeks-{choice.area.code}")
    if key == "counts" and form in dict(_FILES):
        return _saved(_frame(choice), form, f"vaksam-due-{choice.by}-{choice.area.code}")
    raise NotFound("no-such-file", "There is no such file.")


@require_POST
@requires(Role.REGION_COORDINATOR)
def refresh(request: HttpRequest) -> HttpResponse:
    """Work everyone out anew, in the background."""
    choice = choices.read(request)
    if choices.may_refresh(request, choice):
        ask_for_refresh(
            region_code=choice.area.code, programme=choice.programme.code, by=account(request)
        )
        messages.success(request, _("Everyone is worked out anew in the background."))
    return HttpResponseRedirect(f"{reverse('due')}?{choice.address()}")


def _totals(choice: DueChoice, found: figures.Grid) -> figures.Grid:
    """Groups overlap, so their sums mean nothing: then the phases are summed."""
    if choice.by is not Dimension.GROUP:
        return found
    return figures.grid(replace(choice, by=Dimension.PHASE))


def _form(choice: DueChoice) -> dict[str, object]:
    within = areas.municipalities(choice.area.code) if choice.area.kind == "region" else []
    chosen = choice.municipality.code if choice.municipality else ""
    selects = [
        _select(
            "programme",
            _("Programme"),
            [(each.code, each.name) for each in choice.offered],
            choice.programme.code,
        )
    ]
    if within:
        offered = [("", _("The whole region")), *((each.code, each.name) for each in within)]
        selects.append(_select("municipality", _("Municipality"), offered, chosen))
    kept = [("area", choice.area.code), ("by", str(choice.by))]
    return {"kept": kept, "selects": selects}


def _select(
    name: str, label: str, offered: list[tuple[str, str]], chosen: str
) -> dict[str, object]:
    options = [{"value": v, "label": told, "chosen": v == chosen} for v, told in offered]
    return {"name": name, "label": label, "options": options, "chosen": True}


def _tabs(choice: DueChoice) -> list[Link]:
    always, national = (Dimension.PHASE, Dimension.AGE, Dimension.GROUP), choice.area.code == SWEDEN
    shown = [each for each in Dimension if each in always or (each is Dimension.REGION) == national]
    return [
        Link(
            HEADINGS[each](),
            f"?{choice.address(by=str(each))}",
            "page" if each is choice.by else "",
        )
        for each in shown
    ]


def _figure(choice: DueChoice, weeks: Sequence[tuple[Week, int | None]]) -> Figure:
    picture = figures.weeks_picture(choice, weeks)
    return Figure(
        key=picture.key,
        title=picture.title,
        image_url=_file(choice, "weeks", "svg"),
        narrow_url=_file(choice, "weeks", "svg") + "&narrow",
        alt=picture.alt,
        table=picture.table,
        spec_url=_file(choice, "weeks", "json"),
        note=picture.note,
        downloads=[Link(label, _file(choice, "weeks", form)) for form, label in _PICTURE],
    )


def _file(choice: DueChoice, key: str, form: str) -> str:
    return f"{reverse('due-file', args=[key, form])}?{choice.address()}"


def _drawn(spec: dict[str, object], form: str, *, narrow: bool) -> HttpResponse:
    return downloads.drawn(charts.narrowed(spec) if narrow else spec, form)


def _frame(choice: DueChoice) -> pl.DataFrame:
    """One row a level and status, as machines read them; a protected number is empty."""
    found = figures.grid(choice)
    names = figures.level_names(choice, found.levels)
    rows = [
        {
            "programme": choice.programme.code, "area": choice.area.code, "on": choice.on,
            "by": str(choice.by), "level": level, "name": names[level], "status": status,
            "persons": found.at(level, status),
        }
        for level in found.levels
        for status in STATUSES
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def _saved(frame: pl.DataFrame, form: str, name: str) -> HttpResponse:
    buffer = BytesIO()
    if form == "csv":
        frame.write_csv(buffer)
    elif form == "xlsx":
        frame.write_excel(buffer, autofit=True)
    else:
        frame.write_parquet(buffer)
    response = HttpResponse(buffer.getvalue(), content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
