"""How many messages went which way, and whom none reached."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.conf import settings
from django.db.models import Count as CountOf
from django.db.models import Q

from vaksam.base import clock
from vaksam.base.scope import Scope
from vaksam.booking import access
from vaksam.booking import queries as booking
from vaksam.messaging.models import Kind, Message, State
from vaksam.messaging.senders.files import newest
from vaksam.people import access as people

#: Somebody has to call those whom a message about a visit did not reach for one of these reasons.
TO_CALL: Final = ("no-contact", "by-phone", "post-too-slow", "not-by-letter")
_OF_VISITS: Final = (Kind.CONFIRMATION, Kind.MOVED, Kind.CALLED_OFF, Kind.REMINDER, Kind.LETTER)
_RECENT: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Count:
    """Messages of a kind by a channel ("" before it is known) that ended in a state, and why."""

    kind: str
    channel: str
    state: str
    why: str
    messages: int


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody whom no message about a coming visit reached. `kind`: the last one that did not."""

    person: int
    appointment: int
    starts_at: datetime
    venue: int
    kind: str
    why: str


def sent(region_code: str, *, days: int = 7, scope: Scope) -> list[Count]:
    """How many messages of the last days went which way, the most first. Raises NotAllowed."""
    people.demand_scope(scope, region_code, *access.READERS)
    rows = Message.objects.filter(
        person__region_code=region_code, made_at__gte=clock.now() - timedelta(days=days)
    )
    counted = rows.values_list("kind", "channel", "state", "why").annotate(n=CountOf("pk"))
    return [Count(*row) for row in counted.order_by("-n", "kind", "channel", "state", "why")]


def unreachable(region_code: str, *, scope: Scope) -> list[Unreached]:
    """Whom to call: coming visits whose person no message reached, the soonest first.

    Those who gave their time up themselves, and those who want no contact, are not among them.
    Raises NotAllowed: for coordinators and those who call.
    """
    people.demand_scope(scope, region_code, *access.STAFF)
    missed = Message.objects.filter(
        Q(state=State.FAILED) | Q(state=State.DROPPED, why__in=TO_CALL), kind__in=_OF_VISITS,
        person__region_code=region_code, person__died_on=None, person__moved_out_on=None,
        ended_at__gte=clock.now() - _RECENT,
    )  # fmt: skip
    last = {row.about["appointment"]: row for row in missed.order_by("ended_at", "pk")}
    reached = _reached({row.person_id for row in last.values()})
    never = {pk: row for pk, row in last.items() if not _after(reached.get(pk), row.ended_at)}
    refs = booking.appointments(never)
    return [_unreached(ref, never[ref.id]) for ref in refs if _to_call(ref, never[ref.id])]


def latest_texts(limit: int = 20) -> list[Mapping[str, Any]]:
    """The newest messages that were written to files, as `vaksam.messaging.senders.files` wrote
    them; for demos and the command line. Letters, and what has no provider, are files.
    """
    return list(islice(newest(limit), limit))


def files_only() -> bool:
    """Whether every message is a file: no provider is named."""
    return not (settings.VAKSAM_SMS_URL or settings.VAKSAM_SMTP_HOST)


def _reached(persons: Collection[int]) -> dict[int, datetime | None]:
    """When a message last reached some persons, by appointment."""
    rows = Message.objects.filter(person__in=persons, state=State.SENT, kind__in=_OF_VISITS)
    told = rows.order_by("ended_at", "pk").values_list("about", "ended_at")
    return {about["appointment"]: at for about, at in told}


def _after(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one > other


def _to_call(ref: booking.AppointmentRef, row: Message) -> bool:
    return ref.starts_at > clock.now() and (ref.held or row.kind == Kind.CALLED_OFF)


def _unreached(ref: booking.AppointmentRef, row: Message) -> Unreached:
    return Unreached(ref.person, ref.id, ref.starts_at, ref.venue, row.kind, row.why)
