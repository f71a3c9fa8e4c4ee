"""Municipalities best first, with the interval that each rank deserves."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from vaksam.areas import queries as areas
from vaksam.core.coverage import ranking
from vaksam.coverage import queries
from vaksam.web import charts, formats
from vaksam.web.components import Cell, Column, Table
from vaksam.web.insight.choice import PageChoice
from vaksam.web.insight.pictures.picture import Picture, caution, row_of, source, when


@dataclass(frozen=True, slots=True)
class _Ranked:
    """One municipality: its rank with bounds, its share with bounds."""

    cell: queries.Cell
    rank: int
    lowest: int
    highest: int
    share: float
    low: float
    high: float

    @property
    def ranks(self) -> str:
        if self.lowest == self.highest:
            return str(self.lowest)
        return f"{self.lowest}–{self.highest}"


def ranks_of(choice: PageChoice) -> Picture | None:
    """The municipalities of the chosen area's region, or all of Sweden's."""
    within = [place.code for place in areas.municipalities(choice.region_code)]
    found = queries.cut(choice.edition.id, "municipality", choice.asked, areas=within)
    if found is None:
        return None
    ranked = _ranked(found.cells)
    title = _("Municipalities by coverage: %(dose)s, %(when)s") % {
        "dose": formats.dose(choice.doses).lower(),
        "when": when(found, choice),
    }
    return Picture(
        key="ranking",
        title=title,
        alt=_("Dots for each municipality's share, best first, with a line for its uncertainty."),
        table=_table(ranked, choice, title),
        rows=[
            row_of(choice, one.cell.area, one.cell, None, choice.age)
            | {"rank": one.rank, "rank_lowest": one.lowest, "rank_highest": one.highest}
            for one in ranked
        ],
        draw=lambda: charts.ranks(
            _marks(ranked, choice),
            share_title=_("Share vaccinated"),
            rank_title=_("Rank"),
            name_title=_("Municipality"),
        ),
        note=source(found, choice),
        caution=caution(found, choice),
    )


def _ranked(cells: tuple[queries.Cell, ...]) -> list[_Ranked]:
    known = [
        (cell, cell.share, cell.population)
        for cell in cells
        if cell.share is not None and cell.population
    ]
    shares = [share for _cell, share, _population in known]
    populations = [population for _cell, _share, population in known]
    counts = [min(cell.count, population) for cell, _share, population in known]
    ranks = ranking.rank(shares, populations)
    spans = ranking.wilson(counts, populations)
    found = [
        _Ranked(
            cell,
            int(ranks.rank[i]),
            int(ranks.lowest[i]),
            int(ranks.highest[i]),
            share,
            float(spans[i][0]),
            float(spans[i][1]),
        )
        for i, (cell, share, _population) in enumerate(known)
    ]
    return sorted(found, key=lambda one: (one.rank, one.cell.area))


def _marks(ranked: list[_Ranked], choice: PageChoice) -> list[dict[str, object]]:
    return [
        {
            "name": one.cell.area_name,
            "share": one.share,
            "low": one.low,
            "high": one.high,
            "shown": formats.share(one.share),
            "ranks": one.ranks,
            "chosen": one.cell.area == choice.area.code,
        }
        for one in ranked
    ]


def _table(ranked: list[_Ranked], choice: PageChoice, title: str) -> Table:
    return Table(
        "ranking-table",
        title,
        [
            Column(_("Municipality")),
            Column(_("Rank"), numeric=True),
            Column(_("Rank, 95 % interval"), numeric=True),
            Column(_("Share"), numeric=True),
            Column(_("Persons"), numeric=True),
            Column(_("Population"), numeric=True),
        ],
        [
            [
                Cell(one.cell.area_name, url="?" + choice.address(area=one.cell.area)),
                str(one.rank),
                one.ranks,
                formats.share(one.share),
                formats.number(one.cell.count),
                formats.number(one.cell.population),
            ]
            for one in ranked
        ],
    )
