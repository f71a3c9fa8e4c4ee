"""How far the register is told, for those who see to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Min, Q

from vaksam.base import access as access_log
from vaksam.base.models import User
from vaksam.base.scope import Scope
from vaksam.core.errors import NotFound
from vaksam.exchange import access
from vaksam.exchange.models import Entry, RegisterFile, State

SHOWN = 100
_PERSONS = """SELECT e.id, v.person_id, p.protection <> '' FROM exchange_entry e
    JOIN LATERAL (SELECT person_id FROM records_vaccination v
        WHERE v.id = e.dose_id OR v.first_id = e.dose_id ORDER BY v.version DESC LIMIT 1) v ON true
    JOIN people_person p ON p.id = v.person_id WHERE e.id = ANY(%s)"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Rows by state (every state is a key), and since when the oldest waits or is unanswered."""

    counts: Mapping[str, int]
    oldest_waiting: datetime | None
    oldest_unanswered: datetime | None


@dataclass(frozen=True, slots=True)
class FileView:
    """A file to the register. `kept`: it can be downloaded still; `unanswered` rows of it."""

    id: int
    name: str
    made_at: datetime
    sent_at: datetime | None
    rows: int
    sha256: str
    kept: bool
    unanswered: int


@dataclass(frozen=True, slots=True)
class RejectedView:
    """A row that the register did not take. `person` 0: nobody is known by now."""

    id: int
    person: int
    kind: str
    code: str
    text: str
    since: datetime
    turn: int


def figures(*, region: str, scope: Scope) -> Figures:
    """Counts of a region, for those who may see them; one query. Raises NotAllowed."""
    access.demand_scope(scope, region, *access.COUNTERS)
    rows = Entry.objects.filter(region_code=region).values("state").order_by()
    found = {row["state"]: row for row in rows.annotate(n=Count("pk"), oldest=Min("since"))}

    def oldest(state: State) -> datetime | None:
        return found[state]["oldest"] if state in found else None

    counts = {state.value: found[state]["n"] if state in found else 0 for state in State}
    return Figures(counts, oldest(State.WAITING), oldest(State.SENT))


def regions_waiting() -> list[str]:
    """Regions of which something waits, or a file is to be handed over yet. For the job."""
    waiting = Entry.objects.filter(state=State.WAITING).order_by()
    made = RegisterFile.objects.filter(sent_at=None).order_by()
    codes = [rows.values_list("region_code", flat=True).distinct() for rows in (waiting, made)]
    return sorted({code for several in codes for code in several})


def files(*, region: str, scope: Scope) -> list[FileView]:
    """The newest files of a region, for its coordinators. Raises NotAllowed."""
    access.demand_scope(scope, region, *access.COORDINATORS)
    rows = RegisterFile.objects.filter(region_code=region).order_by("-pk")
    newest = [row.pk for row in rows.only("pk")[:SHOWN]]
    unanswered = dict(
        Entry.objects.filter(file__in=newest, state=State.SENT).order_by()
        .values_list("file").annotate(n=Count("pk"))
    )  # fmt: skip
    return [
        FileView(row.pk, row.name, row.made_at, row.sent_at, row.rows, row.sha256,
                 bool(row.kept), unanswered.get(row.pk, 0))
        for row in rows.filter(pk__in=newest).defer("content").annotate(kept=~Q(content=b""))
    ]  # fmt: skip


@transaction.atomic
def content(file: int, *, scope: Scope) -> tuple[str, bytes]:
    """A file's name and bytes; logged, since it names persons. Raises NotFound, NotAllowed."""
    found = RegisterFile.objects.filter(pk=file).exclude(content=b"").first()
    if found is None:
        raise NotFound("no-such-file", "There is no such file, or it is old and was deleted.")
    access.demand_scope(scope, found.region_code, *access.COORDINATORS)
    _log(scope, "exchange.file", "register file", found.pk, f"rows={found.rows}")
    return found.name, bytes(found.content)


def rejected(*, region: str, scope: Scope) -> list[RejectedView]:
    """The newest rejected rows of a region; no person is named. Raises NotAllowed."""
    access.demand_scope(scope, region, *access.COORDINATORS)
    rows = list(
        Entry.objects.filter(region_code=region, state=State.REJECTED).order_by("-since")[:SHOWN]
    )
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS, [[row.pk for row in rows]])
        persons = {entry: person for entry, person, _ in cursor.fetchall()}
    return [
        RejectedView(row.pk, persons.get(row.pk, 0), row.kind, row.code, row.text, row.since,
                     row.turn)
        for row in rows
    ]  # fmt: skip


def _log(scope: Scope, action: str, kind: str, pk: int, reason: str) -> None:
    if scope.user_id is not None:  # None: the command line
        by = User.objects.get(pk=scope.user_id)
        subject = access_log.Subject(kind, str(pk))
        access_log.log(by=by, action=action, subject=subject, reason=reason)
