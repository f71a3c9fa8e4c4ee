"""Pictures and their figures as files."""

from collections.abc import Callable
from hashlib import blake2s
from io import BytesIO
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaksam import __version__
from vaksam.coverage.queries import EditionRef
from vaksam.programmes import queries as programmes
from vaksam.web import charts, formats
from vaksam.web.insight.choice import PageChoice
from vaksam.web.insight.pictures import Picture

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "svg": "image/svg+xml",
    "png": "image/png",
    "json": "application/json",
}
_FILES = ("csv", "xlsx", "parquet", "png")
_PICTURES = ("json", "svg", "png")


def response(
    picture: Picture, choice: PageChoice, form: str, *, narrow: bool = False, alone: bool = False
) -> HttpResponse:
    """The picture in one of FORMS; files to keep get a name.

    `narrow` fits it to a telephone, `alone` gives it the heading that a page has around it.
    """
    if form in _PICTURES:
        spec = charts.narrowed(picture.draw()) if narrow else picture.draw()
        heading = _heading(picture, choice) if alone or form == "png" else None
        made = drawn(charts.signed(spec, _source(choice.edition), heading), form)
    else:
        made = HttpResponse(_table(picture, form), content_type=FORMS[form])
    if form in _FILES:
        made["Content-Disposition"] = f'attachment; filename="{_name(picture, form)}"'
    return made


def kept(
    request: HttpRequest, choice: PageChoice, how: object, make: Callable[[], HttpResponse]
) -> HttpResponse:
    """The file as `make` makes it, made once: nothing where the browser has it already (304).

    An edition never changes, so the choice, the language and the goals name the file. What else
    the address holds does not, or anybody could have the same picture drawn without end.
    """
    etag = _etag(request, choice, how)
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    if (known := _MADE.get(etag)) is None:
        made = make()
        known = made.content, dict(made.items())
        _remember(etag, known)
    response = HttpResponse(known[0], headers=known[1] | {"ETag": etag})
    patch_cache_control(response, public=True, no_cache=True)
    return response


# Files by their ETag, the latest last: drawing takes tenths of a second.
_MADE: dict[str, tuple[bytes, dict[str, str]]] = {}
_KEPT_FILES = 200


def _remember(etag: str, made: tuple[bytes, dict[str, str]]) -> None:
    _MADE[etag] = made
    while len(_MADE) > _KEPT_FILES:
        _MADE.pop(next(iter(_MADE)), None)


def forget() -> None:
    """Make every file anew when it is next asked for."""
    _MADE.clear()


def _etag(request: HttpRequest, choice: PageChoice, how: object) -> str:
    edition = choice.edition
    told = (
        f"{request.path} {choice.address()} {how} {get_language()} {__version__} "
        f"{edition.sha256} {edition.id} {programmes.goals()}"
    )
    return quote_etag(blake2s(told.encode(), digest_size=16).hexdigest())


def _heading(picture: Picture, choice: PageChoice) -> list[str]:
    name, title = formats.area(choice.area), picture.title
    return [title] if name in title else [name, title]


def _source(edition: EditionRef) -> str:
    if edition.example:
        return _("Example data: invented figures")
    day = formats.day(edition.edition_on)
    return _("Source: Folkhälsomyndigheten, %(day)s") % {"day": day}


def drawn(spec: dict[str, Any], form: str) -> HttpResponse:
    """A specification as JSON for the browser, as SVG or as PNG."""
    if form == "json":  # in the browser the picture is as wide as its place
        return JsonResponse(spec | {"width": "container"})
    content = charts.svg(spec).encode() if form == "svg" else charts.png(spec)
    return HttpResponse(content, content_type=FORMS[form])


def table_file(frame: pl.DataFrame, form: str, *, name: str) -> HttpResponse:
    """A frame as CSV, XLSX or Parquet to keep."""
    response = HttpResponse(_encoded(frame, form, name), content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="vaksam-{name}.{form}"'
    return response


def _table(picture: Picture, form: str) -> bytes:
    return _encoded(pl.DataFrame(picture.rows, infer_schema_length=None), form, picture.key)


def _encoded(frame: pl.DataFrame, form: str, name: str) -> bytes:
    buffer = BytesIO()
    if form == "csv":
        frame.write_csv(buffer)
    elif form == "xlsx":
        frame.write_excel(buffer, worksheet=name[:31], autofit=True)
    else:
        frame.write_parquet(buffer)
    return buffer.getvalue()


def _name(picture: Picture, form: str) -> str:
    first = picture.rows[0] if picture.rows else {}
    mark = "exempeldata-" if first.get("source") == "exempeldata" else ""
    return f"vaksam-{mark}{picture.key}-{first.get('edition', '')}.{form}"
