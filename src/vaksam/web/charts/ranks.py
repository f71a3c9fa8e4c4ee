"""Dots in order, with their uncertainty."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from vaksam.web.charts.look import GOAL, LINES, PERCENT, finished


def ranks(
    rows: Sequence[dict[str, object]], *, share_title: str, rank_title: str, name_title: str
) -> dict[str, Any]:
    """Shares with intervals, best first: rows of name, share, low, high, shown, ranks, chosen."""
    order = [str(row["name"]) for row in rows]
    base = alt.Chart(alt.NamedData("areas"))
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
    return finished(alt.layer(intervals, dots), 700, 26 * max(len(rows), 3) + 60, {"areas": rows})
