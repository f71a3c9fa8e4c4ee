"""Whom the rows of a list mean: by number at once, by likeness for a person to say."""

from collections.abc import Sequence

from vaksam.core.identity.matching import score, verdict
from vaksam.people.actions.lists.reading import Row
from vaksam.people.models import GroupList, Person
from vaksam.people.queries.alike import described
from vaksam.people.queries.identities import holders, identities_in, parts
from vaksam.people.queries.near import known_persons, near

_BATCH = 5_000


def by_number(rows: Sequence[Row], *, region_code: str) -> dict[int, int]:
    """Ids of persons by the number of the row; the personal number goes first."""
    numbers = {row.number: identities_in(row.given) for row in rows}
    found = holders(
        (each for several in numbers.values() for each in several), region_code=region_code
    )
    known = {
        number: [found[each] for each in several if each in found]
        for number, several in numbers.items()
    }
    return {number: persons[0] for number, persons in known.items() if persons}


def with_somebody_alike(rows: Sequence[Row], *, stored: GroupList) -> set[int]:
    """Numbers of rows for which somebody in the region is alike enough to be looked at."""
    return {number for part in parts(rows, _BATCH) for number in _with_somebody_alike(part, stored)}


def near_protected(rows: Sequence[Row], *, region_code: str) -> set[int]:
    """Numbers of rows that may mean somebody protected: of the same birth date, or year where
    that is all one knows. Protected persons are few, so a row too many is no loss.
    """
    protected = Person.objects.filter(region_code=region_code, merged_into=None)
    births = protected.exclude(protection="").values_list("born_on", "born_year")
    days = {day.isoformat() for day, _ in births if day}
    years = {str(year) for _, year in births}
    only_years = {str(year) for day, year in births if day is None}

    def near(born: str) -> bool:
        return born in days or born in years or born[:4] in only_years

    return {row.number for row in rows if near(row.given.get("born_on", ""))}


def _with_somebody_alike(rows: Sequence[Row], stored: GroupList) -> set[int]:
    known = [described(row.given, municipality=stored.municipality_code) for row in rows]
    pairs = near(known, region_code=stored.region_code)
    persons = known_persons(sorted({person for _, person in pairs}))
    alike: set[int] = set()
    for place, person in pairs:
        number = rows[place].number
        if number not in alike and verdict(score(known[place], persons[person][1])) != "different":
            alike.add(number)
    return alike
