"""Can published figures answer a goal, and if not, what is the nearest they say?"""

from dataclasses import dataclass
from enum import StrEnum

from vaksam.core.coverage.ages import AgeGroup
from vaksam.core.coverage.goals.goal import Goal
from vaksam.core.coverage.goals.spans import compose, contains, nearest, union


@dataclass(frozen=True, slots=True)
class Doses:
    """Persons with `first` to `last` doses; `last` None is `first` or more.

    >>> Doses(1, 1)  # exactly one
    Doses(first=1, last=1)
    """

    first: int
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What one published table counts: every combination of its ages and its doses.

    `ages` are bands (70–79) or one population (12+), reached at the end of `reference_year`.
    `weekly` says whether the table is a series: one that is not can tell how far, but not when.
    """

    code: str
    ages: tuple[AgeGroup, ...]
    doses: tuple[Doses, ...]
    reference_year: int
    weekly: bool


class AnswerCode(StrEnum):
    EXACT = "exact"
    SUM = "sum"
    OTHER_AGES = "other_ages"
    OTHER_DOSES = "other_doses"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether, and from which cells, a table answers a goal.

    Attributes
    ----------
    code : AnswerCode
        `exact`: one published cell is the goal's own. `sum`: the cells of `ages` × `doses` add up
        to it exactly (counts over all of them, populations over `ages` once). `other_ages`,
        `other_doses`: cannot be answered.
    published : str
        The table's code.
    ages, doses : tuple
        What to sum; when the table cannot answer, the nearest that it does publish.
    wider : bool
        Every person of the goal is also in `ages`.
    weekly : bool
        The table can also say in which week.
    years_apart : int
        Years from the goal's year to the table's. When not 0 the ages have the same name but
        hold other birth years, which a page should say.
    """

    code: AnswerCode
    published: str
    ages: tuple[AgeGroup, ...]
    doses: tuple[Doses, ...]
    wider: bool
    weekly: bool
    years_apart: int

    @property
    def answers(self) -> bool:
        return self.code in (AnswerCode.EXACT, AnswerCode.SUM)


def born_by(year: int, *, reference_year: int) -> AgeGroup:
    """Ages of those born in `year` or earlier, at the end of `reference_year`.

    >>> born_by(2010, reference_year=2022).code
    '12+'
    """
    return AgeGroup(reference_year - year)


def answerable(goal: Goal, published: Published) -> Answer:
    """Tell whether `published` answers `goal`, and from which cells.

    Examples
    --------
    >>> from datetime import date
    >>> goal = Goal(code="18", name="Adults", age_from=18, doses=1, share=0.7,
    ...             by_on=date(2021, 8, 15), source="Agreement of 1 April 2021")
    >>> series = Published(code="weekly", ages=(born_by(2010, reference_year=2022),),
    ...                    doses=(Doses(1), Doses(2)), reference_year=2022, weekly=True)
    >>> answer = answerable(goal, series)
    >>> answer.code.value, [ages.code for ages in answer.ages], answer.wider
    ('other_ages', ['12+'], True)
    """
    wanted = Doses(goal.doses)
    ages, doses = compose(goal.ages, published.ages), compose(wanted, published.doses)
    shown = ages or nearest(goal.ages, published.ages)
    return Answer(
        code=_code(ages, doses),
        published=published.code,
        ages=shown,
        doses=doses or nearest(wanted, published.doses),
        wider=bool(shown) and contains(union(shown), goal.ages),
        weekly=published.weekly,
        years_apart=published.reference_year - goal.by_on.year,
    )


def _code(ages: tuple[AgeGroup, ...] | None, doses: tuple[Doses, ...] | None) -> AnswerCode:
    if doses is None:
        return AnswerCode.OTHER_DOSES
    if ages is None:
        return AnswerCode.OTHER_AGES
    return AnswerCode.EXACT if len(ages) == len(doses) == 1 else AnswerCode.SUM
