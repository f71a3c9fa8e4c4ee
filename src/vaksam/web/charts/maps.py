"""A map in classes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import altair as alt

from vaksam.web.charts.look import CLASSES, EDGE, GOAL, MISSING, finished

_WIDTH, _TALLEST, _LEGEND = 560, 680, 60


@dataclass(frozen=True, slots=True)
class MapArea:
    """One area on a map: its class label ("" where nothing is published) and what to tell."""

    code: str
    name: str
    label: str
    shown: str
    url: str
    chosen: bool = False


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
    lacks = any(feature["properties"]["label"] == missing for feature in features)
    base = alt.Chart(alt.NamedData("areas")).mark_geoshape(stroke=EDGE, strokeWidth=0.7)
    shapes = base.encode(
        color=alt.Color(
            "properties.label:N",
            scale=alt.Scale(
                domain=[*labels, missing] if lacks else list(labels), range=[*colours, MISSING]
            ),
            legend=alt.Legend(title=title, symbolType="square", symbolSize=200),
        ),
        tooltip=[
            alt.Tooltip("properties.name:N", title=name_title),
            alt.Tooltip("properties.shown:N", title=share_title),
        ],
        href=alt.Href("properties.url:N"),
    )
    outline = (
        alt.Chart(alt.NamedData("chosen"))
        .mark_geoshape(fill=None, stroke=GOAL, strokeWidth=2.5)
        .encode()
    )
    chart = alt.layer(shapes, outline).project("transverseMercator", rotate=[-15, 0, 0])
    height = min(_TALLEST, round(_WIDTH * _shape(features)) + _LEGEND)
    chosen = [feature for feature in features if feature["properties"]["chosen"]]
    return finished(chart, _WIDTH, height, {"areas": features, "chosen": chosen})


def _shape(features: Sequence[dict[str, Any]]) -> float:
    """Height by width of the land, near enough for a frame."""
    places = [
        place for feature in features for place in _places(feature["geometry"]["coordinates"])
    ]
    east, north = [place[0] for place in places], [place[1] for place in places]
    middle = cos(radians((max(north) + min(north)) / 2))
    return (max(north) - min(north)) / ((max(east) - min(east)) * middle)


def _places(coordinates: list[Any]) -> Iterator[list[float]]:
    """Longitude and latitude of every corner, however deep they lie."""
    if isinstance(coordinates[0], int | float):
        yield coordinates
    else:
        for part in coordinates:
            yield from _places(part)


def _told(properties: dict[str, Any], told: dict[str, MapArea], missing: str) -> dict[str, Any]:
    area = told.get(properties["code"])
    return {
        "name": area.name if area else properties["name"],
        "label": (area.label if area else "") or missing,
        "shown": (area.shown if area else "") or missing,
        "url": area.url if area else "",
        "chosen": bool(area and area.chosen),
    }
