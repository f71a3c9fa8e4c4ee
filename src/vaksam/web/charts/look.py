"""What all pictures share: letters, colours, sizes, and how they fit a telephone.

Colours: classes run from light to dark in one direction, so that they are told apart by lightness
alone; lines differ in dash as well as in hue (Okabe and Ito's palette, darkened for white ground).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

FONT = "'Source Sans 3 Variable', 'Source Sans 3', 'Segoe UI', Helvetica, Arial, sans-serif"
INK = "#1d2b28"
QUIET = "#5b6b66"
GRID = "#e3e8e4"
MISSING = "#d9d9d6"
EDGE = "#ffffff"
CLASSES = ("#dfecbd", "#bcdcae", "#74bd9b", "#3a9488", "#1c6a72", "#0c3f55")
LINES = ("#0b4438", "#b5541c", "#1f6fb2", "#8a4f8f", "#6b6b00", "#444444")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [10, 4], [4, 2])
GOAL = "#a3341f"
THOUSANDS = "replace(format(datum.value, ','), /,/g, '\u00a0')"
PERCENT = "round(datum.value * 100) + '\u00a0%'"
NARROW = 320
"""Pixels: a telephone."""
_LEGEND = 90


Rows = Sequence[Mapping[str, object]]


def finished(
    chart: alt.TopLevelMixin, width: int, height: int, data: Mapping[str, Rows]
) -> dict[str, Any]:
    """The specification of a chart in our look.

    `data` are the rows by the names that the chart uses (`alt.NamedData`): rows inside the chart
    would be copied at each step of its making.
    """
    styled = (
        chart.properties(width=width, height=height, background="#ffffff")  # type: ignore[attr-defined]
        .configure(font=FONT, autosize=alt.AutoSizeParams(type="fit", contains="padding"))
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK, titleColor=QUIET, gridColor=GRID, domainColor=QUIET, tickColor=QUIET,
            labelFontSize=13, titleFontSize=13, titleFontWeight="normal", labelLimit=220,
        )
        .configure_axisXPoint(labelAngle=0)
        .configure_legend(
            labelColor=INK, titleColor=QUIET, labelFontSize=13, titleFontSize=13,
            titleFontWeight="normal", labelLimit=260, titleLimit=300, orient="top", columns=4,
        )
    )  # fmt: skip
    spec: dict[str, Any] = styled.to_dict(validate=False)
    return spec | {"datasets": dict(data)}


def signed(
    spec: dict[str, Any], source: str, heading: Sequence[str] | None = None
) -> dict[str, Any]:
    """With the source of its figures, and lines of heading where the picture is to stand alone."""
    look = {"anchor": "start", "fontSize": 16, "color": INK, "subtitleColor": QUIET}
    quiet = {"anchor": "start", "fontSize": 12, "color": QUIET, "fontWeight": "normal"}
    if heading:
        return spec | {"title": look | {"text": heading, "subtitle": source, "offset": 12}}
    return spec | {"title": quiet | {"text": source, "orient": "bottom", "offset": 8}}


def narrowed(spec: dict[str, Any]) -> dict[str, Any]:
    """The same picture for a telephone, its letters as large."""
    config = spec["config"]
    narrow = {"legend": {"columns": 2}, "axisXPoint": {"labelAngle": -60}}
    height = spec["height"]
    if "projection" in spec:  # a map keeps its shape
        height = min(height, round(height / spec["width"] * NARROW) + _LEGEND)
    return spec | {
        "width": NARROW,
        "height": height,
        "config": config | {part: config[part] | changed for part, changed in narrow.items()},
    }
