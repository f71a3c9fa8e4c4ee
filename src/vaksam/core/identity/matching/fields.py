"""The level at which two records agree, field by field; None where a record lacks the field."""

from collections.abc import Iterator
from datetime import date

from vaksam.core.identity.kinds import Kind
from vaksam.core.identity.matching.known import Known
from vaksam.core.identity.matching.names import EXACT, agreement, folded


def levels(a: Known, b: Known) -> Iterator[tuple[str, str]]:
    """Field and level of every comparison that both records allow."""
    yield from _names(a, b)
    found = (
        ("born", _born(a.born_on, b.born_on)),
        ("born_year", _born_year(a, b)),
        ("sex", None if 0 in (a.sex, b.sex) else "same" if a.sex == b.sex else "different"),
        ("address", _address(a, b)),
        ("identity", _identity(a, b)),
    )
    yield from ((field, level) for field, level in found if level)


def _names(a: Known, b: Known) -> Iterator[tuple[str, str]]:
    if _swapped(a, b):
        yield "swapped_names", "swapped"
        return
    if a.given_name and b.given_name:
        yield "given_name", agreement(a.given_name, b.given_name)
    if a.family_name and b.family_name:
        yield "family_name", agreement(a.family_name, b.family_name)


def _swapped(a: Known, b: Known) -> bool:
    if not (a.given_name and a.family_name and b.given_name and b.family_name):
        return False
    crossed = (agreement(a.given_name, b.family_name), agreement(a.family_name, b.given_name))
    straight = (agreement(a.given_name, b.given_name), agreement(a.family_name, b.family_name))
    return crossed == (EXACT, EXACT) and EXACT not in straight


def _born(a: date | None, b: date | None) -> str | None:
    if a is None or b is None:
        return None
    if a == b:
        return "exact"
    if (a.year, a.month, a.day) == (b.year, b.day, b.month):
        return "day_and_month_swapped"
    if sum(one != other for one, other in zip(a.isoformat(), b.isoformat(), strict=True)) == 1:
        return "one_digit"
    return "same_year" if a.year == b.year else "different"


def _born_year(a: Known, b: Known) -> str | None:
    if (a.born_on and b.born_on) or not (a.year and b.year):
        return None
    return "same" if a.year == b.year else "different"


def _address(a: Known, b: Known) -> str | None:
    if a.postcode and b.postcode and a.postcode == b.postcode:
        same_street = a.street and folded(a.street) == folded(b.street)
        return "street_and_postcode" if same_street else "postcode"
    if a.municipality and b.municipality:
        return "municipality" if a.municipality == b.municipality else "different"
    return "different" if a.postcode and b.postcode else None


def _identity(a: Known, b: Known) -> str | None:
    if set(a.identities) & set(b.identities):
        return "same"
    return "conflict" if conflict(a, b) else None


def conflict(a: Known, b: Known) -> bool:
    """Whether both have personal numbers, and none in common.

    Other kinds may differ: people renew passports and are given several reserve numbers.
    """
    numbers = [
        {each.value for each in known.identities if each.kind is Kind.PERSONAL_NUMBER}
        for known in (a, b)
    ]
    return all(numbers) and not numbers[0] & numbers[1]
