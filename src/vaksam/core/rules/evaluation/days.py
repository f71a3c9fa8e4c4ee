"""Days as whole numbers, and calendar arithmetic on whole columns of them.

A day is the number of days since 1 January 1970, as Polars and NumPy keep dates.
"""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int32]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
Bits = NDArray[np.uint64]

_EPOCH = date(1970, 1, 1)
# No day: later, or earlier, than any. Sums of two still fit in 32 bits.
NEVER = 1 << 29
LONG_AGO = -NEVER


def number(day: date) -> int:
    return (day - _EPOCH).days


def day_of(day: int) -> date:
    return _EPOCH + timedelta(days=int(day))


FIRST, LAST = number(date(1870, 1, 1)), number(date(2120, 12, 31))


def _ordered() -> Ints:
    """Year × 512 + month × 32 + day, for every day from FIRST: one gather, three parts."""
    days = np.arange(FIRST, LAST + 1).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    of_month = (days - months).astype(np.int32) + 1
    since_1970 = months.astype(np.int32)
    year, month = since_1970 // 12 + 1970, since_1970 % 12 + 1
    found: Ints = (year * 512 + month * 32 + of_month).astype(np.int32)
    return found


_ORDERED = _ordered()


def within(days: Days) -> Ints:
    """Places in a table that has a row for each day from FIRST to LAST."""
    return np.clip(days, FIRST, LAST) - FIRST


def ordered(days: Days) -> Ints:
    """Numbers that grow as days do, whose top bits are the year (see `ages`)."""
    return _ORDERED[within(days)]


def ages(born: Ints, on: Ints) -> Ints:
    """Completed years; both arguments from `ordered`.

    Who was born on 29 February has their birthday on 1 March in other years.
    """
    return (on - born) >> 9


def latest_birth(age: int, on: date) -> int:
    """The last day of birth of those who are at least `age` on a day."""
    try:
        return number(on.replace(year=on.year - age))
    except ValueError:  # 29 February, in a year that has none
        return number(date(on.year - age, 2, 28))


def add_months(days: Days, months: Ints) -> Days:
    """The same day of a later month, or its last day where it has no such day."""
    place = within(days)
    of_month = _ORDERED[place] & 31
    month = (place + FIRST).astype("datetime64[D]").astype("datetime64[M]") + months
    first = month.astype("datetime64[D]")
    length = ((month + 1).astype("datetime64[D]") - first).astype(np.int32)
    found: Days = first.astype(np.int32) + np.minimum(of_month, length).astype(np.int32) - 1
    return found
