"""Make files of what waits, and hand them over.

Two steps, each a transaction. First a file is made and bound to its rows: whoever dies before the
commit has sent nothing. Then it is put into the folder and marked: whoever dies between the two
puts it there once more, the same name and the same bytes. So no row goes in two files.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db import transaction
from django.db.models import F

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.errors import Fault
from vaksam.core.exchange import nvr
from vaksam.core.exchange.nvr.checking import FIRST_ROW
from vaksam.exchange import access, composing, folder, locking
from vaksam.exchange.models import Entry, RegisterFile, State

MOST_ROWS = 50_000  # of a file


@dataclass(frozen=True, slots=True)
class Sent:
    """Files made, rows in them, rows that do not fit the register's types, files handed over."""

    files: tuple[int, ...]
    rows: int
    unfit: int
    handed_over: int


def send(*, region: str, by: User | None) -> Sent:
    """Send everything of a region that waits; files that could not be handed over go as well.

    Raises NotAllowed unless `by` is a coordinator of the region; OSError where the folder cannot
    be written: the files are kept, and go the next time.
    """
    access.demand(by, region, *access.COORDINATORS)
    made: list[int] = []
    rows = unfit = 0
    while True:
        file, count, wrong = _make(region, by)
        unfit += wrong
        if file is None:
            break
        made.append(file)
        rows += count
    return Sent(tuple(made), rows, unfit, hand_over(region=region))


@transaction.atomic
def _make(region: str, by: User | None) -> tuple[int | None, int, int]:
    """The next file's id (None: nothing waits), its rows, and rows set aside as unfit."""
    locking.among_senders()
    frame, unfit = composing.rows(region, most=MOST_ROWS), 0
    faults = nvr.check(frame.drop("entry"))
    if faults:
        unfit = _set_aside(frame, faults)
        rows = {(fault.row or 0) - FIRST_ROW for fault in faults}
        frame = frame.filter(~pl.int_range(pl.len()).is_in(list(rows)))
    if frame.is_empty():
        return None, 0, unfit
    now = clock.now()
    content = nvr.write(nvr.Transfer(region, now, frame.drop("entry")))
    file = RegisterFile.objects.create(
        region_code=region, made_at=now, made_by=by, rows=frame.height, content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    _mark(frame["entry"].to_list(), file)
    details = {"rows": file.rows, "sha256": file.sha256}
    audit.record(by=by, action="exchange.send", target=f"register file {file.pk}", details=details)
    return file.pk, file.rows, unfit


def _mark(entries: Sequence[int], file: RegisterFile) -> None:
    Entry.objects.filter(pk__in=entries).update(
        state=State.SENT, file=file, turn=F("turn") + 1, since=file.made_at, code="", text=""
    )


def _set_aside(frame: pl.DataFrame, faults: Sequence[Fault]) -> int:
    """Rejected here, since the register would."""
    told: dict[int, list[str]] = {}
    for fault in faults:
        told.setdefault((fault.row or 0) - FIRST_ROW, []).append(f"{fault.column}: {fault.text}")
    for place, texts in told.items():
        Entry.objects.filter(pk=frame["entry"][place]).update(
            state=State.REJECTED, code="unfit", text=" ".join(texts)[:400], since=clock.now()
        )
    return len(told)


def hand_over(*, region: str) -> int:
    """Put the files that were made into the folder; how many."""
    done = 0
    while _hand_over_next(region):
        done += 1
    return done


@transaction.atomic
def _hand_over_next(region: str) -> bool:
    made = RegisterFile.objects.filter(region_code=region, sent_at=None).order_by("pk")
    file = made.select_for_update(skip_locked=True).first()
    if file is None:
        return False
    folder.put(file.name, bytes(file.content))
    RegisterFile.objects.filter(pk=file.pk).update(sent_at=clock.now())
    return True


@transaction.atomic
def forget(*, before: date) -> int:
    """Empty files that were made before a day and are answered; how many."""
    old = RegisterFile.objects.filter(made_at__lt=clock.at(before), sent_at__isnull=False)
    old = old.exclude(content=b"").exclude(entries__state=State.SENT)
    files = list(old.only("pk", "region_code"))
    for file in files:
        folder.take_away(file.name)
    RegisterFile.objects.filter(pk__in=[file.pk for file in files]).update(content=b"")
    return len(files)
