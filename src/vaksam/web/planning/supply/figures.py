"""A picture of supply on a page, and its files."""

import polars as pl
from django.http import HttpRequest, HttpResponse

from vaksam.core.errors import NotFound
from vaksam.web import charts
from vaksam.web.components import Figure, Link
from vaksam.web.insight import downloads
from vaksam.web.insight.pictures.picture import Picture

TABLES = (("csv", "CSV"), ("xlsx", "Excel"), ("parquet", "Parquet"))
FILES = (*TABLES, ("svg", "SVG"), ("png", "PNG"))


def figure(request: HttpRequest, picture: Picture) -> Figure:
    """The page's own address serves the files, with `file` and `form`."""
    return Figure(
        key=picture.key,
        title=picture.title,
        image_url=_address(request, picture, "svg"),
        narrow_url=_address(request, picture, "svg") + "&narrow",
        alt=picture.alt,
        table=picture.table,
        spec_url=_address(request, picture, "json"),
        note=picture.note,
        downloads=[Link(label, _address(request, picture, form)) for form, label in FILES],
    )


def file(request: HttpRequest, pictures: list[Picture]) -> HttpResponse | None:
    """The file asked for; None where a page is asked for. Raises NotFound."""
    key, form = request.GET.get("file", ""), request.GET.get("form", "")
    if not key:
        return None
    picture = next((each for each in pictures if each.key == key), None)
    if picture is None or form not in (*dict(FILES), "json"):
        raise NotFound("no-such-file", "There is no such file.")
    if form in dict(TABLES):
        frame = pl.DataFrame(picture.rows, infer_schema_length=None)
        return downloads.table_file(frame, form, name=picture.key)
    spec = picture.draw()
    return downloads.drawn(charts.narrowed(spec) if "narrow" in request.GET else spec, form)


def links(request: HttpRequest, key: str) -> list[Link]:
    """Downloads of a table that has no picture."""
    return [Link(label, f"?{_kept(request)}file={key}&form={form}") for form, label in TABLES]


def table_file(request: HttpRequest, key: str, frame: pl.DataFrame) -> HttpResponse | None:
    """The table as the file asked for; None where another is."""
    if request.GET.get("file") != key or request.GET.get("form", "") not in dict(TABLES):
        return None
    return downloads.table_file(frame, request.GET["form"], name=key)


def _address(request: HttpRequest, picture: Picture, form: str) -> str:
    return f"{request.path}?{_kept(request)}file={picture.key}&form={form}"


def _kept(request: HttpRequest) -> str:
    kept = request.GET.copy()
    for name in ("file", "form", "narrow"):
        kept.pop(name, None)
    return f"{kept.urlencode()}&" if kept else ""
