"""Pictures as Vega-Lite, made with Altair: the same for browser, report and SVG.

Colours: classes run from light to dark in one direction, so that they are told apart by lightness
alone; lines differ in dash as well as in hue (Okabe and Ito's palette, darkened for white ground).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import vl_convert as vlc

FONT = "Source Sans 3 Variable, Source Sans 3, Segoe UI, Helvetica, Arial, sans-serif"
INK = "#1d2b28"
QUIET = "#5b6b66"
GRID = "#e3e8e4"
MISSING = "#d9d9d6"
CLASSES = ("#eef4d9", "#bcdcae", "#74bd9b", "#3a9488", "#1c6a72", "#0c3f55")
LINES = ("#0b4438", "#b5541c", "#1f6fb2", "#8a4f8f", "#6b6b00", "#444444")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [10, 4], [4, 2])
GOAL = "#a3341f"
PERCENT = "round(datum.value * 100) + '\u00a0%'"


@dataclass(frozen=True, slots=True)
class MapArea:
    """One area on a map: its class label ("" where nothing is published) and what to tell."""

    code: str
    name: str
    label: str
    shown: str
    chosen: bool = False


def _theme(chart: alt.TopLevelMixin, width: int | str, height: int) -> dict[str, Any]:
    styled = (
        chart.properties(width=width, height=height, background="#ffffff")  # type: ignore[attr-defined]
        .configure(font=FONT, autosize=alt.AutoSizeParams(type="fit", contains="padding"))
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK, titleColor=QUIET, gridColor=GRID, domainColor=QUIET, tickColor=QUIET,
            labelFontSize=13, titleFontSize=13, titleFontWeight="normal", labelLimit=220,
        )
        .configure_legend(
            labelColor=INK, titleColor=QUIET, labelFontSize=13, titleFontSize=13,
            titleFontWeight="normal", labelLimit=260, titleLimit=300,
        )
    )  # fmt: skip
    spec: dict[str, Any] = styled.to_dict(validate=False)
    return spec


def choropleth(
    areas: Sequence[MapArea], labels: Sequence[str], geometry: dict[str, Any], *,
    title: str, missing: str, name_title: str, share_title: str,
) -> dict[str, Any]:  # fmt: skip
    """A map in stated classes. `labels` are the classes, lowest first; `missing` names the rest."""
    told = {area.code: area for area in areas}
    features = [
        feature | {"properties": _told(feature["properties"], told, missing)}
        for feature in geometry["features"]
    ]
    step = len(CLASSES) / max(len(labels), 1)
    colours = [CLASSES[min(int(step * (n + 0.5)), len(CLASSES) - 1)] for n in range(len(labels))]
    domain = [*labels, missing]
    base = alt.Chart(alt.Data(values=features)).mark_geoshape(stroke="#ffffff", strokeWidth=0.7)
    shapes = base.encode(
        color=alt.Color(
            "properties.label:N",
            scale=alt.Scale(domain=domain, range=[*colours, MISSING]),
            legend=alt.Legend(title=title, orient="left", symbolType="square", symbolSize=200),
        ),
        tooltip=[
            alt.Tooltip("properties.name:N", title=name_title),
            alt.Tooltip("properties.shown:N", title=share_title),
        ],
    )
    outline = (
        alt.Chart(alt.Data(values=[f for f in features if f["properties"]["chosen"]]))
        .mark_geoshape(fill=None, stroke=GOAL, strokeWidth=2.5)
        .encode()
    )
    chart = alt.layer(shapes, outline).project("transverseMercator", rotate=[-15, 0, 0])
    return _theme(chart, 560, 620)


def _told(properties: dict[str, Any], told: dict[str, MapArea], missing: str) -> dict[str, Any]:
    area = told.get(properties["code"])
    return {
        "name": area.name if area else properties["name"],
        "label": (area.label if area else "") or missing,
        "shown": (area.shown if area else "") or missing,
        "chosen": bool(area and area.chosen),
    }


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal across a time series."""

    share: float
    by_on: str
    label: str


def course(
    rows: Sequence[dict[str, object]], names: Sequence[str], goals: Sequence[GoalLine], *,
    week_title: str, share_title: str, area_title: str, chosen_on: str | None,
) -> dict[str, Any]:  # fmt: skip
    """Shares week by week: rows of area, on (the week's Sunday), week, share, shown."""
    top = max([float(str(row["share"])) for row in rows] + [goal.share for goal in goals] + [0.1])
    x = alt.X("on:T", title=None, axis=alt.Axis(format="%Y-%m", labelAngle=0, tickCount=6))
    y = alt.Y(
        "share:Q",
        title=share_title,
        scale=alt.Scale(domain=[0, min(1.0, top * 1.05)], nice=False),
        axis=alt.Axis(labelExpr=PERCENT, tickCount=6),
    )
    colour = alt.Color(
        "area:N",
        scale=alt.Scale(domain=list(names), range=list(LINES[: len(names)])),
        legend=alt.Legend(title=None, orient="top", columns=3, symbolType="stroke"),
    )
    dash = alt.StrokeDash(
        "area:N",
        scale=alt.Scale(domain=list(names), range=list(DASHES[: len(names)])),
        legend=alt.Legend(title=None, orient="top", columns=3, symbolType="stroke"),
    )
    base = alt.Chart(alt.Data(values=list(rows)))
    lines = base.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour, strokeDash=dash)
    points = base.mark_point(size=60, opacity=0).encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("area:N", title=area_title),
            alt.Tooltip("week:N", title=week_title),
            alt.Tooltip("shown:N", title=share_title),
        ],
    )
    layers = [lines, points, *_goal_layers(goals)]
    if chosen_on:
        layers.append(
            alt.Chart(alt.Data(values=[{"on": chosen_on}]))
            .mark_rule(color=QUIET, strokeDash=[3, 3])
            .encode(x="on:T")
        )
    return _theme(alt.layer(*layers), 760, 400)


def _goal_layers(goals: Sequence[GoalLine]) -> list[alt.Chart]:
    if not goals:
        return []
    data = alt.Data(
        values=[{"share": goal.share, "on": goal.by_on, "label": goal.label} for goal in goals]
    )
    base = alt.Chart(data)
    return [
        base.mark_rule(color=GOAL, strokeWidth=1.5, strokeDash=[7, 4]).encode(y="share:Q"),
        base.mark_point(shape="diamond", color=GOAL, fill=GOAL, size=90).encode(
            x="on:T", y="share:Q"
        ),
        base.mark_text(align="right", dx=-4, dy=12, color=GOAL, fontSize=13).encode(
            x=alt.value("width"), y="share:Q", text="label:N"
        ),
    ]


def profile(
    rows: Sequence[dict[str, object]], ages: Sequence[str], doses: Sequence[str], names: Sequence[str],
    *, age_title: str, share_title: str, dose_title: str, area_title: str,
) -> dict[str, Any]:  # fmt: skip
    """Shares by age: rows of age, dose, area, share, shown; a panel a dose when there are areas."""
    chart = (
        alt.Chart(alt.Data(values=list(rows)))
        .mark_line(point=alt.OverlayMarkDef(size=70, filled=True), strokeWidth=2.5)
        .encode(
            x=alt.X("age:N", sort=list(ages), title=age_title, axis=alt.Axis(labelAngle=0)),
            y=alt.Y(
                "share:Q",
                title=share_title,
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(labelExpr=PERCENT, tickCount=6),
            ),
            color=alt.Color(
                "dose:N",
                sort=list(doses),
                scale=alt.Scale(domain=list(doses), range=list(LINES[: len(doses)])),
                legend=alt.Legend(title=None, orient="top", columns=2),
            ),
            strokeDash=alt.StrokeDash(
                "area:N",
                sort=list(names),
                scale=alt.Scale(domain=list(names), range=list(DASHES[: len(names)])),
                legend=alt.Legend(title=None, orient="top", symbolStrokeWidth=2)
                if len(names) > 1
                else None,
            ),
            tooltip=[
                alt.Tooltip("area:N", title=area_title),
                alt.Tooltip("age:N", title=age_title),
                alt.Tooltip("dose:N", title=dose_title),
                alt.Tooltip("shown:N", title=share_title),
            ],
        )
    )
    return _theme(chart, 760, 420)


def ranks(
    rows: Sequence[dict[str, object]], *, share_title: str, rank_title: str, name_title: str
) -> dict[str, Any]:
    """Shares with intervals, best first: rows of name, share, low, high, shown, ranks, chosen."""
    order = [str(row["name"]) for row in rows]
    base = alt.Chart(alt.Data(values=list(rows)))
    y = alt.Y("name:N", sort=order, title=None)
    percent = alt.Axis(labelExpr=PERCENT, tickCount=6, orient="top")
    x = alt.X("low:Q", title=share_title, scale=alt.Scale(zero=False, padding=8), axis=percent)
    tooltip = [
        alt.Tooltip("name:N", title=name_title),
        alt.Tooltip("shown:N", title=share_title),
        alt.Tooltip("ranks:N", title=rank_title),
    ]
    colour = alt.condition("datum.chosen", alt.value(GOAL), alt.value(LINES[0]))
    intervals = base.mark_rule(strokeWidth=3, opacity=0.45).encode(
        y=y, x=x, x2="high:Q", color=colour, tooltip=tooltip
    )
    dots = base.mark_point(filled=True, size=70).encode(
        y=y, x=alt.X("share:Q"), color=colour, tooltip=tooltip, opacity=alt.value(1)
    )
    return _theme(alt.layer(intervals, dots), 700, 26 * max(len(rows), 3) + 60)


@lru_cache(maxsize=128)
def _svg(spec: str) -> str:
    return str(vlc.vegalite_to_svg(spec))


def svg(spec: dict[str, Any]) -> str:
    """The picture as SVG, drawn on the server; kept, since drawing takes tens of milliseconds."""
    return _svg(json.dumps(spec, sort_keys=True))


def png(spec: dict[str, Any]) -> bytes:
    """The picture as PNG at twice the size, for slides and letters."""
    return bytes(vlc.vegalite_to_png(spec, scale=2))
