"""Options that several commands have."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from vaksam.core.weeks import Week


class Level(StrEnum):
    COUNTRY = "country"
    REGION = "region"
    MUNICIPALITY = "municipality"


class Sex(StrEnum):
    TOTAL = "total"
    MEN = "men"
    WOMEN = "women"


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"a date is written 2021-04-13, not {text!r}") from None


def _week(text: str) -> Week:
    try:
        return Week.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def day_option(name: str, text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(name, parser=_date, metavar="DATE", help=text)
    return option


DoseOption = Annotated[int, typer.Option("--dose", min=0, help="At least so many; 0: all given.")]
AgeOption = Annotated[
    str | None, typer.Option("--age", help="Such as 12+, 18-29 or all; else the widest published.")
]
SexOption = Annotated[Sex, typer.Option("--sex", help="Sex, where it is published.")]
WeekOption = Annotated[
    Week | None,
    typer.Option("--week", parser=_week, metavar="WEEK", help="Such as 2021w15; else the latest."),
]
EditionOption = Annotated[
    date | None, day_option("--edition", "The edition's date; else the newest.")
]
LevelOption = Annotated[Level, typer.Option("--level", help="Which kind of areas.")]
RegionOption = Annotated[
    str | None, typer.Option("--region", help="Only municipalities of the region with this code.")
]
