"""Columns over weeks."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from vaksam.web.charts.look import LINES, THOUSANDS, finished


def columns(
    rows: Sequence[dict[str, object]], *, week_title: str, count_title: str
) -> dict[str, Any]:
    """One column a week, in the order given: rows of week and persons."""
    order = [str(row["week"]) for row in rows]
    base = alt.Chart(alt.NamedData("weeks"))
    x = alt.X("week:N", sort=order, title=week_title, axis=alt.Axis(labelAngle=0))
    y = alt.Y("persons:Q", title=count_title, axis=alt.Axis(labelExpr=THOUSANDS))
    tooltip = [
        alt.Tooltip("week:N", title=week_title),
        alt.Tooltip("persons:Q", title=count_title),
    ]
    bars = base.mark_bar(color=LINES[0], cornerRadiusEnd=3).encode(x=x, y=y, tooltip=tooltip)
    return finished(bars, 700, 280, {"weeks": rows})
