"""A coverage goal as the programme states it."""

from dataclasses import dataclass
from datetime import date

from vaksam.core.coverage.ages import AgeGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """At least `share` of those aged `age_from` to `age_to` have `doses` doses on `by_on`.

    `age_to` None is open-ended; ages are those reached at the end of the year of `by_on`;
    `share` is in (0, 1]; `doses` means that many or more; `source` is where the goal was decided.

    Raises
    ------
    ValueError
        If the ages, the doses or the share cannot be.

    Examples
    --------
    >>> Goal(code="65", name="Older", age_from=65, doses=1, share=0.8, by_on=date(2021, 5, 16),
    ...      source="Agreement of 1 April 2021").ages.code
    '65+'
    """

    code: str
    name: str
    age_from: int
    age_to: int | None = None
    doses: int
    share: float
    by_on: date
    source: str

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ValueError(f"a goal's share is over 0 and at most 1: {self.share}")
        if self.doses < 1:
            raise ValueError(f"a goal is for at least one dose: {self.doses}")
        AgeGroup(self.age_from, self.age_to)

    @property
    def ages(self) -> AgeGroup:
        return AgeGroup(self.age_from, self.age_to)
