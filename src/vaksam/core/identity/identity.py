"""What a person is known as: checked and brought to one form when made."""

import re
from dataclasses import dataclass, field
from typing import Self

from vaksam.core.identity import numbers, reserve
from vaksam.core.identity.countries import is_country
from vaksam.core.identity.faults import refuse
from vaksam.core.identity.kinds import NATIONAL, Kind

LONGEST_VALUE, LONGEST_SOURCE = 60, 40


@dataclass(frozen=True, slots=True)
class Identity:
    """A number (or other name) for one person, in its normal form.

    Attributes
    ----------
    kind : Kind
    value : str
        Personal and coordination numbers: twelve digits. Reserve numbers and passports: capitals
        and digits without separators. Local: as sent, trimmed. Never shown by `repr`.
    issuer : str
        '' for personal and coordination numbers; a region's two-digit code, 'CLNK' or 'NRID' for
        reserve numbers; ISO 3166 alpha-2 for passports; the source's name for local ones.

    Raises
    ------
    Refused
        With the first fault's code and words; the codes are those of `FAULTS`.

    Examples
    --------
    >>> Identity(Kind.PERSONAL_NUMBER, "18900101-9802").value
    '189001019802'
    """

    kind: Kind
    value: str = field(repr=False)
    issuer: str = ""

    def __post_init__(self) -> None:
        trim = str.strip if self.kind is Kind.LOCAL else numbers.compact
        issuer = self.issuer.strip()
        object.__setattr__(self, "value", trim(self.value))
        object.__setattr__(self, "issuer", issuer if self.kind is Kind.LOCAL else issuer.upper())
        if code := _fault(self):
            refuse(code)

    @classmethod
    def parse(cls, kind: Kind | str, text: str, issuer: str = "") -> Self:
        """Read an identity of a known kind; `kind` may be its code. Raises as the class does.

        >>> Identity.parse("personal_number", "18900101-9803")
        Traceback (most recent call last):
        vaksam.core.errors.Refused: The last digit does not agree with the others. \
Check for a mistyped digit.
        """
        return cls(Kind(kind), text, issuer)

    @property
    def masked(self) -> str:
        """To show where the whole is not needed.

        >>> Identity(Kind.PERSONAL_NUMBER, "189001019802").masked
        '18900101-****'
        """
        if self.kind in NATIONAL:
            return f"{self.value[:8]}-****"
        return f"****{self.value[-3:]}" if len(self.value) > 6 else "****"


def _fault(identity: Identity) -> str | None:
    if not identity.value:
        return "empty"
    if identity.kind in NATIONAL:
        return "no_issuer" if identity.issuer else numbers.fault(identity.kind, identity.value)
    if identity.kind is Kind.RESERVE_NUMBER:
        return reserve.fault(identity.issuer, identity.value)
    if identity.kind is Kind.PASSPORT:
        return _passport_fault(identity)
    return _local_fault(identity)


def _passport_fault(identity: Identity) -> str | None:
    if not is_country(identity.issuer):
        return "country"
    return None if re.fullmatch(r"[A-Z0-9]{5,20}", identity.value) else "passport"


def _local_fault(identity: Identity) -> str | None:
    if not 1 <= len(identity.issuer) <= LONGEST_SOURCE or not identity.issuer.isprintable():
        return "source"
    fits = len(identity.value) <= LONGEST_VALUE and identity.value.isprintable()
    return None if fits else "local"
