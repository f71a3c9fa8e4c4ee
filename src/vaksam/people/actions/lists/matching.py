"""Whom the rows of a list mean: by number at once, by likeness for a person to say."""

from collections import defaultdict
from collections.abc import Sequence

from vaksam.core.identity.matching import Known, keys, score, verdict
from vaksam.people.actions.lists.reading import Row
from vaksam.people.models import GroupList, Person
from vaksam.people.queries.alike import described, known_of, near
from vaksam.people.queries.identities import holders, identities_in, identities_of, parts

_BATCH = 1_000


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


def _with_somebody_alike(rows: Sequence[Row], stored: GroupList) -> list[int]:
    """Persons that share no key with a row are not compared with it."""
    known = {
        row.number: described(row.given, municipality=stored.municipality_code) for row in rows
    }
    sharing: dict[str, list[Known]] = defaultdict(list)
    for other in _near(list(known.values()), stored.region_code):
        for key in keys(other):
            sharing[key].append(other)
    return [
        number
        for number, each in known.items()
        if any(
            verdict(score(each, other)) != "different"
            for key in keys(each)
            for other in sharing[key]
        )
    ]


def _near(known: Sequence[Known], region_code: str) -> list[Known]:
    persons = list(near(known, region_code=region_code))
    numbers = identities_of([person.pk for person in persons])
    return [known_of(person, numbers.get(person.pk, ())) for person in persons]
