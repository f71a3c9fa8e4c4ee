"""Slows down guessing of passwords: a name from an address gets a few tries at a time.

A try is counted before the password is looked at, so that tries at the same moment cannot slip
past; a successful sign-in clears the count. Neither name nor address is stored or logged, only
a keyed hash of the pair. The time is the database's, which no demo moves.
"""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from django.db.models import F
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from vaksam.base.models import SignInAttempts

TRIES = 5
WINDOW = timedelta(minutes=15)


def take_try(username: str, address: str) -> bool:
    """Count one try; False when there is none left for now."""
    key = _key(username, address)
    SignInAttempts.objects.bulk_create([SignInAttempts(key=key)], ignore_conflicts=True)
    counted = SignInAttempts.objects.filter(key=key)
    counted.filter(since__lt=Now() - WINDOW).update(failures=0, since=Now())
    return bool(counted.filter(failures__lt=TRIES).update(failures=F("failures") + 1))


def give_back(username: str, address: str) -> None:
    """Clear the count, after a successful sign-in; old counts of others go too."""
    SignInAttempts.objects.filter(key=_key(username, address)).delete()
    SignInAttempts.objects.filter(since__lt=Now() - WINDOW).delete()


def _key(username: str, address: str) -> str:
    pair = f"{username.casefold()}\n{_visitor(address)}"
    return salted_hmac("vaksam.sign-in", pair, algorithm="sha256").hexdigest()


def _visitor(address: str) -> str:
    """The address, or its network of IPv6: whoever has one address there has 2⁶⁴ of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or found.packed[:8].hex())
