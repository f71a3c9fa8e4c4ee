"""Age groups that together make up a wanted one."""

from collections.abc import Collection

Band = tuple[int, int | None]


def tile(bands: Collection[Band], age_from: int, age_to: int | None) -> tuple[Band, ...] | None:
    """The fewest of `bands` that cover the ages `age_from` to `age_to` once each, nothing else.

    Ages are whole years, both ends included; None as the upper end means "and older".
    Returns None when the bands cannot be put together so.

    >>> tile([(0, 4), (5, 9), (0, 9), (10, None)], 0, None)
    ((0, 9), (10, None))
    >>> tile([(0, 4), (5, 9)], 3, 9) is None
    True
    """
    end = float("inf") if age_to is None else age_to
    best: dict[float, tuple[Band, ...]] = {age_from - 1: ()}
    for low, high in sorted(bands, key=lambda band: (band[0], band[1] is None, band[1] or 0)):
        top = float("inf") if high is None else high
        before = best.get(low - 1)
        if before is None or top > end:
            continue
        if top not in best or len(before) + 1 < len(best[top]):
            best[top] = (*before, (low, high))
    return best.get(end)
