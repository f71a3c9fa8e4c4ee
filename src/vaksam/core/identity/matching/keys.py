"""Keys by which candidates are found: two records that share none are not compared."""

from collections.abc import Iterator

from vaksam.core.identity.matching.known import Known
from vaksam.core.identity.matching.names import folded, sound


def keys(known: Known) -> tuple[str, ...]:
    """The keys of a record, sorted.

    Birth date (d, with day and month in either order); year of birth and the sound of a name (y);
    day and month with the sound of a name, for a wrong year (m); sound of a name and postcode
    where birth is not known (p). Any of the given and family names counts as a name, so that
    swapped and double names are found.

    >>> from datetime import date
    >>> keys(Known(family_name="Carlsson", born_on=date(1949, 3, 2)))
    ('d:1949-02-03', 'd:1949-03-02', 'm:0203:krlsn', 'm:0302:krlsn', 'y:1949:krlsn')
    """
    return tuple(sorted(set(_keys(known))))


def _keys(known: Known) -> Iterator[str]:
    sounds = {sound(name) for name in folded(f"{known.given_name} {known.family_name}").split()}
    for day, month in _days(known):
        yield f"d:{known.year}-{month:02}-{day:02}"
        yield from (f"m:{month:02}{day:02}:{each}" for each in sounds)
    if known.year:
        yield from (f"y:{known.year}:{each}" for each in sounds)
    elif known.postcode:
        yield from (f"p:{known.postcode}:{each}" for each in sounds)


def _days(known: Known) -> Iterator[tuple[int, int]]:
    if born := known.born_on:
        yield born.day, born.month
        if born.day <= 12:
            yield born.month, born.day
