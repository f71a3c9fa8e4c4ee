"""Guessing what a number typed by somebody on the phone is."""

import re
from datetime import date

from stdnum import luhn

from vaksam.core.errors import Refused
from vaksam.core.identity import numbers, reserve
from vaksam.core.identity.faults import refuse
from vaksam.core.identity.identity import Identity
from vaksam.core.identity.kinds import Kind
from vaksam.core.identity.told import born_on


def read(text: str, *, on: date, issuer: str = "") -> Identity:
    """The identity that a text most likely is: personal, coordination or reserve number.

    Spaces and hyphens may stand anywhere. Ten digits get the century that makes the day of birth
    the latest not after `on`; a plus sign before the last four says a hundred years or more.
    `issuer` (a region code, 'CLNK' or 'NRID') is where a reserve number is from, where known.

    Raises
    ------
    Refused
        With the words of the likeliest kind's first fault; 'which_region' where reserve numbers
        of several issuers look like this; 'unreadable' where nothing does.

    Examples
    --------
    >>> read("900101+9802", on=date(1995, 4, 13)).value
    '189001019802'
    >>> read("19810829-M071", on=date(2021, 4, 13)).issuer
    '14'
    """
    bare = numbers.compact(text)
    if not bare:
        refuse("empty")
    if issuer and _fits(issuer, bare):
        return Identity(Kind.RESERVE_NUMBER, bare, issuer)
    if not re.fullmatch(r"[0-9]+", bare):
        return _lettered(bare)
    full = numbers.with_century(bare, plus="+" in text, on=on) if len(bare) == 10 else bare
    return _digits(full or bare, on)


def _digits(bare: str, on: date) -> Identity:
    kind = _likely_kind(bare)
    try:
        identity = Identity(kind, bare)
    except Refused:
        # A sound personal number never looks like a reserve number's digits, so it goes first.
        if (issuers := reserve.likely_issuers(bare)) and len(issuers) == 1:
            return Identity(Kind.RESERVE_NUMBER, bare, issuers[0])
        raise
    born = born_on(identity)
    if born and born > on:
        refuse("future")
    return identity


def _lettered(bare: str) -> Identity:
    issuers = reserve.likely_issuers(bare)
    if re.fullmatch(numbers.INTERIM, bare) and _interim_check_digit(bare) and "14" not in issuers:
        refuse("interim")
    if not issuers:
        refuse("unreadable")
    if len(issuers) > 1:
        refuse("which_region")
    return Identity(Kind.RESERVE_NUMBER, bare, issuers[0])


def _likely_kind(digits: str) -> Kind:
    coordination = len(digits) == 12 and int(digits[6:8]) >= numbers.ADDED
    return Kind.COORDINATION_NUMBER if coordination else Kind.PERSONAL_NUMBER


def _interim_check_digit(bare: str) -> bool:
    """Whether the check digit of an interim number agrees: its letter counts as 1."""
    return bool(luhn.is_valid(re.sub("[A-Z]", "1", bare)[-10:]))


def _fits(issuer: str, bare: str) -> bool:
    """Whether the bare text can be the issuer's reserve number.

    Where the issuer's format is not known, any digits would do: a mistyped personal number, too.
    """
    digits = re.fullmatch(r"[0-9]+", bare)
    return any(
        form.fault(bare) is None and (form.name or not digits) for form in reserve.of(issuer)
    )
