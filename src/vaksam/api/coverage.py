"""Coverage over HTTP: editions, published figures, cuts by area, goals, revisions."""

from dataclasses import asdict
from datetime import date, datetime
from hashlib import blake2s
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from ninja import Query, Router, Schema
from pydantic import Field

from vaksam.areas import queries as areas
from vaksam.core.errors import Refused
from vaksam.core.weeks import Week
from vaksam.coverage import queries
from vaksam.coverage.queries import EditionRef
from vaksam.programmes import queries as programmes

router = Router()
Level = Literal["country", "region", "municipality"]
WeekText = Annotated[str | None, Query(description="An ISO week such as 2021w15.")]
EditionDate = Annotated[
    date | None, Query(alias="edition", description="The edition's date; the newest without it.")
]
PAGE = 500


class EditionOut(Schema):
    """`example` marks invented figures."""

    edition_on: date
    file_name: str
    sha256: str
    example: bool
    figure_count: int
    warnings: int
    imported_at: datetime


class FigureOut(Schema):
    """A figure as it stands in the workbook. `share` is of the population, between 0 and 1."""

    edition_on: date
    area: str
    area_name: str
    week: str | None
    age: str
    sex: str
    doses: int
    exactly: bool
    label: str
    count: int
    share: float | None
    population: int | None
    born_by: int | None
    sheet: int
    row: int


class FiguresOut(Schema):
    """One page; `next` is the offset of the following one, null at the end."""

    items: list[FigureOut]
    count: int
    next: int | None


class DefinitionOut(Schema):
    """What shares are shares of, with the workbook's own words in `note`."""

    age: str
    born_by: int | None
    note: str


class ShownOut(Schema):
    """One figure with what is needed to quote it."""

    area: str
    area_name: str
    dose: int
    age: str
    sex: str
    week: str | None
    count: int
    share: float | None
    population: int | None
    as_published: bool
    denominator: DefinitionOut
    sheet: str
    edition_on: date
    example: bool


class CellOut(Schema):
    area: str
    area_name: str
    count: int
    share: float | None
    population: int | None


class CutOut(Schema):
    """One choice for every area of a level. `week` is null for figures of the edition's date."""

    edition_on: date
    example: bool
    week: str | None
    as_published: bool
    denominator: DefinitionOut
    cells: list[CellOut]


class GoalOut(Schema):
    """A goal and one area's standing. `share`, and dates and pace, are null where no published
    figure is of the goal's own ages; `nearest_…` and `series_…` are then of the nearest ages."""

    code: str
    name: str
    share_wanted: float
    by_on: date
    area: str
    area_name: str
    share: float | None
    met: bool | None
    nearest_age: str | None
    nearest_share: float | None
    outcome: str | None
    met_on: date | None
    expected_on: date | None
    earliest_on: date | None
    latest_on: date | None
    series_age: str | None
    series_met_on: date | None


class ChangeOut(Schema):
    """Of some figures: `shared` stand in both editions, `changed` of them differ."""

    shared: int
    changed: int
    added: int
    removed: int


class SheetChangeOut(ChangeOut):
    sheet: str


class WeekChangeOut(ChangeOut):
    week: str


class AreaChangeOut(ChangeOut):
    area: str


class CompletenessOut(Schema):
    """The older edition's count of a week's own persons as a share of the newer one's, Sweden."""

    week: str
    doses: int
    share: float


class RevisionsOut(ChangeOut):
    """Changes from one edition to a later one, in all, and by sheet, by week of the series, by
    area."""

    old: date
    new: date
    sheets: list[SheetChangeOut]
    weeks: list[WeekChangeOut]
    areas: list[AreaChangeOut]
    completeness: list[CompletenessOut]


@router.get("/editions", response=list[EditionOut], summary="Editions, newest first")
def editions(request: HttpRequest) -> Any:
    return [asdict(edition) for edition in queries.editions()]


@router.get("/figures", response=FiguresOut, summary="Published figures, row by row")
def figures(
    request: HttpRequest,
    response: HttpResponse,
    edition: EditionDate = None,
    area: Annotated[str | None, Query(description="A code: SE, 24, 2480.")] = None,
    dose: int | None = None,
    week: WeekText = None,
    offset: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=5000)] = PAGE,
) -> Any:
    source = queries.edition(edition)
    if unchanged := _unchanged(request, source):
        return unchanged
    chosen: dict[str, Any] = {
        "areas": [areas.find(area).code] if area else None,
        "doses": dose,
        "week": _week(week),
    }
    found = queries.figures(source, **chosen, limit=limit, offset=offset)
    count = queries.count_figures(source, **chosen)
    items = [asdict(figure) | {"week": _text(figure.week)} for figure in found]
    after = offset + len(items)
    _tag(request, response, source)
    return {"items": items, "count": count, "next": after if after < count else None}


@router.get("/show", response=ShownOut, summary="One figure, with what it is a share of")
def show(
    request: HttpRequest,
    response: HttpResponse,
    area: str,
    dose: int,
    week: WeekText = None,
    age: str | None = None,
    sex: Literal["total", "men", "women"] = "total",
    edition: EditionDate = None,
) -> Any:
    source = queries.edition(edition)
    if unchanged := _unchanged(request, source):
        return unchanged
    _tag(request, response, source)
    found = queries.show(
        area=area, doses=dose, week=_week(week), age=age, sex=sex, edition_on=edition
    )
    return asdict(found) | {"week": _text(found.week)}


@router.get("/cut", response=CutOut, summary="One choice for every area of a level")
def cut(
    request: HttpRequest,
    response: HttpResponse,
    level: Level,
    dose: int,
    week: WeekText = None,
    age: str | None = None,
    sex: Literal["total", "men", "women"] = "total",
    region: Annotated[str | None, Query(description="Municipalities of this region only.")] = None,
    edition: EditionDate = None,
) -> Any:
    source = queries.edition(edition)
    if unchanged := _unchanged(request, source):
        return unchanged
    ages = age or queries.default_age(source.id, level, dose)
    chosen = queries.Choice(doses=dose, age=ages or "", sex=sex, week=_week(week))
    if region:
        areas.find(region, kind="region")
    within = [place.code for place in areas.municipalities(region)] if region else None
    found = queries.cut(source.id, level, chosen, areas=within)
    if found is None:
        raise Refused("not-published", "The edition has no such figures; try another age or dose.")
    queries.require_week(source, found, chosen.week)
    _tag(request, response, source)
    return {
        "edition_on": source.edition_on,
        "example": source.example,
        "week": _text(found.week),
        "as_published": found.recipe.published,
        "denominator": asdict(queries.definition(found)),
        "cells": [asdict(cell) for cell in found.cells],
    }


@router.get("/goals", response=list[GoalOut], summary="Goals against the newest figures")
def goals(request: HttpRequest, area: str = "SE", edition: EditionDate = None) -> Any:
    source = queries.edition(edition)
    place = areas.find(area)
    standings = queries.standings(source.id, place.kind, programmes.goals(), areas=[place.code])
    return [_goal(standing) for standing in standings]


@router.get("/revisions", response=RevisionsOut, summary="What changed between two editions")
def revisions(request: HttpRequest, old: date, new: date) -> Any:
    found = queries.revisions(queries.edition(old), queries.edition(new))
    return asdict(found.all) | {
        "old": old,
        "new": new,
        "sheets": [{"sheet": title} | asdict(one) for title, one in found.by_sheet.items()],
        "weeks": [{"week": str(week)} | asdict(one) for week, one in found.by_week().items()],
        "areas": [{"area": code} | asdict(one) for code, one in found.by_area().items()],
        "completeness": [
            {"week": str(week), "doses": doses, "share": share}
            for (week, doses), share in found.completeness().items()
        ],
    }


def _goal(standing: queries.Standing) -> dict[str, object]:
    course, near = standing.dates, standing.progress
    return {
        "code": standing.goal.code,
        "name": standing.goal.name,
        "share_wanted": standing.goal.share,
        "by_on": standing.goal.by_on,
        "area": standing.area,
        "area_name": standing.area_name,
        "share": standing.share,
        "met": standing.met,
        "nearest_age": standing.nearest_age,
        "nearest_share": standing.nearest and standing.nearest.share,
        "series_age": standing.series_age,
        "series_met_on": near and near.met_on,
        "outcome": course and course.outcome,
        "met_on": course and course.met_on,
        "expected_on": course and course.expected_on,
        "earliest_on": course and course.earliest_on,
        "latest_on": course and course.latest_on,
    }


def _week(text: str | None) -> Week | None:
    if not text:
        return None
    try:
        return Week.parse(text)
    except ValueError as error:
        raise Refused(
            "no-such-week", "{problem}. Write for example 2021w15.", problem=error
        ) from None


def _text(week: Week | None) -> str | None:
    return str(week) if week else None


def _etag(request: HttpRequest, source: EditionRef) -> str:
    """An edition never changes, so its hash and the address together name the answer."""
    address = blake2s(request.get_full_path().encode(), digest_size=8).hexdigest()
    return quote_etag(f"{source.sha256[:16]}-{source.id}-{address}")


def _unchanged(request: HttpRequest, source: EditionRef) -> HttpResponse | None:
    """304 before any work is done, where the caller already has this answer."""
    response = get_conditional_response(request, etag=_etag(request, source))
    return response if isinstance(response, HttpResponse) else None


def _tag(request: HttpRequest, response: HttpResponse, source: EditionRef) -> None:
    response["ETag"] = _etag(request, source)
    patch_cache_control(response, public=True, no_cache=True)
