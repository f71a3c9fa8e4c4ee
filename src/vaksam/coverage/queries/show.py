"""One figure with everything needed to quote it: what it is a share of, and from which edition."""

from dataclasses import dataclass
from datetime import date

from vaksam.areas import queries as areas
from vaksam.core.errors import NotFound
from vaksam.core.weeks import Week
from vaksam.coverage.queries.cuts import Choice, Cut, cut
from vaksam.coverage.queries.editions import EditionRef, edition
from vaksam.coverage.queries.tables import tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a share is a share of.

    `age` as reached at the end of the edition's year; `born_by` the last birth year of the whole
    series, where the workbook states one; `note` the workbook's own words.
    """

    age: str
    born_by: int | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One figure. `as_published` is false where it is added up from published cells."""

    area: str
    area_name: str
    dose: int
    age: str
    sex: str
    week: Week | None
    count: int
    share: float | None
    population: int | None
    as_published: bool
    denominator: Definition
    sheet: str
    edition_on: date
    example: bool


def definition(found: Cut) -> Definition:
    how = found.recipe
    age = how.ages[0] if len(how.ages) == 1 else " + ".join(how.ages)
    return Definition(age=age, born_by=how.born_by, note=how.table.note)


def default_age(edition_id: int, level: str, doses: int) -> str | None:
    """The population that the edition's own totals for a dose are shares of: "12+" for dose 1.

    "" where the edition has totals but its notes do not define them; None without totals.
    """
    kinds = ("municipality",) if level == "municipality" else ("doses-weekly", "weekly", "age")
    for kind in kinds:
        for table in tables(edition_id):
            if table.kind == kind and any(one.first == doses for one in table.doses):
                whole = (age for age in table.ages if age in ("", "all") or age.endswith("+"))
                return next(whole, None)
    return None


def show(
    *, area: str, doses: int, week: Week | None = None, age: str | None = None,
    sex: str = "total", edition_on: date | None = None,
) -> Shown:  # fmt: skip
    """One figure for one area.

    Raises
    ------
    NotFound
        No such area or edition, or the edition has no such figure; the message says which and
        what it does have.
    """
    place = areas.find(area)
    source = edition(edition_on)
    age = age or default_age(source.id, place.kind, doses)
    choice = Choice(doses=doses, age=age or "", sex=sex, week=week)
    found = cut(source.id, place.kind, choice, areas=[place.code]) if age is not None else None
    if not found or not found.cells:
        raise NotFound(
            "not-published",
            "The edition of {on} has no figure for {area}, dose {dose}, ages {age}, sex {sex}.",
            on=source.edition_on.isoformat(), area=place.short_name, dose=doses, age=age or "–",
            sex=sex,
        )  # fmt: skip
    require_week(source, found, week)
    (cell,) = found.cells
    return Shown(
        area=place.code,
        area_name=place.short_name,
        dose=doses,
        age=age or "",
        sex=sex,
        week=found.week,
        count=cell.count,
        share=cell.share,
        population=cell.population,
        as_published=found.recipe.published,
        denominator=definition(found),
        sheet=found.recipe.table.title,
        edition_on=source.edition_on,
        example=source.example,
    )


def require_week(source: EditionRef, found: Cut, week: Week | None) -> None:
    """NotFound when a week was asked for and the figures found are not of it."""
    if week is not None and found.week != week:
        raise _other_week(source, found, week)


def _other_week(source: EditionRef, found: Cut, week: Week) -> NotFound:
    if found.week is None:
        return NotFound(
            "no-series",
            "These figures are published for the edition's date {on} only, not week by week; "
            "leave the week out.",
            on=source.edition_on.isoformat(),
        )
    weeks = found.recipe.table.weeks
    assert weeks is not None
    return NotFound(
        "no-such-week", "The series runs from {first} to {last}; {week} is not in it.",
        first=weeks[0], last=weeks[1], week=week,
    )  # fmt: skip
