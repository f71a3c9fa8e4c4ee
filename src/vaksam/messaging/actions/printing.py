"""Letters to a cohort that was given times: one PDF for each thousand, and their addresses."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.booking import access
from vaksam.booking import queries as booking
from vaksam.booking.models import Prebooking
from vaksam.core.errors import NotFound, Refused
from vaksam.core.letters import Letter
from vaksam.core.messages import Channel, Kind, render
from vaksam.messaging.actions.letter_codes import codes_for
from vaksam.messaging.composing import as_letter
from vaksam.messaging.facts import Recipient, recipients
from vaksam.messaging.models import LetterFile, LetterRun, Message, State
from vaksam.messaging.press import AT_ONCE, press
from vaksam.messaging.subjects import of_appointment
from vaksam.messaging.tasks import print_letters
from vaksam.records import queries as records
from vaksam.venues import queries as venues

COLUMNS = ("file", "number", "given_name", "family_name", "street", "postcode", "city", "language")
_UNDER_WAY = (LetterRun.State.WAITING, LetterRun.State.RUNNING)


@dataclass(slots=True)
class _Work:
    """A run as it is made: rows of addresses, and who gets no letter and why."""

    run: LetterRun
    places: dict[int, venues.VenueRef] = field(default_factory=dict)
    rows: list[Sequence[object]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def place(self, pk: int) -> venues.VenueRef:
        if pk not in self.places:
            self.places[pk] = venues.venue(pk)
        return self.places[pk]


@transaction.atomic
def make_letters(*, prebooking: int, by: User | None) -> int:
    """Have letters made to everybody of a prebooking who has not answered; the run's id.

    Raises
    ------
    Refused
        Letters are being made already, or nobody waits for one.
    NotFound, NotAllowed
        There is no such prebooking, or `by` is no coordinator of its region.
    """
    row = Prebooking.objects.select_for_update().filter(pk=prebooking).first()
    if row is None:
        raise NotFound("unknown-prebooking", "There are no such letters.")
    access.demand(by, row.region_code, *access.PLANNERS)
    if LetterRun.objects.filter(prebooking=row, state__in=_UNDER_WAY).exists():
        raise Refused("letters-under-way", "These letters are being made. Wait until they are.")
    if not (total := len(booking.prebooked(prebooking))):
        raise Refused("nobody", "Nobody waits for a letter: all have answered, or the times are "
                      "free again.")  # fmt: skip
    run = LetterRun.objects.create(prebooking=row, total=total, made_at=clock.now(), by=by)
    audit.record(by=by, action="messaging.make_letters", target=f"prebooking {row.pk}",
                 details={"letters": total})  # fmt: skip
    print_letters.defer(run_id=run.pk)
    return run.pk


def carry_out(run_id: int) -> None:
    """Make a run's letters. Safe to call again: what an interrupted one made is made anew."""
    run = LetterRun.objects.select_related("prebooking").filter(pk=run_id).first()
    if run is None or run.ended_at is not None:
        return
    _remove_files(run)
    refs = booking.prebooked(run.prebooking_id)
    _progress(run, state=LetterRun.State.RUNNING, total=len(refs), done=0)
    work = _Work(run)
    try:
        for number, start in enumerate(range(0, len(refs), AT_ONCE), 1):
            batch = refs[start : start + AT_ONCE]
            _make_file(work, number, batch)
            _progress(run, done=start + len(batch))
        run.addresses.save(f"{run.pk}-addresses.csv", ContentFile(_csv(work.rows)), save=False)
        run.save(update_fields=["addresses"])
    except Exception:
        give_up(run_id)
        raise
    _progress(run, state=LetterRun.State.DONE, ended_at=clock.now(), left_out=dict(work.left_out))


def give_up(run_id: int) -> None:
    """Say that it failed."""
    LetterRun.objects.filter(pk=run_id, ended_at=None).update(
        state=LetterRun.State.FAILED, ended_at=clock.now()
    )


def forget_old(*, before: date) -> int:
    """Delete the files of runs before a day, with the addresses in them; how many runs."""
    midnight = clock.at(before)
    old = LetterRun.objects.filter(made_at__lt=midnight).exclude(addresses="")
    for run in (runs := list(old)):
        _remove_files(run)
    return len(runs)


def _make_file(work: _Work, number: int, refs: Sequence[booking.AppointmentRef]) -> None:
    people = recipients({ref.person for ref in refs})
    silent = records.declined(set(people), work.run.prebooking.programme_id)
    why = {ref.id: _left_out(people[ref.person], ref.person in silent) for ref in refs}
    going = [ref for ref in refs if not why[ref.id]]
    work.left_out.update(reason for reason in why.values() if reason)
    with transaction.atomic():
        made = _letters(work, going, people)
        if made:
            title = f"{work.run.prebooking.name} {number}"
            pdf = press(made, title=title, fonts=settings.VAKSAM_FONTS)
            file = LetterFile(run=work.run, number=number, letters=len(made))
            file.pdf.save(f"{work.run.pk}-{number}.pdf", ContentFile(pdf))
        _note(refs, why)
    for place, ref in enumerate(going, 1):
        who = people[ref.person]
        work.rows.append((number, place, *who.row, who.language))


def _letters(
    work: _Work, refs: Sequence[booking.AppointmentRef], people: dict[int, Recipient]
) -> list[Letter]:
    last = clock.at(work.run.prebooking.release_on + timedelta(days=1))
    codes = codes_for([ref.person for ref in refs], until=last)
    return [
        _letter(ref, people[ref.person], work.place(ref.venue), codes.get(ref.person, ""))
        for ref in refs
    ]


def _letter(
    ref: booking.AppointmentRef, who: Recipient, place: venues.VenueRef, code: str
) -> Letter:
    values = of_appointment(ref, who, place, code)
    return as_letter(render(Kind.LETTER, Channel.LETTER, who.language, values), who)


def _left_out(who: Recipient, declined: bool) -> str:
    if who.gone:
        return "gone"
    if declined:
        return "declined"
    if who.contact.chosen == "none":
        return "refused"
    return "" if who.address else "no-contact"


def _note(refs: Sequence[booking.AppointmentRef], why: dict[int, str]) -> None:
    """What became of each, beside the other messages, so that it is counted and called."""
    now = clock.now()
    Message.objects.bulk_create(
        (
            Message(
                person_id=ref.person, kind=Kind.LETTER, about={"appointment": ref.id},
                key=f"{Kind.LETTER}:appointment:{ref.id}", due_at=now, made_at=now, ended_at=now,
                state=State.DROPPED if why[ref.id] else State.SENT, why=why[ref.id],
                channel="" if why[ref.id] else Channel.LETTER,
            )
            for ref in refs
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    """Semicolons and a byte order mark, as spreadsheets in Sweden open it."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerows([COLUMNS, *rows])
    return file.getvalue().encode("utf-8-sig")


def _progress(run: LetterRun, **fields: object) -> None:
    LetterRun.objects.filter(pk=run.pk).update(**fields)


def _remove_files(run: LetterRun) -> None:
    for file in run.files.all():
        file.pdf.delete(save=False)
        file.delete()
    if run.addresses:
        run.addresses.delete(save=False)
        run.save(update_fields=["addresses"])
