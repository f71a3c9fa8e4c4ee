"""Import a people file: checked whole, then kept batch by batch.

Nothing is kept unless the whole file is right. Then each batch is a transaction that also says
how far the import has come: after a power cut the same command goes on where it was. One import
at a time holds a lock of the session.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from django.db import connection, transaction

from vaksam.areas import queries as areas
from vaksam.areas.models import Area
from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.core import people_file
from vaksam.core.errors import BadFile, Fault, Refused
from vaksam.core.people_file import Checked
from vaksam.people.actions.importing import statements
from vaksam.people.actions.protecting import set_protection
from vaksam.people.models import PeopleImport

BATCH: Final = 50_000
_LOCK = 0x70656F70  # "peop"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. `resumed` rows were kept by an earlier, interrupted one."""

    rows: int
    created: int
    changed: int
    resumed: int

    @property
    def unchanged(self) -> int:
        return self.rows - self.created - self.changed


def import_people(
    *,
    content: bytes,
    file_name: str,
    by: User | None,
    issuer: str = "file",
    progress: Progress = lambda done, total: None,
) -> ImportResult:
    """Bring in the persons of a CSV or Parquet file; those known by any identity are changed.

    An empty cell leaves what is known. `issuer` is the system whose `local_id` they are.

    Raises
    ------
    BadFile
        With every fault of the file; nothing was changed.
    Refused
        Another import is running.
    """
    frame = people_file.read(content, file_name=file_name)
    checked = _checked(frame, issuer)
    _demand_right(checked, file_name)
    with _alone(), _staged(checked) as stage:
        _demand_no_conflict(stage, checked, file_name)
        run = _run(
            hashlib.sha256(issuer.encode() + content).hexdigest(),
            file_name,
            checked.rows.height,
            by,
        )
        resumed = run.rows_done
        last = checked.rows.height + 1  # the header is row 1
        for first in range(resumed + 2, last + 1, BATCH):
            _keep(run, first=first, last=min(first + BATCH - 1, last), by=by)
            progress(run.rows_done, run.rows)
        regions = checked.rows["region"].unique().sort().to_list()
        return _finish(run, regions, resumed=resumed, by=by)


def _checked(frame: pl.DataFrame, issuer: str) -> Checked:
    known = Area.objects.filter(kind="deso").values_list("code", flat=True)
    return people_file.check(
        frame,
        on=clock.today(),
        municipalities={each.code: each.region_code for each in areas.municipalities()},
        regions=[each.code for each in areas.regions()],
        small_areas=set(known),
        issuer=issuer,
    )


def _demand_right(checked: Checked, file_name: str) -> None:
    if not checked.faults:
        return
    faults = list(checked.faults)
    if checked.wrong > len(faults):
        faults.append(
            Fault(
                "more-faults",
                "And {more} more: these are the first {shown}.",
                values={"more": checked.wrong - len(faults), "shown": len(faults)},
            )
        )
    raise BadFile(file_name, faults)


class _alone:
    """Holds the import lock of the session; Refused where another one has it."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            (mine,) = cursor.fetchone()
        if not mine:
            raise Refused(
                "import-running", "Another import of people is running. Wait until it is done."
            )

    def __exit__(self, *_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


class _staged:
    """The checked rows in temporary tables of the session."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked

    def __enter__(self) -> "_staged":
        with connection.cursor() as cursor:
            cursor.execute(statements.DROP)
            cursor.execute(statements.STAGE)
        self._copy("people_new", self._checked.rows)
        self._copy("people_new_identity", self._checked.identities)
        with connection.cursor() as cursor:
            cursor.execute(statements.INDEX)
        return self

    def __exit__(self, *_: Any) -> None:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(statements.DROP)

    def _copy(self, table: str, rows: pl.DataFrame) -> None:
        columns = ", ".join(rows.columns)
        statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '\\N')"
        with connection.cursor() as cursor, cursor.copy(statement) as stream:
            for batch in rows.iter_slices(BATCH):
                stream.write(batch.write_csv(include_header=False, null_value="\\N").encode())


def _demand_no_conflict(stage: _staged, checked: Checked, file_name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements.FIND, {"first": 0, "last": checked.rows.height + 1})
        cursor.execute(statements.CONFLICTS)
        rows = cursor.fetchall()
    if rows:
        raise BadFile(file_name, [_CONFLICTS[code](row) for row, code in rows])


_CONFLICTS: dict[str, Callable[[int], Fault]] = {
    "two-persons": lambda row: Fault(
        "two-persons",
        "The row's numbers are of two persons here. Merge them first, if they are one.",
        row=row,
    ),
    "two-numbers": lambda row: Fault(
        "two-numbers",
        "The person has another personal number here. End that one first, or give another id.",
        row=row,
        column="personal_number",
    ),
}


def _run(sha256: str, file_name: str, rows: int, by: User | None) -> PeopleImport:
    """The import of this very file: a new one, one to go on with, or one to do again."""
    run, _ = PeopleImport.objects.get_or_create(
        sha256=sha256, defaults={"file_name": file_name[:200], "rows": rows, "by": by}
    )
    if run.finished_at is not None:
        run.rows_done = run.created = run.changed = 0
        run.finished_at = None
        run.save()
    return run


class _Overtaken(Exception):
    """Somebody of the batch was registered by another session while it ran."""


def _keep(run: PeopleImport, *, first: int, last: int, by: User | None) -> None:
    """One batch; anew where it was overtaken, since it then finds whom it missed."""
    while True:
        try:
            return _batch(run, first=first, last=last, by=by)
        except _Overtaken:
            run.refresh_from_db()


@transaction.atomic
def _batch(run: PeopleImport, *, first: int, last: int, by: User | None) -> None:
    values: dict[str, Any] = {
        "first": first,
        "last": last,
        "now": clock.now(),
        "by": by.pk if by else None,
    }
    with connection.cursor() as cursor:
        # Found anew: somebody may have registered one of them since the file was checked.
        for statement in (
            statements.FIND, statements.NUMBER, statements.AREAS, statements.HOUSEHOLDS,
            statements.IN_HOUSEHOLDS,
        ):  # fmt: skip
            cursor.execute(statement, values)
        cursor.execute(statements.INSERT, values)
        run.created += cursor.rowcount
        cursor.execute(statements.CHANGE, values)
        run.changed += cursor.rowcount
        cursor.execute(statements.IDENTITIES, values)
        cursor.execute(statements.OVERTAKEN, values)
        if cursor.fetchone() == (True,):
            raise _Overtaken
        cursor.execute(statements.CONTACTS, values)
        cursor.execute(statements.PROTECTED, values)
        protected = cursor.fetchall()
    for kind in sorted({kind for _, kind in protected}):
        # What lists and merged records still tell of where they are is erased, too.
        set_protection([person for person, each in protected if each == kind], kind)
    run.rows_done = last - 1
    run.save()


@transaction.atomic
def _finish(
    run: PeopleImport, regions: list[str], *, resumed: int, by: User | None
) -> ImportResult:
    run.finished_at = clock.now()
    run.save()
    for region in regions:
        outbox.publish("people.changed", {"region": region})
    audit.record(
        by=by,
        action="people.import_people",
        target=run.file_name,
        details={"rows": run.rows, "created": run.created, "changed": run.changed},
    )
    return ImportResult(run.rows, run.created, run.changed, resumed)
