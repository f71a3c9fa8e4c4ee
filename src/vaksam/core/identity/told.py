"""What numbers tell of a person by themselves: birth and sex."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vaksam.core.identity import numbers, reserve
from vaksam.core.identity.identity import Identity
from vaksam.core.identity.kinds import NATIONAL, Kind

_TRUSTED = tuple(Kind)  # personal numbers most


@dataclass(frozen=True, slots=True)
class Told:
    """The day of birth, or only its year, and the sex (ISO 5218), as far as numbers tell."""

    born_on: date | None = None
    born_year: int | None = None
    sex: int = 0


def told_by(identities: Iterable[Identity], *, on: date | None = None) -> Told:
    """What several identities tell together; where they differ, personal numbers go first.

    With `on`, a day of birth after it is not believed.

    >>> told_by([Identity(Kind.COORDINATION_NUMBER, "191500722390")])
    Told(born_on=None, born_year=1915, sex=1)
    """
    known = sorted(identities, key=lambda each: _TRUSTED.index(each.kind))
    days = [day for each in known if (day := born_on(each)) and (on is None or day <= on)]
    years = [year for each in known if (year := _year(each)) and (on is None or year <= on.year)]
    return Told(
        born_on=days[0] if days else None,
        born_year=days[0].year if days else years[0] if years else None,
        sex=next((sex for each in known if (sex := sex_of(each))), 0),
    )


def born_on(identity: Identity) -> date | None:
    """The day of birth that a number tells; None where it tells none.

    A personal number's day can differ from the real one: a day's numbers can run out.
    """
    if identity.kind in NATIONAL:
        return numbers.born_on(identity.kind, identity.value)
    form = _form(identity)
    return form.born_on(identity.value) if form else None


def sex_of(identity: Identity) -> int:
    """The sex that a number tells, ISO 5218: 0 not known, 1 male, 2 female."""
    if identity.kind in NATIONAL:
        return numbers.sex(identity.value)
    form = _form(identity)
    return form.sex(identity.value) if form else 0


def _year(identity: Identity) -> int | None:
    if identity.kind in NATIONAL:
        return int(identity.value[:4])
    day = born_on(identity)
    return day.year if day else None


def _form(identity: Identity) -> reserve.Format | None:
    if identity.kind is not Kind.RESERVE_NUMBER:
        return None
    return reserve.the_one(identity.issuer, identity.value)
