"""A sheet that came back: nothing is lost, nothing is written twice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core import identity
from vaksam.core.errors import Refused, VaksamError
from vaksam.core.rounds import sheet as core
from vaksam.core.rounds.sheet import Given
from vaksam.people.models import Person
from vaksam.people.queries.identities import holders
from vaksam.records.models import Vaccination
from vaksam.rounds import access, naming, writing
from vaksam.rounds.known import known
from vaksam.rounds.models import Member, Round, Row, Sheet, State
from vaksam.rounds.rows import told
from vaksam.supply.models import Lot

MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Back:
    """What came of a file: rows by state. `again`: it had been taken back before."""

    sheet: int
    rows: dict[str, int]
    again: bool = False


@transaction.atomic
def take_back(*, round: int, content: bytes, file_name: str, by: User | None) -> Back:
    """Register what a sheet says; what disagrees with what is registered waits for a human.

    A dose is registered by the venue out of its ledger, vouched for by `by`. The same file sent
    twice changes nothing.

    Raises
    ------
    BadFile
        Another round's, no workbook, or cells that cannot be read: nothing is written.
    Refused
        The file has too many rows.
    NotFound, NotAllowed
    """
    row = access.held(round, by)
    digest = sha256(content).hexdigest()
    before = Sheet.objects.filter(round=row, sha256=digest, direction=Sheet.Direction.BACK).first()
    if before is not None:
        return _back(before, again=True)
    members = {each.row: each for each in _members(row)}
    numbers = Lot.objects.filter(product=row.product_id).values_list("number", flat=True)
    given = core.read(
        content, file_name=file_name, round_id=row.pk, ids=set(members),
        lots={number.upper(): number for number in numbers}, today=clock.today(),
    )  # fmt: skip
    if len(given) > MOST_ROWS:
        raise Refused("too-many-rows", "The file has more than {most} rows. Divide it.",
                      most=MOST_ROWS)  # fmt: skip
    _lock([each.person_id for each in members.values()])
    sheet = Sheet.objects.create(
        round=row, direction=Sheet.Direction.BACK, sha256=digest, file_name=file_name[:200],
        made_at=clock.now(), by=by,
    )  # fmt: skip
    for each in given:
        member = members.get(each.id) if each.id else None
        _by_hand(sheet, each) if member is None else _judge(sheet, member, each, by)
    there = {each.id for each in given} | set(
        Member.objects.filter(round=row, rows__why="by-hand").values_list("row", flat=True)
    )
    Row.objects.bulk_create(
        Row(sheet=sheet, number=0, member=member, person_id=member.person_id,
            state=Row.State.MISSING)
        for key, member in members.items() if key not in there
    )  # fmt: skip
    if row.state != State.RETURNED:
        row.state = State.RETURNED
        row.save(update_fields=["state"])
    found = _back(sheet)
    audit.record(by=by, action="rounds.take_back", target=f"round {row.pk}",
                 details={"sheet": sheet.pk, **found.rows})  # fmt: skip
    return found


def _judge(sheet: Sheet, member: Member, given: Given, by: User | None) -> None:
    """One row of somebody on the round."""
    if _was_told(sheet, given, member):
        _keep(sheet, given, member, Row.State.DUPLICATE, "decided-once")
        return
    found = core.verdict(given, known(member))
    state = found.state
    said = ""
    if found.state == "new":
        try:
            with transaction.atomic():
                writing.register(member, given, by)
        except VaksamError as error:
            member.refresh_from_db()
            state, said = Row.State.REJECTED, str(error)
    elif found.why == "elsewhere":
        writing.set_outcome(member, given, found.dose)
    other = Vaccination.objects.get(pk=found.dose) if state == "conflict" and found.dose else None
    _keep(sheet, given, member, state, found.why, said=said, other=other)


def _by_hand(sheet: Sheet, given: Given) -> None:
    """A row without an id waits for a human, with whom it may mean."""
    person = _meant(sheet.round, given)
    member = None if person is None else Member.objects.filter(
        round=sheet.round, person=person).first()  # fmt: skip
    if not given.outcome:
        _keep(sheet, given, member, Row.State.SAME, "empty", person=person)
    elif _was_told(sheet, given, None):
        _keep(sheet, given, member, Row.State.DUPLICATE, "decided-once", person=person)
    else:
        _keep(sheet, given, member, Row.State.CONFLICT, "by-hand", person=person)


def _was_told(sheet: Sheet, given: Given, member: Member | None) -> bool:
    """Whether this very row stands in the file or came back earlier and waits, or was decided."""
    if not given.outcome:
        return False
    rows = Row.objects.filter(sheet__round=sheet.round, member=member) if member else (
        Row.objects.filter(sheet__round=sheet.round, why="by-hand"))  # fmt: skip
    told_twice = rows.filter(sheet=sheet, given=told(given)).exclude(state=Row.State.REJECTED)
    waits = rows.filter(state=Row.State.CONFLICT, given=told(given))
    return told_twice.exists() or waits.exists()


def _meant(row: Round, given: Given) -> Person | None:
    """Who it may be: by number, else by name and birth among those on the round."""
    region = row.venue.region_code
    if given.personal_number:
        try:
            number = identity.read(given.personal_number, on=clock.today())
        except Refused:
            return None
        held = holders([number], region_code=region).get(number)
        return Person.objects.filter(pk=held or 0, merged_into=None).first()
    alike = [each.person for each in _members(row)
             if (naming.name(each.person).casefold(), naming.born(each.person))
             == (given.name.casefold(), given.born)]  # fmt: skip
    return alike[0] if len(alike) == 1 else None


def _keep(
    sheet: Sheet, given: Given, member: Member | None, state: str, why: str, *, said: str = "",
    other: Vaccination | None = None, person: Person | None = None,
) -> None:  # fmt: skip
    Row.objects.create(
        sheet=sheet, number=given.number, member=member, state=state, why=why, said=said[:300],
        person_id=member.person_id if member else person.pk if person else None,
        given=told(given), other=other,
    )  # fmt: skip


def _members(row: Round) -> Sequence[Member]:
    return list(
        Member.objects.filter(round=row)
        .select_related("person", "vaccination", "round__product", "stop")
        .order_by("pk")
    )


def _lock(persons: Sequence[int]) -> None:
    """The law of `vaksam.records.actions.correcting`: in the order of their ids."""
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=persons).order_by("pk"))


def _back(sheet: Sheet, *, again: bool = False) -> Back:
    states = Counter(sheet.rows.values_list("state", flat=True))
    return Back(sheet.pk, dict(states), again)
