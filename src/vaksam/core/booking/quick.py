"""The short way to “yes” when thousands book at once: the stored status, where nothing can have
changed it. “No” and “perhaps” take the long way, which explains itself.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from vaksam.core.booking.facts import Wanted
from vaksam.core.rules.decision import Status
from vaksam.core.rules.definition import Offer, Phase, Rule
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
    or season begins or ends, and no birthday comes, until the day of the visit; no rule looks at
    the ages of those they live with; nothing else is booked.

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
    return (
        fits
        and not _birthday(known.born_on, known.as_of, wanted.on)
        and _still(rules, known.as_of, wanted.on)
    )


_seen: dict[int, tuple[RuleSet, tuple[date, ...], bool]] = {}
_KEPT = 16


def _still(rules: RuleSet, since: date, until: date) -> bool:
    """Whether nothing changes after `since` and by `until`, whoever somebody lives with.

    What a set of rules says of that is worked out once: it never changes, but is long to hash.
    """
    kept = _seen.get(id(rules))
    if kept is None or kept[0] is not rules:
        while len(_seen) >= _KEPT:
            _seen.pop(next(iter(_seen)), None)
        lives_with = any(map(_of_cohabitants, rules.rules))
        kept = _seen[id(rules)] = (rules, tuple(sorted(set(changes(rules)))), lives_with)
    return not kept[2] and bisect_right(kept[1], since) == bisect_right(kept[1], until)


def changes(rules: RuleSet) -> Iterable[date]:
    """Every day on which some rule begins, or is over."""
    for rule in rules.rules:
        yield rule.effective_from
        if rule.effective_to is not None:
            yield rule.effective_to + timedelta(days=1)
        if isinstance(rule, Offer) and rule.season is not None:
            yield rule.season.starts_on
            yield rule.season.ends_on + timedelta(days=1)
    for product in rules.products:
        yield from (each.from_on for each in product.approvals)


def _of_cohabitants(rule: Rule) -> bool:
    """Whether somebody else's birthday may change what the rule says of a person."""
    return not isinstance(rule, Phase) and any(
        who.cohabitants_from is not None and (who.age_from, who.age_to) != (None, None)
        for who in getattr(rule, "who", ())
    )


def _birthday(born_on: date, since: date, until: date) -> bool:
    """Whether an age or a year of life is reached after `since` and by `until`."""
    return any(
        since < _in(born_on, year) <= until or since < date(year, 1, 1) <= until
        for year in range(since.year, until.year + 1)
    )


def _in(born_on: date, year: int) -> date:
    """The birthday; on 1 March for those born on a leap day, in years without one."""
    try:
        return born_on.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
