"""What a list must tell of itself before it is read, and why one is refused."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import connection

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.core import groups
from vaksam.core.errors import Refused
from vaksam.people.actions.claims import demand_basis
from vaksam.people.models import GroupList

STALE: Final = timedelta(days=60)
MAX_BYTES: Final = 20_000_000
_LOCK: Final = 0x6C697374


@dataclass(frozen=True, slots=True)
class About:
    """What is told of a list beside its rows."""

    group: str
    source: str
    municipality_code: str
    sender: str
    legal_basis: str
    purpose: str
    given_on: date
    last_day: date


def region_of(municipality_code: str) -> str:
    for area in areas.municipalities():
        if area.code == municipality_code:
            return area.region_code
    raise Refused(
        "bad-municipality", "There is no municipality {municipality}.",
        municipality=municipality_code,
    )  # fmt: skip


def demand_told(about: About) -> None:
    demand_basis(about.group, about.legal_basis)
    groups.source(about.source)
    missing = {
        "sender": about.sender, "legal basis": about.legal_basis, "purpose": about.purpose
    }  # fmt: skip
    if names := [name for name, value in missing.items() if not value]:
        raise Refused(
            "list-not-told", "A list needs sender, legal basis and purpose. Missing: {missing}.",
            missing=", ".join(names),
        )  # fmt: skip


def demand_fresh(about: About, *, on: date) -> None:
    if about.last_day < on:
        raise Refused(
            "list-passed",
            "The list's last day {day} has passed. Ask the municipality for a new one.",
            day=about.last_day.isoformat(),
        )
    if about.given_on > on:
        raise Refused("list-ahead", "The day the list was given lies ahead. Correct it.")
    if on - about.given_on > STALE:
        raise Refused(
            "list-stale",
            "The list was given on {day}, {days} days ago; after {most} days too much has "
            "changed. Ask the municipality for a new one.",
            day=about.given_on.isoformat(), days=(on - about.given_on).days, most=STALE.days,
        )  # fmt: skip


def demand_size(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise Refused(
            "too-large", "The file is larger than {megabytes} MB; split it.",
            megabytes=MAX_BYTES // 1_000_000,
        )  # fmt: skip


def demand_new(sha256: str, region_code: str, group: str) -> None:
    """Refuse a file that is in force already; the lock lets two uploads see each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, sha256])
    same = GroupList.objects.filter(
        sha256=sha256, region_code=region_code, group=group, ended_at=None
    ).first()
    if same is not None:
        raise Refused(
            "list-known", "This very file was uploaded on {day}. Nothing was changed.",
            day=clock.day_of(same.uploaded_at).isoformat(), list=same.pk,
        )  # fmt: skip
