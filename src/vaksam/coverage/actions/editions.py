"""Store an edition: its sheets, its figures, what was odd in it."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from io import BytesIO

import polars as pl
from django.db import connection, transaction

from vaksam.areas import queries as areas
from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.coverage import example, workbook
from vaksam.core.errors import Refused
from vaksam.core.weeks import Week
from vaksam.coverage.models import Edition, Sheet
from vaksam.coverage.queries.editions import EditionRef, stored

Progress = Callable[[int, int], None]

# One import at a time: two uploads of the same file must not both think they are first.
_IMPORT_LOCK = 0x76616B73
_COPY = """COPY coverage_figure (edition_id, sheet, row, area_id, week, age, sex, doses, exactly,
    label, count, share, population, born_by) FROM STDIN (FORMAT csv, NULL '\\N')"""


class AlreadyImported(Refused):
    """An identical file is an edition already; `edition` says which."""

    def __init__(self, edition: EditionRef) -> None:
        super().__init__(
            "already-imported",
            "This file is already imported, as the edition of {on}. Nothing was changed.",
            on=edition.edition_on.isoformat(),
        )
        self.edition = edition


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def import_workbook(
    *,
    content: bytes,
    file_name: str,
    by: User | None,
    edition_on: date | None = None,
    progress: Progress = lambda done, total: None,
) -> EditionRef:
    """Read and store an edition; an invented one that stands in its place goes.

    Raises
    ------
    BadFile
        The file has faults; all are listed and nothing was changed.
    AlreadyImported
        The very same file was imported before.
    """
    sha256 = sha256_of(content)
    _refuse_known(sha256)
    book = workbook.read(
        content,
        file_name=file_name,
        names=area_names(),
        edition_on=edition_on,
        progress=progress,
    )
    return _store(book, file_name=file_name, sha256=sha256, is_example=False, by=by)


def import_example(*, by: User | None, until: Week = example.LAST) -> EditionRef:
    """Store the invented edition, so that a new installation has something to show.

    `until` is its last week.

    Raises
    ------
    Refused
        There are official figures already: invented ones must not stand beside them.
    AlreadyImported
        It is there already.
    """
    regions = [area.code for area in areas.regions()]
    municipalities = [area.code for area in areas.municipalities()]
    book = example.invent(regions=regions, municipalities=municipalities, until=until)
    sha256 = sha256_of(f"vaksam example 3 {until}".encode())
    _refuse_known(sha256)
    return _store(book, file_name="exempeldata", sha256=sha256, is_example=True, by=by)


def area_names() -> workbook.AreaNames:
    """Regions as the workbook and as SCB spell them; municipalities by code."""
    regions = {"| sverige |": "SE", "sverige": "SE"}
    for area in areas.regions():
        regions[area.short_name.lower()] = regions[area.name.lower()] = area.code
    return workbook.AreaNames(regions, {area.code: area.name for area in areas.municipalities()})


def _refuse_known(sha256: str) -> None:
    known = Edition.objects.filter(sha256=sha256).values_list("id", flat=True).first()
    if known is not None:
        raise AlreadyImported(stored(known))


def _make_room(*, is_example: bool) -> None:
    """Invented figures give way to official ones, and do not come back."""
    if not is_example:
        Edition.objects.filter(example=True).delete()
    elif Edition.objects.filter(example=False).exists():
        raise Refused("not-needed", "There are official figures; invented ones are not needed.")


@transaction.atomic
def _store(
    book: workbook.Workbook, *, file_name: str, sha256: str, is_example: bool, by: User | None
) -> EditionRef:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])
    _refuse_known(sha256)
    _make_room(is_example=is_example)
    edition = Edition.objects.create(
        edition_on=book.edition_on,
        file_name=file_name[:200],
        sha256=sha256,
        example=is_example,
        general_note=book.general_note,
        figure_count=book.figures.height,
        warnings=[asdict(warning) for warning in book.warnings],
        imported_at=clock.now(),
        imported_by=by,
    )
    Sheet.objects.bulk_create(
        Sheet(edition=edition, position=s.position, title=s.title, kind=s.kind, note=s.note,
              rows=s.rows)
        for s in book.sheets
    )  # fmt: skip
    _copy(edition.id, book.figures)
    audit.record(
        by=by,
        action="coverage.import_workbook",
        target=f"edition {edition.edition_on}",
        details={"sha256": sha256, "figures": edition.figure_count, "example": is_example},
    )
    return stored(edition.id)


def _copy(edition_id: int, figures: pl.DataFrame) -> None:
    """All figures in one COPY: about ten times faster than rows one by one."""
    area_ids = {code: area.id for code, area in areas.by_code().items()}
    buffer = BytesIO()
    figures.select(
        pl.lit(edition_id).alias("edition_id"),
        "sheet",
        "row",
        pl.col("area").replace_strict(area_ids, return_dtype=pl.Int64),
        pl.col("week").fill_null(0),
        "age",
        "sex",
        "doses",
        "exactly",
        "label",
        "count",
        "share",
        "population",
        "born_by",
    ).write_csv(buffer, include_header=False, null_value="\\N")
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.write(buffer.getbuffer())
