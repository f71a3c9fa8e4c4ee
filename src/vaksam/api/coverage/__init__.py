"""Coverage over HTTP: editions, published figures, cuts by area, goals, revisions."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from vaksam.api.coverage import caching
from vaksam.api.coverage.schemas import (
    CutOut,
    EditionOut,
    FiguresOut,
    GoalOut,
    RevisionsOut,
    ShownOut,
)
from vaksam.areas import queries as areas
from vaksam.core.errors import Refused
from vaksam.core.weeks import Week
from vaksam.coverage import queries
from vaksam.programmes import queries as programmes

router = Router()
Level = Literal["country", "region", "municipality"]
WeekText = Annotated[str | None, Query(description="An ISO week such as 2021w15.")]
EditionDate = Annotated[
    date | None, Query(alias="edition", description="The edition's date; the newest without it.")
]
PAGE = 500


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
    if known := caching.unchanged(request, source):
        return known
    chosen: dict[str, Any] = {
        "areas": [areas.find(area).code] if area else None,
        "doses": dose,
        "week": _week(week),
    }
    found = queries.figures(source, **chosen, limit=limit, offset=offset)
    count = queries.count_figures(source, **chosen)
    items = [asdict(figure) | {"week": _text(figure.week)} for figure in found]
    after = offset + len(items)
    caching.tag(request, response, source)
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
    if known := caching.unchanged(request, source):
        return known
    caching.tag(request, response, source)
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
    if known := caching.unchanged(request, source):
        return known
    ages = age or queries.default_age(source.id, level, dose)
    chosen = queries.Choice(doses=dose, age=ages or "", sex=sex, week=_week(week))
    if region:
        areas.find(region, kind="region")
    within = [place.code for place in areas.municipalities(region)] if region else None
    found = queries.cut(source.id, level, chosen, areas=within)
    if found is None:
        raise Refused("not-published", "The edition has no such figures; try another age or dose.")
    queries.require_week(source, found, chosen.week)
    caching.tag(request, response, source)
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
