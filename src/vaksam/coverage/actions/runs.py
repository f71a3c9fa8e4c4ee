"""An upload: queued with its content, read by a job, its progress kept for the page."""

from dataclasses import asdict

from django.db import transaction

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.core.errors import BadFile, Fault, Refused
from vaksam.coverage.actions.editions import AlreadyImported, import_workbook
from vaksam.coverage.models import ImportRun
from vaksam.coverage.tasks import defer_import

MAX_BYTES = 20_000_000


def too_large() -> Refused:
    return Refused(
        "too-large", "The file is larger than {megabytes} MB; the workbook is about 1 MB.",
        megabytes=MAX_BYTES // 1_000_000,
    )  # fmt: skip


@transaction.atomic
def start_import(*, content: bytes, file_name: str, by: User) -> int:
    """Queue an uploaded workbook; returns the run's number. The job starts on commit.

    Raises
    ------
    Refused
        Empty, or larger than 20 MB.
    """
    if not content:
        raise Refused("empty-file", "The file is empty. Choose the workbook again.")
    if len(content) > MAX_BYTES:
        raise too_large()
    run = ImportRun.objects.create(
        file_name=file_name[:200], content=content, started_by=by, created_at=clock.now()
    )
    defer_import(run.id)
    return run.id


def carry_out(run_id: int) -> None:
    """Do a queued import. Safe to call again: a run that has ended, or is gone, is left alone."""
    run = ImportRun.objects.select_related("started_by").filter(id=run_id).first()
    if run is None or run.ended_at is not None:
        return
    _progress(run, 0, 0)
    edition_id, faults = None, []
    try:
        edition = import_workbook(
            content=bytes(run.content),
            file_name=run.file_name,
            by=run.started_by,
            progress=lambda done, total: _progress(run, done, total + 1),
        )
        state, edition_id = ImportRun.State.DONE, edition.id
    except AlreadyImported as error:
        state, edition_id = ImportRun.State.KNOWN, error.edition.id
    except BadFile as error:
        state, faults = ImportRun.State.REFUSED, [asdict(fault) for fault in error.faults]
    except Refused as error:
        fault = Fault(error.code, error.message, values=error.values)
        state, faults = ImportRun.State.REFUSED, [asdict(fault)]
    except Exception:
        _end(run, ImportRun.State.FAILED, None, [])
        raise
    _end(run, state, edition_id, faults)


def give_up(run_id: int) -> None:
    """Say that it failed, of a run whose workers died each time, as when memory ends."""
    if run := ImportRun.objects.filter(id=run_id).first():
        _end(run, ImportRun.State.FAILED, None, [])


def _progress(run: ImportRun, done: int, steps: int) -> None:
    ImportRun.objects.filter(id=run.id, ended_at=None).update(
        state=ImportRun.State.RUNNING, done=done, steps=steps
    )


def _end(
    run: ImportRun, state: ImportRun.State, edition_id: int | None, faults: list[dict[str, object]]
) -> None:
    # The first to end has told what came of it: a second worker only finds the file known.
    ImportRun.objects.filter(id=run.id, ended_at=None).update(
        state=state, edition_id=edition_id, faults=faults, content=b"", ended_at=clock.now()
    )
