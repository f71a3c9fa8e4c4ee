"""Imports: whole or not at all, once, and as the record of what happened."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.support import workbooks
from tests.support.workbooks import COUNT, NOTES, TOWN_AGES, WEEKLY
from vaksam.areas import actions as areas
from vaksam.base import clock
from vaksam.base.models import AuditEntry
from vaksam.base.roles import Role
from vaksam.core.errors import BadFile, Fault, NotFound, Refused
from vaksam.coverage import actions, queries, tasks
from vaksam.coverage.actions import AlreadyImported
from vaksam.coverage.actions import runs as runs_of
from vaksam.coverage.models import Edition, Figure, ImportRun, Sheet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sweden(db) -> None:
    areas.seed()


@pytest.fixture
def analyst(user_with: Callable):
    return user_with(Role.REGION_ANALYST)


def edition_of(title: str, persons: int = 0) -> bytes:
    """A small edition with a date, and one of its counts, of its own."""
    book = workbooks.small()
    book.rename(NOTES, title)
    book.set(WEEKLY, 2, COUNT, persons)
    return book.write()


def stored() -> tuple:
    """Everything that an import may change."""
    return tuple(
        list(model.objects.order_by("pk").values()) for model in (Edition, Sheet, Figure)
    ), AuditEntry.objects.count()


def damaged() -> bytes:
    book = workbooks.small()
    book.set(WEEKLY, 5, "Region", "Atlantis")
    book.set(TOWN_AGES, 3, "Andel minst 1 dos", 1.5)
    return book.write()


def test_an_edition_is_stored_with_what_it_says_of_itself(analyst):
    content = workbooks.small().write()
    edition = actions.import_workbook(content=content, file_name="a.xlsx", by=analyst)
    assert edition == queries.edition() == queries.newest()
    assert edition.edition_on == date(2022, 11, 10)
    assert edition.file_name == "a.xlsx"
    assert edition.sha256 == actions.sha256_of(content)
    assert edition.imported_by == analyst.username
    assert edition.general_note.endswith(workbooks.PROSE)
    assert (edition.warnings, edition.example) == (0, False)
    assert edition.figure_count == queries.count_figures(edition) == 106
    assert {table.title: table.note for table in queries.tables(edition.id)} == (
        workbooks.DEFINITIONS
    )
    entry = AuditEntry.objects.latest("id")
    assert entry.action == "coverage.import_workbook"
    assert entry.details["sha256"] == edition.sha256


def test_warnings_are_kept_with_the_edition():
    book = workbooks.small()
    book.sheets["Diagram"] = [["Serie"], ["a"], ["b"]]
    edition = actions.import_workbook(content=book.write(), file_name="a.xlsx", by=None)
    (warning,) = queries.warnings(edition.id)
    assert isinstance(warning, Fault)
    assert (warning.code, warning.sheet) == ("unread-sheet", "Diagram")
    assert edition.warnings == 1


def test_the_very_same_file_is_not_imported_twice():
    content = workbooks.small().write()
    first = actions.import_workbook(content=content, file_name="a.xlsx", by=None)
    before = stored()
    with pytest.raises(AlreadyImported) as caught:
        actions.import_workbook(content=content, file_name="another name.xlsx", by=None)
    assert caught.value.edition == first
    assert stored() == before


def test_a_known_file_is_known_also_by_a_later_one_of_the_same_date():
    contents = [edition_of(NOTES, persons) for persons in (1, 2)]
    first, second = (
        actions.import_workbook(content=content, file_name="a.xlsx", by=None)
        for content in contents
    )
    with pytest.raises(AlreadyImported) as caught:
        actions.import_workbook(content=contents[0], file_name="a.xlsx", by=None)
    assert caught.value.edition == first
    assert first != second


def test_of_two_editions_of_one_date_the_one_imported_later_is_shown(monkeypatch):
    first = actions.import_workbook(content=edition_of(NOTES, 1), file_name="a.xlsx", by=None)
    # Also where somebody has moved the clock back in between.
    moved = clock.now() - timedelta(days=30)
    monkeypatch.setattr(clock, "now", lambda: moved)
    second = actions.import_workbook(content=edition_of(NOTES, 2), file_name="b.xlsx", by=None)
    assert second.file_name == "b.xlsx"
    assert queries.edition() == queries.edition(date(2022, 11, 10)) == second
    assert queries.editions() == [second, first]
    shown = queries.figures(second, areas=["SE"], doses=1)[0]
    assert shown.count == 2


def test_an_older_edition_imported_later_does_not_take_the_newest_s_place():
    newest = actions.import_workbook(content=edition_of(NOTES), file_name="a.xlsx", by=None)
    older = edition_of("FOHM 27 OKT 2022", 1)
    old = actions.import_workbook(content=older, file_name="b.xlsx", by=None)
    assert queries.edition() == queries.newest() == newest
    assert queries.edition(date(2022, 10, 27)) == old
    assert [e.edition_on for e in queries.editions()] == [date(2022, 11, 10), date(2022, 10, 27)]
    with pytest.raises(NotFound):
        queries.edition(date(2022, 10, 28))


def test_a_damaged_file_changes_nothing():
    actions.import_example(by=None)
    before = stored()
    with pytest.raises(BadFile) as caught:
        actions.import_workbook(content=damaged(), file_name="bad.xlsx", by=None)
    assert [(f.code, f.sheet, f.row, f.column) for f in caught.value.faults] == [
        ("unknown-region", WEEKLY, 5, "Region"),
        ("share-out-of-range", TOWN_AGES, 3, "Andel minst 1 dos"),
    ]
    assert stored() == before
    assert queries.edition().example


def test_a_failure_while_storing_changes_nothing(monkeypatch):
    actions.import_example(by=None)
    before = stored()

    def fail(*_: object, **__: object) -> None:
        raise IntegrityError("the disk is full")

    monkeypatch.setattr("vaksam.base.audit.record", fail)
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.import_workbook(content=workbooks.small().write(), file_name="a.xlsx", by=None)
    assert stored() == before


def test_official_figures_take_the_place_of_invented_ones():
    invented = actions.import_example(by=None)
    assert queries.edition() == invented
    assert invented.example
    content = edition_of("FOHM 1 SEP 2022")  # also where their date is the earlier
    book = actions.import_workbook(content=content, file_name="a.xlsx", by=None)
    assert queries.editions() == [book]
    assert not Figure.objects.exclude(edition_id=book.id).exists()
    with pytest.raises(Refused) as caught:
        actions.import_example(by=None)
    assert caught.value.code == "not-needed"
    assert queries.editions() == [book]


def test_invented_figures_are_stored_once():
    actions.import_example(by=None)
    with pytest.raises(AlreadyImported):
        actions.import_example(by=None)
    assert len(queries.editions()) == 1


def test_a_given_date_goes_before_the_file_s():
    edition = actions.import_workbook(
        content=workbooks.small().write(), file_name="a.xlsx", by=None, edition_on=date(2022, 12, 1)
    )
    assert edition.edition_on == date(2022, 12, 1)


def test_a_long_file_name_is_shortened():
    name = 300 * "å" + ".xlsx"
    content = workbooks.small().write()
    edition = actions.import_workbook(content=content, file_name=name, by=None)
    assert edition.file_name == 200 * "å"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"share": 1.5}, "coverage_share_is_one"),
        ({"share": -0.1}, "coverage_share_is_one"),
        ({"week": 52}, "coverage_week_is_key"),
        ({"count": -1}, "coverage_figure_count_check"),
        ({"row": 2}, "coverage_figure_pkey"),
        ({"week": 202052}, "coverage_figure_once"),
    ],
)
def test_the_database_itself_refuses_what_must_never_be(change, constraint):
    actions.import_workbook(content=workbooks.small().write(), file_name="a.xlsx", by=None)
    figure = Figure.objects.filter(sheet=2, row=2).values().get()
    assert figure["week"] == 202052
    with pytest.raises(IntegrityError, match=constraint):
        Figure.objects.create(**figure | {"row": 999, "week": 202051} | change)


# --- uploads


def run_of(content: bytes, analyst) -> int:
    return actions.start_import(content=content, file_name="upload.xlsx", by=analyst)


def test_an_upload_is_queued_with_its_content(analyst):
    number = run_of(b"content", analyst)
    run = queries.run(number)
    assert (run.state, run.file_name, run.done, run.steps) == ("queued", "upload.xlsx", 0, 0)
    assert not run.ended
    assert run.started_by == analyst.username
    job = ProcrastinateJob.objects.get(task_name="coverage.import_workbook")
    assert job.args == {"run_id": number}


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty-file"), (bytes(actions.MAX_BYTES + 1), "too-large")]
)
def test_uploads_that_cannot_be_are_refused_at_once(analyst, content, code):
    with pytest.raises(Refused) as caught:
        run_of(content, analyst)
    assert caught.value.code == code
    assert not ImportRun.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="coverage.import_workbook").exists()


def test_an_upload_of_the_largest_size_is_queued(analyst):
    assert run_of(bytes(actions.MAX_BYTES), analyst)


def test_an_upload_carried_out(analyst):
    number = run_of(workbooks.small().write(), analyst)
    runs_of.carry_out(number)
    run = queries.run(number)
    assert (run.state, run.edition_on, run.faults) == ("done", date(2022, 11, 10), ())
    assert run.ended
    assert queries.edition().imported_by == analyst.username
    assert bytes(ImportRun.objects.get().content) == b"", "what is imported is not kept twice"


def test_progress_is_kept_sheet_by_sheet(analyst, monkeypatch):
    number, told = run_of(workbooks.small().write(), analyst), []
    progress = runs_of._progress

    def listen(run: ImportRun, done: int, steps: int) -> None:
        progress(run, done, steps)
        now = queries.run(run.id)
        told.append((now.state, now.done, now.steps))

    monkeypatch.setattr(runs_of, "_progress", listen)
    runs_of.carry_out(number)
    assert told == [("running", 0, 0), *(("running", done, 10) for done in range(9))]


def test_an_upload_carried_out_again_changes_nothing(analyst):
    number = run_of(workbooks.small().write(), analyst)
    runs_of.carry_out(number)
    before, run = stored(), queries.run(number)
    runs_of.carry_out(number)
    assert stored() == before
    assert queries.run(number) == run


def test_an_upload_of_a_known_file(analyst):
    content = workbooks.small().write()
    actions.import_workbook(content=content, file_name="a.xlsx", by=None)
    number = run_of(content, analyst)
    runs_of.carry_out(number)
    run = queries.run(number)
    assert (run.state, run.edition_on) == ("known", date(2022, 11, 10))
    assert len(queries.editions()) == 1


def test_an_upload_with_faults(analyst):
    number = run_of(damaged(), analyst)
    runs_of.carry_out(number)
    run = queries.run(number)
    assert (run.state, run.edition_on) == ("refused", None)
    assert [(f.code, f.row) for f in run.faults] == [
        ("unknown-region", 5),
        ("share-out-of-range", 3),
    ]
    assert queries.editions() == []


def test_an_upload_that_fails_unexpectedly_says_so(analyst, monkeypatch):
    number = run_of(workbooks.small().write(), analyst)

    def fail(**_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(runs_of, "import_workbook", fail)
    with pytest.raises(RuntimeError):
        runs_of.carry_out(number)
    run = queries.run(number)
    assert (run.state, run.faults) == ("failed", ())
    assert run.ended


@pytest.mark.parametrize(("died", "state"), [(2, "done"), (3, "failed")])
def test_an_upload_that_ends_its_worker_is_not_tried_for_ever(analyst, died, state):
    number = run_of(workbooks.small().write(), analyst)
    context = SimpleNamespace(job=SimpleNamespace(attempts=died))
    tasks.import_workbook(context, run_id=number)
    assert queries.run(number).state == state


def test_of_two_workers_on_one_upload_the_first_tells_how_it_went(analyst):
    """As when a worker was thought to be dead and was not."""
    number = run_of(workbooks.small().write(), analyst)
    late = ImportRun.objects.get(id=number)
    runs_of.carry_out(number)
    before = queries.run(number)
    runs_of._progress(late, 0, 0)
    runs_of._end(late, ImportRun.State.KNOWN, None, [])
    assert queries.run(number) == before


def test_the_latest_uploads_come_first(analyst):
    numbers = [run_of(b"x", analyst) for _ in range(3)]
    assert [run.id for run in queries.runs(limit=2)] == numbers[:0:-1]
    with pytest.raises(NotFound):
        queries.run(10**9)


def test_an_import_takes_few_queries(django_assert_num_queries):
    content = workbooks.small().write()
    # A savepoint and its end, the lock, the file known or not (twice), invented figures, the
    # edition, its sheets, the copy and the areas by it, the audit's entry, and what is returned.
    with django_assert_num_queries(15):
        actions.import_workbook(content=content, file_name="a.xlsx", by=None)
