"""Rounds, and who is visited in which order."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from vaksam.base.access import Subject
from vaksam.base.scope import Scope
from vaksam.people.queries.persons import log
from vaksam.rounds import access, naming
from vaksam.rounds.models import Member, Outcome, Round, Row, State, Stop

MOST = 100


@dataclass(frozen=True, slots=True)
class RoundRef:
    """A round without its people. `waiting`: rows that came back and must be decided."""

    id: int
    venue: int
    venue_name: str
    region_code: str
    programme: str
    product: str
    product_name: str
    team: str
    day: date
    starts_at: datetime
    back_at: datetime
    way: str
    state: str
    lots: tuple[str, ...]
    vials: int
    left: int
    driving_minutes: int
    km: float
    stops: int
    persons: int
    given: int
    done: int
    waiting: int

    @property
    def open(self) -> bool:
        return self.state != State.CLOSED


@dataclass(frozen=True, slots=True)
class MemberView:
    """Somebody at a stop; of a protected identity only a number."""

    person: int
    name: str = field(repr=False)
    born: str = field(repr=False)
    protected: bool
    dose_number: int | None
    outcome: str
    note: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StopView:
    """A place on the way, with the vials opened there and how long the one in use lasts."""

    order: int
    name: str
    address: str = field(repr=False)
    arrives_at: datetime
    leaves_at: datetime
    opened: int
    until: datetime | None
    members: tuple[MemberView, ...]


def rounds(regions: Collection[str] | None) -> list[RoundRef]:
    """The newest 100 of some regions (None: all): open ones first, by day; three queries."""
    rows = Round.objects.all()
    if regions is not None:
        rows = rows.filter(venue__region_code__in=list(regions))
    found = _refs(rows.order_by("-day", "starts_at", "pk")[:MOST])
    return sorted(found, key=lambda each: not each.open)


def round_ref(pk: int, *, scope: Scope) -> RoundRef:
    """A round that the scope reaches. Raises NotFound."""
    access.seen(pk, scope)
    return _refs(Round.objects.filter(pk=pk))[0]


@transaction.atomic
def stops(pk: int, *, scope: Scope, path: str = "") -> list[StopView]:
    """The way with those who are visited; looking is logged. Raises NotFound."""
    row = access.seen(pk, scope)
    at: dict[int, list[MemberView]] = {}
    members = Member.objects.filter(round=row).select_related("person")
    for each in members.order_by("person__family_name", "person__given_name", "pk"):
        at.setdefault(each.stop_id, []).append(_member(each))
    hits = sum(map(len, at.values()))
    log("rounds.open", scope, subject=Subject("round", str(pk)), reason=f"hits={hits}", path=path)
    return [_stop(each, at.get(each.pk, [])) for each in row.stops.order_by("order")]


def _stop(row: Stop, members: list[MemberView]) -> StopView:
    """Where all are protected, nobody is told where they live."""
    hidden = bool(members) and all(each.protected for each in members)
    address = "" if hidden else f"{row.street}, {row.postcode} {row.city}".strip(" ,")
    return StopView(row.order, "" if hidden else row.name, address, row.arrives_at, row.leaves_at,
                    row.opened, row.until, tuple(members))  # fmt: skip


def _member(row: Member) -> MemberView:
    person = row.person
    return MemberView(person.pk, naming.name(person), naming.born(person), bool(person.protection),
                      row.dose_number, row.outcome, row.note)  # fmt: skip


def _refs(rows: QuerySet[Round]) -> list[RoundRef]:
    """With counts, each by a query of its own: joined they would multiply."""
    found = list(rows.select_related("venue", "product").prefetch_related("lots"))
    pks = [row.pk for row in found]
    given = Count("pk", filter=Q(outcome=Outcome.GIVEN))
    done = Count("pk", filter=~Q(outcome=""))
    none = {"all": 0, "given": 0, "done": 0, "places": 0}
    members: dict[int, dict[str, int]] = {
        each["round"]: {"all": each["all"], "given": each["given"], "done": each["done"],
                        "places": each["places"]}
        for each in Member.objects.filter(round__in=pks).values("round").annotate(
            all=Count("pk"), given=given, done=done, places=Count("stop", distinct=True))
    }  # fmt: skip
    rows_waiting = Row.objects.filter(sheet__round__in=pks, state=Row.State.CONFLICT, decision="")
    waiting = dict(rows_waiting.values_list("sheet__round").annotate(Count("pk")))
    return [_ref(row, members.get(row.pk, none), waiting.get(row.pk, 0)) for row in found]


def _ref(row: Round, counts: dict[str, int], waiting: int) -> RoundRef:
    return RoundRef(
        id=row.pk, venue=row.venue_id, venue_name=row.venue.name,
        region_code=row.venue.region_code, programme=row.programme_id, product=row.product_id,
        product_name=row.product.name, team=row.team, day=row.day, starts_at=row.starts_at,
        back_at=row.back_at, way=row.way, state=row.state,
        lots=tuple(sorted(lot.number for lot in row.lots.all())), vials=row.vials, left=row.left,
        driving_minutes=row.driving_minutes, km=row.km, stops=counts["places"],
        persons=counts["all"], given=counts["given"], done=counts["done"], waiting=waiting,
    )  # fmt: skip
