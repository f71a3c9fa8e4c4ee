"""What is known of somebody, as far as it serves to find them again."""

from dataclasses import dataclass
from datetime import date

from vaksam.core.identity.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Known:
    """A person as one record tells of them; empty where it does not.

    `born_year` is used where `born_on` is None. `sex` is ISO 5218, 0 not known. `postcode` has
    five digits, `municipality` is its four-digit code. `repr` tells
    nothing: it would end in logs.
    """

    given_name: str = ""
    family_name: str = ""
    born_on: date | None = None
    born_year: int | None = None
    sex: int = 0
    street: str = ""
    postcode: str = ""
    municipality: str = ""
    identities: tuple[Identity, ...] = ()

    @property
    def year(self) -> int | None:
        return self.born_on.year if self.born_on else self.born_year
