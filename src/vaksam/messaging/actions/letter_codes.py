"""A code in each letter, so that a time can be kept on the web without a telephone of one's own.

It is a code as any other: with the personal number, for as long as the answer is waited for, and
five tries.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from vaksam.base import clock
from vaksam.booking.actions import codes
from vaksam.booking.models import Code
from vaksam.core.identity import Identity as KnownAs
from vaksam.core.identity import Kind
from vaksam.messaging.models import Channel
from vaksam.people.models import Identity


def codes_for(persons: Collection[int], *, until: datetime) -> dict[int, str]:
    """New codes, by person, for those who have a number to sign in with; two statements."""
    now = clock.now()
    rows = Identity.objects.filter(person__in=persons, valid_to=None).order_by("person", "-pk")
    newest = {each.person_id: each for each in rows}
    made = Code.objects.bulk_create(
        Code(
            key=codes.key_of(KnownAs(Kind(row.kind), row.value, row.issuer)), person_id=person,
            channel=Channel.LETTER, nonce=uuid4(), made_at=now, until=until,
        )
        for person, row in newest.items()
    )  # fmt: skip
    return {row.person_id: codes.code_of(row) for row in made if row.person_id is not None}
