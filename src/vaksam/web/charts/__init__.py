"""Pictures as Vega-Lite, made with Altair: the same for browser, report and SVG."""

from vaksam.web.charts.bars import columns
from vaksam.web.charts.drawing import png, svg
from vaksam.web.charts.lines import GoalLine, course, profile
from vaksam.web.charts.look import narrowed, signed
from vaksam.web.charts.maps import MapArea, choropleth
from vaksam.web.charts.ranks import ranks
from vaksam.web.charts.supply import beside, fan, intervals

__all__ = [
    "GoalLine", "MapArea", "beside", "choropleth", "columns", "course", "fan", "intervals",
    "narrowed", "png", "profile", "ranks", "signed", "svg",
]  # fmt: skip
