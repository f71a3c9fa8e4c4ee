"""The settings of disclosure control, and which single counts they call sensitive."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Named settings of disclosure control.

    Attributes
    ----------
    threshold : int
        Counts (and complements, and populations) under it are hidden; at least 3, since with 2
        a hidden cell could only be 1.
    rounding : int
        Shown counts are rounded to a multiple of it; 1 turns rounding off.
    hide_zero : bool
        Also hide "nobody", and "everybody" where the population is known.

    Raises
    ------
    ValueError
        If a setting cannot be.
    """

    threshold: int = 5
    rounding: int = 5
    hide_zero: bool = False

    def __post_init__(self) -> None:
        if self.threshold < 3 or self.rounding < 1:
            raise ValueError("the threshold is at least 3 and the rounding at least 1")


def sensitive(
    count: npt.ArrayLike, policy: Policy, population: npt.ArrayLike | None = None
) -> npt.NDArray[np.bool_]:
    """Which counts must not be shown, by themselves.

    Parameters
    ----------
    count, population : array_like, same shape
        Persons. More counted than live there is read as everybody.

    Examples
    --------
    >>> sensitive([0, 4, 5, 98], Policy(), [100, 100, 100, 100]).tolist()
    [False, True, False, True]
    """
    counted = np.asarray(count, dtype=np.int64)
    few = _few(counted, policy)
    if population is None:
        return few
    persons = np.asarray(population, dtype=np.int64)
    # Where nobody lives only a count can tell of somebody.
    nobody, tiny = persons == 0, persons < policy.threshold
    others = _few(np.maximum(persons - counted, 0), policy)
    return np.where(nobody, few & (counted > 0), few | others | tiny)


def _few(persons: npt.NDArray[np.int64], policy: Policy) -> npt.NDArray[np.bool_]:
    return np.asarray((persons >= (not policy.hide_zero)) & (persons < policy.threshold))


def shown(count: int, policy: Policy, population: int | None = None) -> int | None:
    """A single number as it may be shown: rounded, or None when it must be hidden.

    >>> shown(412, Policy()), shown(3, Policy()), shown(3, Policy(), population=0)
    (410, None, None)
    """
    return None if sensitive(count, policy, population) else int(rounded(np.int64(count), policy))


def rounded(
    count: np.int64 | npt.NDArray[np.int64], policy: Policy
) -> np.int64 | npt.NDArray[np.int64]:
    """Nearest multiple of the policy's rounding, halves upwards; the same in every table."""
    return (count + policy.rounding // 2) // policy.rounding * policy.rounding
