"""Read what the register answers."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import polars as pl
from django.db import connection, transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.errors import BadFile, Fault
from vaksam.core.exchange import nvr
from vaksam.core.exchange.nvr import Receipt
from vaksam.core.exchange.nvr.checking import FIRST_ROW
from vaksam.exchange import access, locking
from vaksam.exchange.comparing import compare
from vaksam.exchange.models import RegisterReceipt

_TOLD: LiteralString = """(SELECT * FROM unnest(%(entries)s::bigint[], %(turns)s::int[],
    %(answers)s::text[], %(codes)s::text[], %(texts)s::text[])
    WITH ORDINALITY AS t (entry, turn, answer, code, text, place)) t"""
# The latest word on an entry; earlier turns were answered long ago.
_FAULTS: LiteralString = """
SELECT t.place, CASE WHEN e.id IS NULL OR t.turn > e.turn OR e.region_code <> %(region)s
    THEN 'unknown' ELSE 'contradicts' END
FROM {told} LEFT JOIN exchange_entry e ON e.id = t.entry
WHERE e.id IS NULL OR t.turn > e.turn OR e.region_code <> %(region)s
    OR t.turn = e.turn AND e.state IN ('accepted', 'rejected') AND e.state <> t.answer
ORDER BY t.place"""
_APPLY: LiteralString = """
UPDATE exchange_entry e SET state = t.answer, code = t.code, text = t.text, since = %(now)s,
    held = CASE WHEN t.answer = 'rejected' THEN e.held WHEN e.kind = 'deleted' THEN ''
        ELSE e.digest END
FROM {told} WHERE e.id = t.entry AND e.turn = t.turn AND e.state = 'sent'
RETURNING e.dose_id, e.state"""
_SAID: Final = {
    "unknown": "No row of this region has this transaction id.",
    "contradicts": "This row was answered otherwise before. Ask the register which holds.",
}


@dataclass(frozen=True, slots=True)
class Received:
    """How many rows were accepted and rejected now; `known`: the receipt was read before."""

    accepted: int
    rejected: int
    known: bool = False


@transaction.atomic
def receive(*, content: bytes, file_name: str, by: User | None) -> Received:
    """Read a receipt, whole or not at all; the same one twice changes nothing.

    Doses that were changed while the register had not answered are compared anew.

    Raises
    ------
    BadFile
        With every fault: no receipt, rows that were never sent or are answered otherwise.
    NotAllowed
        `by` is no coordinator of the receipt's region.
    """
    receipt = nvr.read_receipt(content, file_name=file_name)
    access.demand(by, receipt.region, *access.COORDINATORS)
    locking.alone()
    sha256 = hashlib.sha256(content).hexdigest()
    if RegisterReceipt.objects.filter(sha256=sha256).exists():
        return Received(0, 0, known=True)
    answers = _apply(receipt, file_name)
    done = Received(answers.count(nvr.ACCEPTED), answers.count(nvr.REJECTED))
    row = RegisterReceipt.objects.create(
        region_code=receipt.region, file_name=file_name[:200], sha256=sha256,
        accepted=done.accepted, rejected=done.rejected, received_at=clock.now(), received_by=by,
    )  # fmt: skip
    audit.record(
        by=by, action="exchange.receive", target=f"register receipt {row.pk}",
        details={"accepted": done.accepted, "rejected": done.rejected},
    )  # fmt: skip
    return done


def _apply(receipt: Receipt, file_name: str) -> list[str]:
    values: dict[str, Any] = {
        "region": receipt.region, "now": clock.now(),
        "entries": receipt.rows["entry"].to_list(), "turns": receipt.rows["turn"].to_list(),
        "answers": receipt.rows["answer"].to_list(), "codes": receipt.rows["code"].to_list(),
        "texts": receipt.rows["text"].to_list(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FAULTS.format(told=_TOLD), values)
        if wrong := cursor.fetchall():
            raise BadFile(file_name, [_fault(receipt.rows, place, code) for place, code in wrong])
        cursor.execute(_APPLY.format(told=_TOLD), values)
        applied = cursor.fetchall()
    compare(sorted({dose for dose, _ in applied}))
    return [answer for _, answer in applied]


def _fault(rows: pl.DataFrame, place: int, code: str) -> Fault:
    return Fault(code, _SAID[code], row=place - 1 + FIRST_ROW, column="transaction_id",
                 value=rows["transaction_id"][place - 1])  # fmt: skip
