"""One-time codes by which residents without a digital identity sign in.

Nothing tells whether somebody exists: the answer is the same, a row is written either way, and
tries are counted on what was typed. The code is worked out from the row's nonce with the secret
key; nobody who reads the database can.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from hmac import compare_digest
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from vaksam.base import audit, clock, outbox, throttle
from vaksam.booking.models import Code
from vaksam.core import identity as known_as
from vaksam.core.errors import Refused
from vaksam.people.models import Channel, ContactChoice, Identity, Person

DIGITS = 6
SMS_FOR = timedelta(minutes=10)
LETTER_FOR = timedelta(days=14)
TRIES = 5
ASKS = 5  # codes for one number, from wherever they are asked for, in
WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is shown to whoever asked, whether or not anybody was found."""

    key: str


@transaction.atomic
def ask_for_code(*, number: str, letter: bool, address: str) -> Asked:
    """Send a code to the owner of a number: by SMS, or by letter to the address registered.

    Raises
    ------
    Refused
        `bad-number`: it is no number at all; `too-many`: too many asked for lately.
    """
    read = _read(number)
    key = key_of(read)
    if not throttle.take_try(f"code {key}", address):
        raise Refused("too-many", "Too many tries. Wait a quarter of an hour, or call us.")
    now = clock.now()
    if Code.objects.filter(key=key, made_at__gt=now - WINDOW).count() >= ASKS:
        raise Refused("too-many", "Too many tries. Wait a quarter of an hour, or call us.")
    person = _owner(read)
    channel = Channel.LETTER if letter else Channel.SMS
    reachable = person is not None and (letter or _mobile(person))
    row = Code.objects.create(
        key=key, person_id=person if reachable else None, channel=channel, nonce=uuid4(),
        made_at=now, until=now + (LETTER_FOR if letter else SMS_FOR),
    )  # fmt: skip
    outbox.publish("booking.code_asked", {"code": row.pk}, key=f"code {key[:16]}")
    return Asked(key)


def sign_in(*, number: str, code: str, address: str) -> int:
    """The person whose code it is.

    Raises Refused (`wrong-code`, in the same words whatever was wrong, or `too-many`).
    """
    read = _read(number)
    key = key_of(read)
    if not throttle.take_try(f"sign-in {key}", address):
        raise Refused("too-many", "Too many tries. Wait a quarter of an hour, or call us.")
    with transaction.atomic():
        person = _use(key, "".join(c for c in code if c.isascii() and c.isdigit()))
    if person is None:
        raise Refused("wrong-code", "The number or the code is not right, or the code is too old.")
    throttle.give_back(f"sign-in {key}", address)
    audit.record(by=None, action="booking.sign_in", target=f"person:{person}")
    return person


def sign_in_known(*, number: str) -> int:
    """The person of a number that an identity provider vouches for. Raises Refused."""
    try:
        person = _owner(_read(number))
    except Refused:
        person = None
    if person is None:
        raise Refused("not-known", "Nobody here has that number. Call us, and we register you.")
    audit.record(by=None, action="booking.sign_in_known", target=f"person:{person}")
    return person


def code_of(row: Code) -> str:
    """The code that is sent: six digits."""
    digest = salted_hmac("vaksam.resident-code", f"{row.pk} {row.nonce}", algorithm="sha256")
    return str(int(digest.hexdigest(), 16) % 10**DIGITS).zfill(DIGITS)


def _use(key: str, typed: str) -> int | None:
    """Each open code is tried and counted; a right one is used up with all the others."""
    now = clock.now()
    rows = list(
        Code.objects.select_for_update()
        .filter(key=key, used_at=None, until__gt=now, tries__lt=TRIES).order_by("pk")
    )  # fmt: skip
    Code.objects.filter(pk__in=[row.pk for row in rows]).update(tries=F("tries") + 1)
    right = [row for row in rows if compare_digest(code_of(row), typed.zfill(DIGITS)[:DIGITS])]
    for row in right:
        if row.person_id is not None:
            Code.objects.filter(key=key, used_at=None).update(used_at=now)
            return row.person_id
    return None


def _read(number: str) -> known_as.Identity:
    try:
        return known_as.read(number, on=clock.today())
    except Refused as error:
        raise Refused(
            "bad-number", "Write the personal number with twelve digits: 19490302-1234."
        ) from error


def key_of(read: known_as.Identity) -> str:
    """A keyed hash of a number: what tries and codes are counted on."""
    text = f"{read.kind} {read.issuer} {read.value}"
    return salted_hmac("vaksam.resident", text, algorithm="sha256").hexdigest()


def _owner(read: known_as.Identity) -> int | None:
    row = Identity.objects.filter(
        value=read.value, kind=read.kind, issuer=read.issuer, valid_to=None
    ).values_list("person_id", "person__merged_into_id").first()  # fmt: skip
    if row is None:
        return None
    alive = Person.objects.filter(pk=row[1] or row[0], died_on=None, moved_out_on=None)
    return alive.values_list("pk", flat=True).first()


def _mobile(person: int) -> bool:
    newest = ContactChoice.objects.filter(person=person).order_by("-chosen_at", "-pk").first()
    return bool(newest and newest.mobile and newest.channel != Channel.NONE)


def forget_old(before: date) -> int:
    """Delete codes made before a day; how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM booking_code WHERE made_at < %s", [before])
        return int(cursor.rowcount)
