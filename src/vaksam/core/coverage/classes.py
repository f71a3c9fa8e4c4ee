"""Stated classes for a colour scale: few, round and covering the data."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import count as counting

# Per cent: 0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10 … all divide 100, so 0 and 100 % can be breaks.
_MANTISSAS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))
_SMALLEST = Decimal("0.001")


def classes(values: Iterable[float | None], count: int = 5) -> tuple[float, ...]:
    """Round breaks for at most `count` classes that cover `values`.

    Parameters
    ----------
    values : iterable of float or None
        Shares; None and NaN are passed over.
    count : int
        The most classes wanted, at least 1.

    Returns
    -------
    tuple of float
        Breaks in ascending order, one more than the classes; empty without values. A class holds
        its lower break and not its upper, but the last holds both. The step is the smallest of
        0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10 … per cent that needs no more than `count` classes;
        the first and the last class always hold a value, classes between them may be empty.

    Raises
    ------
    ValueError
        If `count` is below 1 or a value is infinite.

    Examples
    --------
    >>> classes([0.221, 0.187, 0.264, None])
    (0.18, 0.2, 0.22, 0.24, 0.26, 0.28)
    >>> classes([1.0, 1.0])
    (0.999, 1.0)
    """
    known = [value for value in values if value is not None and not math.isnan(value)]
    if count < 1 or any(math.isinf(value) for value in known):
        raise ValueError("classes need a count of at least 1 and finite values")
    if not known:
        return ()
    low, high = _exact(min(known)), _exact(max(known))
    for exponent in counting():
        for mantissa in _MANTISSAS:
            step = mantissa * _SMALLEST * 10**exponent
            first = int((low / step).to_integral_value(ROUND_FLOOR))
            last = int((high / step).to_integral_value(ROUND_CEILING))
            if first == last:  # one value, on a break: open the class away from an end at 100 %
                first, last = (first - 1, last) if low == 1 else (first, last + 1)
            if last - first <= count:
                return tuple(float(step * i) for i in range(first, last + 1))
    raise AssertionError("the step grows until the values fit")


def class_of(value: float | None, breaks: Sequence[float]) -> int | None:
    """Which class, from 0, `value` is in; None for no value and for one outside the breaks.

    >>> breaks = (0.1, 0.2, 0.3)
    >>> [class_of(value, breaks) for value in (0.1, 0.2, 0.3, 0.31, None)]
    [0, 1, 1, None, None]
    """
    if value is None or math.isnan(value) or not breaks or not breaks[0] <= value <= breaks[-1]:
        return None
    return min(bisect_right(breaks, value), len(breaks) - 1) - 1


def _exact(value: float) -> Decimal:
    """The decimal a person reads: 0.29 is 29 per cent and not a hair less."""
    return Decimal(repr(float(value)))
