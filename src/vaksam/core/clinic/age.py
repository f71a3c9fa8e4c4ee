"""Completed years."""

from datetime import date


def completed_years(born_on: date, on: date) -> int:
    """Age in completed years on a day; born on 29 February, one turns a year older on 1 March.

    >>> completed_years(date(2000, 2, 29), date(2021, 2, 28))
    20
    """
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
