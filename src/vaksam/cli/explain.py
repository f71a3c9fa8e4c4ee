"""`vaksam rules explain`: whose turn it is, for somebody described. Nothing of it is stored."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.cli.options import day_option
from vaksam.cli.output import print_json
from vaksam.core.rules import decide, described
from vaksam.programmes import queries


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


class Language(StrEnum):
    SV = "sv"
    EN = "en"


def _moment(text: str) -> datetime:
    """A moment; Swedish time, where it says no other."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"a moment is written 2021-04-13T07:30, not {text!r}") from None
    return found if found.tzinfo else found.replace(tzinfo=clock.SWEDEN)


OnOption = Annotated[date | None, day_option("--on", "The day that is asked about; else today.")]
KnownOption = Annotated[
    datetime | None,
    typer.Option(
        "--known-at",
        parser=_moment,
        metavar="MOMENT",
        help="As known then, such as 2021-04-13T07:30; else at the end of a past day, or now.",
    ),
]
ProgrammeOption = Annotated[
    str | None, typer.Option("--programme", help="Its code; else the one that runs on the day.")
]
RegionOption = Annotated[
    str | None, typer.Option("--region", help="The region's code, such as 24.")
]
GroupsOption = Annotated[
    list[str] | None, typer.Option("--group", help="Belongs to it, such as home_care; repeatable.")
]
DosesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--dose",
        metavar="DATE:PRODUCT",
        help="Had it, such as 2021-02-10:comirnaty; “other” is one not known here; repeatable.",
    ),
]
CohabitantOption = Annotated[
    str, typer.Option("--cohabitant-born", help="Lives with somebody born then; the oldest.")
]
CohabitantGroupsOption = Annotated[
    list[str] | None,
    typer.Option("--cohabitant-group", help="Which belongs to it, such as home_care; repeatable."),
]


def explain(
    born: Annotated[str, typer.Option("--born", help="Day or year: 1949-03-02 or 1949.")],
    on: OnOption = None,
    programme: ProgrammeOption = None,
    group: GroupsOption = None,
    dose: DosesOption = None,
    cohabitant_born: CohabitantOption = "",
    cohabitant_group: CohabitantGroupsOption = None,
    sex: Annotated[str, typer.Option("--sex", help="F or M, where a rule asks for it.")] = "",
    region: RegionOption = None,
    known_at: KnownOption = None,
    language: Annotated[Language, typer.Option("--language", help="Of the words.")] = Language.EN,
    how: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TEXT,
) -> None:
    """Say whether it is a person's turn, when, with what, and why. Nothing told here is stored."""
    day = on or clock.today()
    code = queries.asked(programme, on=day)
    rules = queries.rules(code, known_at=known_at or queries.known_then(day))
    person = described.Described(
        born=born, groups=group or (), doses=dose or (), sex=sex, region=region_code(region),
        cohabitant_born=cohabitant_born, cohabitant_groups=cohabitant_group or (),
    )  # fmt: skip
    facts = described.facts(person, on=day, products=rules.products)
    found = described.told(decide(facts, rules, on=day), rules, language=language)
    if how is Format.JSON:
        print_json(found)
    else:
        _print(found)


def region_code(asked: str | None) -> str:
    """The code of a region. Raises NotFound."""
    return areas.find(asked, kind="region").code if asked else ""


def _print(found: dict[str, Any]) -> None:
    """The answer, then days and products, then each reason and where it is said."""
    typer.echo(f"{found['on']}, {found['programme']}: {found['status']} ({found['why']})")
    days = {"earliest": "earliest_on", "recommended": "recommended_on", "latest": "latest_on"}
    told = [f"{word} {found[key]}" for word, key in days.items() if found[key]]
    if told:
        typer.echo(f"dose {found['next_dose']}: {', '.join(told)}")
    for each in found["products"]:
        typer.echo(f"  {each['product']} from {each['earliest_on']}")
    for reason in found["reasons"]:
        typer.echo(f"- {reason['text']}")
        if reason["rule"]:
            typer.echo(f"  {reason['directive']}, {reason['rule']}: {reason['source']}")
