"""What a Patient resource tells that Vaksam has use for.

None of these has a telling `repr`: it would end in logs.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vaksam.core.identity import Identity


class Protection(StrEnum):
    NONE = ""
    CONFIDENTIALITY_MARKING = "confidentiality_marking"  # sekretessmarkering
    PROTECTED_REGISTRATION = "protected_registration"  # skyddad folkbokföring


class AddressKind(StrEnum):
    REGISTERED = "registered"  # folkbokföringsadress
    SPECIAL = "special"  # särskild postadress
    ABROAD = "abroad"  # utlandsadress
    STATED = "stated"  # uppgiven adress
    TEMPORARY = "temporary"
    OTHER = ""


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """`country` is as sent (a code or a name), empty for Sweden. Swedish postcodes: 5 digits."""

    lines: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""
    country: str = ""
    kind: AddressKind = AddressKind.OTHER


@dataclass(frozen=True, slots=True, repr=False)
class Name:
    """`called` is the given name in daily use (tilltalsnamn), one of `given`; empty: not told.

    `family` is all that stands after the given names; `middle` and `own_family` are its parts
    where they are told apart (a mellannamn of those born before 2017).
    """

    given: tuple[str, ...] = ()
    family: str = ""
    called: str = ""
    middle: str = ""
    own_family: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PatientFacts:
    """A person as another system tells of them; empty or None where it does not.

    `born_year` is that of `born_on`, or all that is known. `sex` is ISO 5218. `language` is an
    ISO 639 code. `deceased` is also True where the day of death is known.

    Raises
    ------
    ValueError
        A person with protected identity is given an address, or dates contradict one another.
    """

    identities: tuple[Identity, ...] = ()
    name: Name = Name()
    born_on: date | None = None
    born_year: int | None = None
    sex: int = 0
    addresses: tuple[Address, ...] = ()
    mobile: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    interpreter: bool = False
    protection: Protection = Protection.NONE
    deceased: bool = False
    died_on: date | None = None

    def __post_init__(self) -> None:
        if self.protection and self.addresses:
            raise ValueError("a person with protected identity has no address here")
        if self.born_on and self.born_year != self.born_on.year:
            raise ValueError("the year of birth is that of the day of birth")
        if self.died_on and not self.deceased:
            raise ValueError("who has a day of death is deceased")
