"""Which doses the register takes, by disease and day.

Sources: the register's scope as FoHM lists it (covid-19 from 1 January 2021, when the amendment
came into force; pneumococci in risk groups from 1 December 2022; the children's programme from
2013). Doses against covid-19 given before that day could not be registered then, but afterwards
(Vaccinationssamordnarnas rapport; lag 2012:453).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Law:
    """From `opens_on` the register takes doses against the disease; `earlier_too`: those given
    before that day as well, marked as registered afterwards.
    """

    disease: str
    opens_on: date
    earlier_too: bool

    def takes(self, given_on: date) -> bool:
        return self.earlier_too or given_on >= self.opens_on

    def retroactive(self, given_on: date) -> bool:
        """Whether the dose was given before the register took any."""
        return given_on < self.opens_on


LAWS: Final = (
    Law("covid-19", date(2021, 1, 1), earlier_too=True),
    Law("pneumococcal", date(2022, 12, 1), earlier_too=False),
)
