"""The short way to “yes” when thousands book at once: the stored status, where nothing can have
changed it. “No” and “perhaps” take the long way, which explains itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from vaksam.core.booking.facts import Wanted
from vaksam.core.rules.decision import Status
from vaksam.core.rules.in_force import RuleSet

OPEN = (Status.DUE, Status.AVAILABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A stored status. `products` are codes; `as_of` is the day it was worked out for."""

    status: str
    next_dose: int | None
    products: frozenset[str]
    earliest_on: date | None
    hospital: bool
    born_on: date | None
    as_of: date


def surely(known: Known, wanted: Wanted, rules: RuleSet, *, on: date, holds_any: bool) -> bool:
    """Whether `may_book` is sure to say yes for a first place; False: ask it.

    Sure is: due or on request today, for the dose and with the product alone or first; no rule
    begins or ends, and no birthday comes, until the day of the visit; nothing else is booked.

    Parameters
    ----------
    holds_any
        The person holds some place already.
    """
    if holds_any or known.status not in OPEN or known.born_on is None or wanted.on < on:
        return False
    if known.products != {wanted.product} and known.next_dose != 1:
        return False  # each product has a day of its own after a dose
    fits = (
        wanted.product in known.products
        and wanted.dose in (None, known.next_dose)
        and (wanted.hospital or not known.hospital)
        and known.earliest_on is not None
        and known.earliest_on <= known.as_of
    )
    return fits and not _birthday(known.born_on, known.as_of, wanted.on) and not any(
        known.as_of < day <= wanted.on for day in changes(rules)
    )  # fmt: skip


def changes(rules: RuleSet) -> Iterable[date]:
    """Every day on which some rule begins, or is over."""
    for rule in rules.rules:
        yield rule.effective_from
        if rule.effective_to is not None:
            yield rule.effective_to + timedelta(days=1)
    for product in rules.products:
        yield from (each.from_on for each in product.approvals)


def _birthday(born_on: date, since: date, until: date) -> bool:
    """Whether an age is reached after `since` and by `until`; leap days count as 28 February."""
    day = min(born_on.day, 28) if born_on.month == 2 else born_on.day
    return any(
        since < date(year, born_on.month, day) <= until or since < date(year, 1, 1) <= until
        for year in range(since.year, until.year + 1)
    )
