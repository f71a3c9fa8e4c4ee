"""Protected identity: the address goes at once, and from everywhere.

It is erased from the person, from records merged into the person, and from rows of lists that
mean them or may. Nothing keeps what was erased, the audit log included.
"""

from collections.abc import Sequence

from django.db import connection, transaction

from vaksam.base import audit
from vaksam.base.models import User
from vaksam.core.errors import Refused
from vaksam.people import access
from vaksam.people.actions.fields import ERASED
from vaksam.people.actions.holding import hold, target, tell
from vaksam.people.models import Household, Person, Protection
from vaksam.people.queries.identities import merged_into

# A row not yet matched may mean the person where a number or the birth date is theirs. One row
# too many without its address does no harm; one too few may.
_ERASE_FROM_LISTS = """
UPDATE people_listrow AS row SET given = given - 'street' - 'postcode' - 'city'
FROM people_person AS person
WHERE person.id = ANY(%s) AND row.given ?| ARRAY['street', 'postcode', 'city'] AND (
    row.person_id = person.id
    OR row.given->>'born_on' IN (person.born_on::text, person.born_year::text)
    OR person.born_on IS NULL AND row.given->>'born_on' LIKE person.born_year || '-%%'
    OR person.born_year IS NULL
       AND upper(row.given->>'family_name') = upper(person.family_name)
    OR EXISTS (
        SELECT FROM people_identity AS identity WHERE identity.person_id = person.id
        AND row.given->>identity.kind = identity.value
    )
)"""


@transaction.atomic
def protect(*, person: int, protection: str, by: User | None) -> None:
    """Mark a person's identity as protected, and erase address, area and household.

    Raises
    ------
    Refused
        That is no kind of protection.
    NotFound, NotAllowed
        As `hold`.
    """
    if protection not in set(Protection.values) - {Protection.NONE}:
        raise Refused("bad-protection", "That kind of protection is not known.")
    held = hold(person=person, by=by)
    set_protection([held.pk], protection)
    details = {"protection": protection}
    audit.record(by=by, action="people.protect", target=target(person), details=details)
    tell([person], households=[held.household_id])


@transaction.atomic
def unprotect(*, person: int, by: User | None) -> None:
    """End the protection. The address is not brought back; the next import does.

    Raises as `hold`; only a coordinator may.
    """
    held = hold(person=person, by=by, roles=access.COORDINATORS)
    Person.objects.filter(pk=held.pk).update(protection=Protection.NONE)
    audit.record(by=by, action="people.unprotect", target=target(person))
    tell([person])


def set_protection(persons: Sequence[int], protection: str) -> None:
    """Protect persons whose rows are locked, and the records merged into them; erase addresses.

    For imports as well: what they write into the person's own row is not all there is to erase.
    """
    everywhere = [*persons, *merged_into(persons)]
    rows = Person.objects.filter(pk__in=everywhere)
    households = list(rows.exclude(household=None).values_list("household_id", flat=True))
    rows.update(protection=protection, **ERASED)
    # What a file called a household may be its address; nobody's household is nothing to keep.
    Household.objects.filter(pk__in=households, members=None).delete()
    _erase_from_lists(everywhere)


def _erase_from_lists(persons: Sequence[int]) -> None:
    """Take addresses from rows of lists that mean these persons, or may."""
    with connection.cursor() as cursor:
        cursor.execute(_ERASE_FROM_LISTS, [list(persons)])
