"""Lines: shares by week, and by age."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import altair as alt

from vaksam.web.charts.look import DASHES, GOAL, LINES, PERCENT, QUIET, finished


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
        legend=alt.Legend(title=None, symbolType="stroke", symbolSize=400),
    )
    dash = alt.StrokeDash(
        "area:N",
        scale=alt.Scale(domain=list(names), range=list(DASHES[: len(names)])),
        legend=alt.Legend(title=None, symbolType="stroke", symbolSize=400),
    )
    base = alt.Chart(alt.NamedData("weeks"))
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
            alt.Chart(alt.NamedData("chosen"))
            .mark_rule(color=QUIET, strokeDash=[3, 3])
            .encode(x="on:T")
        )
    data = {
        "weeks": rows,
        "goals": [asdict(goal) for goal in goals],
        "chosen": [{"on": chosen_on}] if chosen_on else [],
    }
    return finished(alt.layer(*layers), 760, 400, data)


def _goal_layers(goals: Sequence[GoalLine]) -> list[alt.Chart]:
    if not goals:
        return []
    base = alt.Chart(alt.NamedData("goals"))
    return [
        base.mark_rule(color=GOAL, strokeWidth=1.5, strokeDash=[7, 4]).encode(y="share:Q"),
        base.mark_point(shape="diamond", color=GOAL, fill=GOAL, size=90).encode(
            x="by_on:T", y="share:Q"
        ),
        *(
            base.mark_text(align="right", dx=-4, dy=12, fontSize=13, **look).encode(
                x=alt.value("width"), y="share:Q", text="label:N"
            )
            for look in ({"stroke": "#ffffff", "strokeWidth": 5}, {"color": GOAL})
        ),
    ]


def profile(
    rows: Sequence[dict[str, object]], ages: Sequence[str], doses: Sequence[str],
    names: Sequence[str], *, age_title: str, share_title: str, dose_title: str,
    area_title: str,
) -> dict[str, Any]:  # fmt: skip
    """Shares by age: rows of age, dose, area, share, shown; a colour a dose, a dash an area."""
    base = alt.Chart(alt.NamedData("ages")).encode(
        x=alt.X("age:N", sort=list(ages), title=age_title),
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
            legend=alt.Legend(title=None),
        ),
        tooltip=[
            alt.Tooltip("area:N", title=area_title),
            alt.Tooltip("age:N", title=age_title),
            alt.Tooltip("dose:N", title=dose_title),
            alt.Tooltip("shown:N", title=share_title),
        ],
    )
    dash = alt.StrokeDash(
        "area:N",
        sort=list(names),
        scale=alt.Scale(domain=list(names), range=list(DASHES[: len(names)])),
        legend=alt.Legend(title=None, orient="bottom", symbolSize=400) if names[1:] else None,
    )
    lines = base.mark_line(strokeWidth=2.5).encode(strokeDash=dash)
    dots = base.mark_point(filled=True, size=70, opacity=1)
    return finished(alt.layer(lines, dots), 760, 420, {"ages": rows})
