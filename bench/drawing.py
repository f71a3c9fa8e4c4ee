"""Pictures as SVG and PNG: drawn for the first time, and remembered."""

from django.test import Client
from report import Table
from timing import Times, measure

from vaksam.web.charts import drawing
from vaksam.web.insight import downloads

RUNS = 7
_PICTURES = (
    ("map of Sweden", "map", ""),
    ("map of a region", "map", "area=24"),
    ("course of six areas", "course", "area=24&with=SE&with=01&with=12&with=14&with=25"),
    ("ages of two areas", "ages", "area=24&with=SE"),
    ("ranking of 290 municipalities", "ranking", ""),
)


def run() -> list[Table]:
    begun = Times()
    begun.add(lambda: drawing.svg({"mark": "bar", "data": {"values": []}}))
    rows = [_row(*about) for about in _PICTURES]
    return [
        Table(
            "Pictures, with their figures fetched",
            ("picture", "SVG drawn ms", "SVG remembered ms", "PNG ms", "JSON ms", "SVG kB"),
            rows,
            [
                f"Medians of {RUNS}. Once in each process the drawing engine starts: "
                f"{begun.seconds[0] * 1e3:.0f} ms.",
                "“JSON” is the specification that the browser draws by itself.",
            ],
        )
    ]


def _row(name: str, key: str, query: str) -> tuple[str, float, float, float, float, float]:
    client = Client(SERVER_NAME="localhost")

    def fetch(form: str) -> bytes:
        response = client.get(f"/coverage/picture/{key}.{form}?{query}")
        assert response.status_code == 200, f"{name}: {response.status_code}"
        return response.content

    def anew(form: str) -> bytes:
        downloads.forget()
        return fetch(form)

    drawn = measure(lambda: anew("svg"), RUNS)
    kept = measure(lambda: fetch("svg"), RUNS)
    png = measure(lambda: anew("png"), RUNS)
    spec = measure(lambda: anew("json"), RUNS)
    times = [found.median * 1e3 for found in (drawn, kept, png, spec)]
    return name, *times, len(fetch("svg")) / 1e3  # type: ignore[return-value]
