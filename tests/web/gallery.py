"""Addresses for the tests of the shell: every component on one page, and views that fail.

The pages that the navigation leads to are empty here, so that these tests look at nothing but
the frame.
"""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path
from django.views.generic import TemplateView

from vaksam.core.errors import BadFile, Fault, NotAllowed, NotFound, Refused
from vaksam.web.components import Cell, Column, Empty, Figure, Link, Progress, Stat, Table
from vaksam.web.health import health

PAGE = """{% extends "base.html" %}{% load i18n %}
{% block scripts %}{% include "components/charts.html" %}{% endblock %}
{% block title %}{% translate "Coverage" %}{% endblock %}
{% block breadcrumbs %}{% include "components/breadcrumbs.html" %}{% endblock %}
{% block content %}
<h1 class="ds-heading" data-size="lg">{% translate "Coverage" %}</h1>
<div class="grid">{% for stat in stats %}{% include "components/stat.html" %}{% endfor %}</div>
{% include "components/alert.html" with tone="warning" title="Rubrik" text="En text." only %}
<div class="split">{% include "components/figure.html" %}{% include "components/table.html" %}</div>
{% include "components/how.html" with text=how %}
<div aria-live="polite">{% include "components/progress.html" %}</div>
{% include "components/empty.html" %}
{% include "components/pagination.html" with page=numbers %}
{% endblock %}"""

FRAME = """{% extends "base.html" %}{% block title %}Sida{% endblock %}
{% block content %}<h1 class="ds-heading">Sida</h1>{% endblock %}"""

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "width": "container",
    "data": {"values": [{"week": 1, "share": 0.1}, {"week": 2, "share": 0.221}]},
    "transform": [{"calculate": "datum.share * 100", "as": "percent"}],
    "mark": {"type": "line", "point": True, "tooltip": True},
    "encoding": {
        "x": {"field": "week", "type": "ordinal"},
        "y": {"field": "percent", "type": "quantitative"},
    },
}
TABLE = Table(
    key="regions",
    caption="Andel med minst en dos, vecka 15 2021",
    columns=[Column("Region"), Column("Personer", numeric=True), Column("Andel", numeric=True)],
    rows=[
        [Cell("Västerbotten", url="/"), "52 876", "22,1 %"],
        ["Västra Götaland", "286 123", Cell("19,9 %", tone="warning")],
    ],
    totals=["Tillsammans", "338 999", "20,2 %"],
    note="Personer födda 2004 eller tidigare.",
)


def gallery(request: HttpRequest) -> HttpResponse:
    context = {
        "how": "Så läser du.\n\nOch så här.",
        "crumbs": [Link("Sverige", "/")],
        "here": "Västerbotten",
        "example_data": "example" in request.GET,
        "stats": [
            Stat("Minst en dos", "22,1 %", "52 876 av 239 450", "+3,1 procentenheter", "success"),
            Stat("Dos 2", "8,4 %", "20 113 av 239 450", "Mål: 80 %", url="/"),
        ],
        "table": TABLE,
        "figure": Figure(
            key="map",
            title="Andel med minst en dos",
            image_url="/picture.svg",
            alt="Linje från 10 till 22 procent.",
            table=Table("under", "Samma siffror", TABLE.columns, TABLE.rows),
            spec_url="/spec.json" if "interactive" in request.GET else "",
            downloads=[Link("CSV", "/x.csv", "2 kB"), Link("XLSX", "/x.xlsx")],
        ),
        "progress": Progress("import", "Läser in", "Blad 3 av 8", "/part/", "/", 3, 8),
        "empty": Empty("Inga siffror än", "Läs in en arbetsbok.", [Link("Läs in", "/")]),
        "numbers": Paginator(range(100), 10).page(4),
    }
    if "message" in request.GET:
        messages.success(request, "Sparat.")
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


def frame(request: HttpRequest, **_kwargs: str) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(FRAME).render({}, request))


def part(request: HttpRequest) -> HttpResponse:
    context = {"progress": Progress("import", "Läser in", "Klart", "/part/", "/", 8, 8, done=True)}
    page = engines["django"].from_string('{% include "components/progress.html" %}')
    return HttpResponse(page.render(context, request))


def picture(request: HttpRequest) -> HttpResponse:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"/>'
    return HttpResponse(svg, content_type="image/svg+xml")


def fail(request: HttpRequest, how: str) -> HttpResponse:
    faults = [Fault("share-over-one", "a share is over 1", "Vecka", row, "Andel") for row in (3, 9)]
    raise {
        "refused": Refused("late", "The week {week} has passed.", week="2021w15"),
        "missing": NotFound("area", "There is no area {area}.", area="99"),
        "role": NotAllowed("role", "Only coordinators import."),
        "file": BadFile("fhm.xlsx", faults),
        "permission": PermissionDenied(),
        "suspicious": SuspiciousOperation("x"),
        "bug": ZeroDivisionError("x"),
    }[how]


SECTIONS = (
    "today", "turn", "people", "lists", "due", "booking", "supply", "venue", "directives", "rounds",
    "register", "report", "prescribing", "changes",
)  # fmt: skip

urlpatterns = [
    *i18n_patterns(
        path("", frame, name="coverage"),
        *(path(f"{name}/", frame, name=name) for name in SECTIONS),
        path("gallery/", gallery, name="coverage-gallery"),
        path("fail/<str:how>/", fail),
        path("", include("vaksam.web.account.urls")),
        path(
            "accessibility/",
            TemplateView.as_view(template_name="accessibility.html"),
            name="accessibility",
        ),
        prefix_default_language=False,
    ),
    path("part/", part),
    path("picture.svg", picture),
    path("spec.json", lambda request: JsonResponse(SPEC)),
    path("health", health),
]

handler400 = "vaksam.web.errors.bad_request"
handler403 = "vaksam.web.errors.forbidden"
handler404 = "vaksam.web.errors.not_found"
handler500 = "vaksam.web.errors.server_error"
