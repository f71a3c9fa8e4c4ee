"""Every region of Sweden, or every municipality of a region, in stated classes."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaksam.areas import queries as areas
from vaksam.core.coverage.classes import class_of, classes
from vaksam.coverage import queries
from vaksam.coverage.queries import Cut
from vaksam.web import charts, formats
from vaksam.web.components import Cell, Column, Table
from vaksam.web.insight.choice import PageChoice
from vaksam.web.insight.pictures.picture import Picture, caution, rows_of, source, when


def map_of(choice: PageChoice) -> Picture | None:
    """Every region of Sweden, or every municipality of the chosen area's region."""
    within = (
        areas.municipalities(choice.region_code) if choice.map_level == "municipality" else None
    )
    found = queries.cut(
        choice.edition.id,
        choice.map_level,
        choice.asked,
        areas=[place.code for place in within] if within is not None else None,
    )
    if found is None or not found.cells:
        return None
    breaks = classes([cell.share for cell in found.cells])
    labels = _class_labels(breaks)
    told = [
        charts.MapArea(
            code=cell.area,
            name=cell.area_name,
            label=labels[n] if (n := class_of(cell.share, breaks)) is not None else "",
            shown=formats.share(cell.share),
            url=f"{reverse('coverage')}?{choice.address(area=cell.area)}",
            chosen=cell.area == choice.area.code,
        )
        for cell in found.cells
    ]

    def draw() -> dict[str, Any]:
        region = choice.region_code if choice.map_level == "municipality" else None
        return charts.choropleth(
            told,
            labels,
            areas.geometry(choice.map_level, region),
            title=_("Share vaccinated"),
            missing=_("Not published"),
            name_title=_("Area"),
            share_title=_("Share"),
        )

    title = f"{formats.dose(choice.doses)}, {when(found, choice)}"
    return Picture(
        key="map",
        title=title,
        alt=spread(found),
        table=_areas_table(found, choice, labels, breaks),
        rows=rows_of(found, choice),
        draw=draw,
        note=source(found, choice),
        caution=caution(found, choice),
    )


def _areas_table(
    found: Cut, choice: PageChoice, labels: Sequence[str], breaks: Sequence[float]
) -> Table:
    return Table(
        "map-table",
        _("The areas on the map"),
        [
            Column(_("Area")),
            Column(_("Share"), numeric=True),
            Column(_("Persons"), numeric=True),
            Column(_("Population"), numeric=True),
            Column(_("Class on the map"), numeric=True),
        ],
        [
            [
                Cell(cell.area_name, url="?" + choice.address(area=cell.area)),
                formats.share(cell.share),
                formats.number(cell.count),
                formats.number(cell.population),
                labels[n] if (n := class_of(cell.share, breaks)) is not None else "–",
            ]
            for cell in sorted(found.cells, key=lambda cell: formats.alphabetical(cell.area_name))
        ],
    )


def _class_labels(breaks: Sequence[float]) -> list[str]:
    decimals = 0 if all(round(b * 100, 6).is_integer() for b in breaks) else 1
    return [
        f"{formats.percent(low, decimals)}–{formats.share(high, decimals)}"
        for low, high in pairwise(breaks)
    ]


def spread(found: Cut) -> str:
    known = sorted((cell for cell in found.cells if cell.share is not None), key=_share)
    if not known:
        return _("Map without figures.")
    return _("Map: from %(low)s in %(worst)s to %(high)s in %(best)s.") % {
        "low": formats.share(known[0].share),
        "worst": known[0].area_name,
        "high": formats.share(known[-1].share),
        "best": known[-1].area_name,
    }


def _share(cell: queries.Cell) -> float:
    assert cell.share is not None
    return cell.share
