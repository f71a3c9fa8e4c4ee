"""Find persons by number, or by name and birth. Logged by kind and count, never by text."""

import re
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Collate, Upper

from vaksam.base import clock
from vaksam.base.access import Subject
from vaksam.base.scope import Scope
from vaksam.core import identity as known_as
from vaksam.core.errors import NotAllowed, Refused
from vaksam.people import access
from vaksam.people.models import Identity, Person
from vaksam.people.queries.persons import log

MOST = 50
#: As in the index people_by_name, which so serves "begins with".
FAMILY_NAME = Collate(Upper(F("family_name")), "C")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})|(\d{4})")


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody found. Of a protected person nothing is told but that they are there."""

    person: int
    given_name: str
    family_name: str
    born_on: date | None
    born_year: int | None
    municipality_code: str
    protected: bool


@dataclass(frozen=True, slots=True)
class Found:
    """At most 50 hits; `more` says that there are others."""

    hits: tuple[Hit, ...]
    more: bool


@transaction.atomic
def find(text: str, *, scope: Scope, on: date | None = None, path: str = "") -> Found:
    """Search by a number of any kind, or by the beginnings of names with a birth date or year.

    “19490302-1234”, “Karl Svensson 1949-03-02”, “svens 1949”. Protected persons are found by
    their exact number only.

    Raises
    ------
    Refused
        The text is a wrong number, or has no name or no birth: says what to add.
    NotAllowed
        The scope has no role that works with persons.
    """
    if not scope.has(*access.STAFF):
        raise NotAllowed("role-needed", "Your roles do not work with persons.")
    by_number = _is_number(text)
    rows = _by_number(text, scope, on or clock.today()) if by_number else _by_name(text, scope)
    hits = [_hit(row) for row in rows[: MOST + 1]]
    kind = "number" if by_number else "name"
    log("people.find", scope, subject=Subject("search", kind), reason=f"hits={len(hits)}",
        path=path)  # fmt: skip
    return Found(tuple(hits[:MOST]), more=len(hits) > MOST)


def _is_number(text: str) -> bool:
    """Whether it is no name with a birth date, and no birth date alone."""
    words = text.split()
    dates = [word for word in words if _DAY.fullmatch(word)]
    if any(re.search(r"\d", word) for word in words if word not in dates):
        return True
    return len(words) > 1 and not any(re.search(r"[^\W\d_]", word) for word in words)


def _by_number(text: str, scope: Scope, on: date) -> QuerySet[Person]:
    # Passports, systems' own ids and reserve numbers of any issuer, just as they are written.
    written = {text.strip(), re.sub(r"[\s-]", "", text).upper()}
    same = Q(value__in=written) & ~Q(kind__in=known_as.NATIONAL)
    refusal = None
    try:
        read = known_as.read(text, on=on)
        same |= Q(value=read.value, kind=read.kind, issuer=read.issuer)
    except Refused as error:
        refusal = error
    owners = list(Identity.objects.filter(same).values_list("person_id", flat=True))
    if refusal is not None and not owners:
        raise refusal
    return _visible(scope).filter(pk__in=owners).order_by("pk")


def _by_name(text: str, scope: Scope) -> QuerySet[Person]:
    words, births = _parts(text)
    if not words or not births:
        raise _too_wide()
    rows = _visible(scope).filter(protection="").annotate(name=FAMILY_NAME)
    for birth in births:
        rows = rows.filter(birth)
    *given, family = [word.upper() for word in words]
    like = Q(name__startswith=family)
    if given:
        like &= Q(given_name__istartswith=" ".join(given))
    return rows.filter(like).order_by("name", "given_name", "pk")


def _parts(text: str) -> tuple[list[str], list[Q]]:
    words, births = [], []
    for word in text.split():
        if match := _DAY.fullmatch(word):
            births.append(_born(match))
        else:
            words.append(word)
    return words, births


def _born(match: re.Match[str]) -> Q:
    if match[4]:
        return Q(born_year=int(match[4]))
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise Refused("bad-birth", "There is no such birth date. Write 1949-03-02.") from None
    # Somebody of whom only the year is known is found by a whole date, too.
    return Q(born_on=day) | Q(born_on=None, born_year=day.year)


def _too_wide() -> Refused:
    return Refused("too-wide", "Give a personal number, or a name with a birth date or year.")


def _visible(scope: Scope) -> QuerySet[Person]:
    return Person.objects.visible_to(scope).filter(merged_into=None)


def _hit(row: Person) -> Hit:
    if row.protection:
        return Hit(row.pk, "", "", None, None, "", protected=True)
    return Hit(
        row.pk, row.given_name, row.family_name, row.born_on, row.born_year,
        row.municipality_code, protected=False,
    )  # fmt: skip
