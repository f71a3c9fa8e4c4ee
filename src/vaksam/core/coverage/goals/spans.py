"""Is a target the sum of published parts? The same question for ages and for doses.

"65+" and "70-79" are spans of whole years, "exactly 1 dose" and "at least 3" spans of doses.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar

# Only used to measure how unlike two open-ended spans are; the difference cancels above it.
_OPEN_END = 120


class Span(Protocol):
    """Whole numbers from `first` to `last`, both included; `last` None is open-ended."""

    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int | None: ...


S = TypeVar("S", bound=Span)


class _Range(NamedTuple):
    first: int
    last: int | None


def compose(target: Span, parts: Sequence[S]) -> tuple[S, ...] | None:
    """Adjacent, disjoint parts whose union is exactly `target`, fewest first; None without any.

    Examples
    --------
    >>> from vaksam.core.coverage.ages import AgeGroup
    >>> bands = [AgeGroup.parse(code) for code in ("60-69", "70-79", "80-89", "90+")]
    >>> [band.code for band in compose(AgeGroup.parse("70+"), bands)]
    ['70-79', '80-89', '90+']
    >>> compose(AgeGroup.parse("65+"), bands) is None
    True
    """
    queue: deque[tuple[int, tuple[S, ...]]] = deque([(target.first, ())])
    seen = {target.first}
    while queue:
        start, chain = queue.popleft()
        for part in parts:
            if part.first != start:
                continue
            if part.last == target.last:
                return (*chain, part)
            if part.last is not None and _end(part) < _end(target) and _end(part) not in seen:
                seen.add(_end(part))
                queue.append((_end(part), (*chain, part)))
    return None


def nearest(target: Span, parts: Sequence[S]) -> tuple[S, ...]:
    """The parts whose sum is the population most like `target`; empty only without parts.

    A population that holds the whole target is preferred to one that misses some of it: its
    share is of a known, wider group. Otherwise the one with the fewest ages in one of the two but
    not in both.

    Examples
    --------
    >>> from vaksam.core.coverage.ages import AgeGroup
    >>> published = [AgeGroup.parse(code) for code in ("12+", "60-69", "70-79", "80+")]
    >>> [group.code for group in nearest(AgeGroup.parse("18+"), published)]
    ['12+']
    >>> [group.code for group in nearest(AgeGroup.parse("65-74"), published)]
    ['60-69', '70-79']
    """

    def unlikeness(chain: tuple[S, ...]) -> tuple[bool, int, int, int]:
        whole = union(chain)
        return (not contains(whole, target), _distance(whole, target), len(chain), whole.first)

    return min(_chains(parts), key=unlikeness, default=())


def union(chain: Sequence[Span]) -> Span:
    """From the first of a chain of adjacent spans to the last."""
    return _Range(chain[0].first, chain[-1].last)


def contains(whole: Span, part: Span) -> bool:
    return whole.first <= part.first and (
        whole.last is None or (part.last is not None and part.last <= whole.last)
    )


def _chains(parts: Sequence[S]) -> Iterator[tuple[S, ...]]:
    """Every population that can be summed from the parts."""
    for low in parts:
        for high in parts:
            if low.first <= high.first and _end(low) <= _end(high):
                chain = compose(_Range(low.first, high.last), parts)
                if chain is not None:
                    yield chain


def _distance(a: Span, b: Span) -> int:
    """How many numbers are in one of the spans but not in both."""
    shared = max(0, min(_end(a), _end(b)) - max(a.first, b.first))
    return (_end(a) - a.first) + (_end(b) - b.first) - 2 * shared


def _end(span: Span) -> int:
    """First number after the span."""
    return (max(_OPEN_END, span.first) if span.last is None else span.last) + 1
