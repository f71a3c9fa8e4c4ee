"""Pictures of supply: announced beside what came, yields with intervals, and a fan of weeks."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from vaksam.web.charts.look import DASHES, LINES, QUIET, THOUSANDS, finished

Row = dict[str, object]


def beside(
    rows: Sequence[Row], kinds: Sequence[str], *, week_title: str, count_title: str
) -> dict[str, Any]:
    """Columns beside one another, week by week: rows of week, kind, doses."""
    order = list(dict.fromkeys(str(row["week"]) for row in rows))
    bars = (
        alt.Chart(alt.NamedData("weeks"))
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=alt.X("week:N", sort=order, title=week_title, axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("kind:N", sort=list(kinds)),
            y=alt.Y("doses:Q", title=count_title, axis=alt.Axis(labelExpr=THOUSANDS)),
            color=alt.Color(
                "kind:N",
                sort=list(kinds),
                scale=alt.Scale(domain=list(kinds), range=list(LINES[: len(kinds)])),
                legend=alt.Legend(title=None),
            ),
            tooltip=["week:N", "kind:N", "doses:Q"],
        )
    )
    return finished(bars, 760, 300, {"weeks": rows})


def intervals(
    rows: Sequence[Row], *, name_title: str, value_title: str, nominal: float
) -> dict[str, Any]:
    """A dot with its interval a row, and a line at the nominal: rows of name, mean, low, high."""
    order = [str(row["name"]) for row in rows]
    base = alt.Chart(alt.NamedData("rows"))
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    scale = alt.Scale(zero=False, nice=True)
    lines = base.mark_rule(color=LINES[0], strokeWidth=2).encode(
        x=alt.X("low:Q", title=value_title, scale=scale), x2="high:Q", y=y
    )
    dots = base.mark_point(filled=True, size=80, color=LINES[0], opacity=1).encode(
        x=alt.X("mean:Q", scale=scale), y=y,
        tooltip=[alt.Tooltip("name:N", title=name_title), "mean:Q", "low:Q", "high:Q", "vials:Q"],
    )  # fmt: skip
    mark = (
        alt.Chart(alt.NamedData("nominal"))
        .mark_rule(color=QUIET, strokeDash=[4, 3])
        .encode(x="nominal:Q")
    )
    return finished(
        alt.layer(mark, lines, dots), 760, max(28 * len(rows) + 60, 140),
        {"rows": rows, "nominal": [{"nominal": nominal}]},
    )  # fmt: skip


def fan(
    rows: Sequence[Row], names: Sequence[str], *, week_title: str, count_title: str
) -> dict[str, Any]:
    """Bands and middle of the first name, the middle alone of the others: rows of week, name,
    p5, p25, p50, p75, p95."""
    order = list(dict.fromkeys(str(row["week"]) for row in rows))
    x = alt.X(
        "week:N", sort=order, title=week_title, scale=alt.Scale(type="point", padding=0.2),
        axis=alt.Axis(labelAngle=0),
    )  # fmt: skip
    axis = alt.Axis(labelExpr=THOUSANDS)
    first = alt.Chart(alt.NamedData("first"))
    bands = [
        first.mark_area(color=LINES[0], opacity=opacity).encode(
            x=x, y=alt.Y(f"{low}:Q", title=count_title, axis=axis), y2=f"{high}:Q"
        )
        for low, high, opacity in (("p5", "p95", 0.15), ("p25", "p75", 0.25))
    ]
    base = alt.Chart(alt.NamedData("rows"))
    lines = base.mark_line(strokeWidth=2.5).encode(
        x=x,
        y=alt.Y("p50:Q", title=count_title, axis=axis),
        color=alt.Color(
            "name:N", sort=list(names),
            scale=alt.Scale(domain=list(names), range=list(LINES[: len(names)])),
            legend=alt.Legend(title=None, symbolType="stroke", symbolSize=400),
        ),
        strokeDash=alt.StrokeDash(
            "name:N", sort=list(names),
            scale=alt.Scale(domain=list(names), range=list(DASHES[: len(names)])),
            legend=alt.Legend(title=None, symbolType="stroke", symbolSize=400),
        ),
        tooltip=["week:N", "name:N", "p5:Q", "p50:Q", "p95:Q"],
    )  # fmt: skip
    data = {"rows": rows, "first": [row for row in rows if row["name"] == names[0]]}
    return finished(alt.layer(*bands, lines), 760, 380, data)
