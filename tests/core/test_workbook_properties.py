"""Random workbooks are read as written; a random damaged cell is refused in its place, or read."""

import copy
from datetime import date, datetime
from functools import cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.reference import workbooks as reference
from tests.support import workbooks
from tests.support.workbooks import AGES, COUNT, DOSES, NOTES, SHARE, STATUS, WEEKLY, Book, Formula
from vaksam.core.coverage import workbook
from vaksam.core.errors import BadFile
from vaksam.core.weeks import Week

MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
REGIONS = sorted(set(reference.REGIONS) - {"| Sverige |"})
WEEKS = st.integers(0, 96).map(lambda n: Week.of(date.fromordinal(737781 + 7 * n)))
PERSONS = st.tuples(st.integers(0, 10_000_000), st.integers(1, 10_000_000)).map(
    lambda pair: (min(pair), max(pair))
)


def read(content: bytes) -> workbook.Workbook:
    return workbook.read(content, file_name="t.xlsx", names=workbooks.area_names())


@st.composite
def books(draw: st.DrawFn) -> Book:
    """A sheet by week and one by age, of some regions and weeks, with rows in any order."""
    places = draw(st.lists(st.sampled_from(REGIONS), min_size=1, max_size=3, unique=True))
    weeks = draw(st.lists(WEEKS, min_size=1, max_size=3, unique=True))
    ages = [*draw(st.sampled_from([[], ["12-15"], ["90 eller äldre", "12-15"]])), "18-29"]

    def cells(label: str) -> list:
        count, people = draw(PERSONS)
        return [count, count / people, label]

    weekly = [
        [week.number, week.year, place, *cells(label)]
        for week in weeks
        for place in places
        for label in ("Minst 1 dos", "Minst 2 doser")
    ]
    by_age = [
        [place, age, *cells(label)]
        for place in places
        for age in ages
        for label in ("1 dos", "2 doser", "Minst 3 doser")[: 2 if age == "12-15" else 3]
    ]
    book = workbooks.small()
    return Book({
        WEEKLY: [book.sheets[WEEKLY][0], *draw(st.permutations(weekly))],
        AGES: [book.sheets[AGES][0], *draw(st.permutations(by_age))],
        NOTES: book.sheets[NOTES],
    })  # fmt: skip


@MANY
@given(books())
def test_a_workbook_is_read_as_it_was_written(book):
    content = book.write()
    found = [
        reference.Published(**row | {"week": row["week"] and divmod(row["week"], 100)})
        for row in read(content).figures.iter_rows(named=True)
    ]
    assert found == reference.read(content)


@cache
def _small() -> tuple[Book, workbook.Workbook]:
    book = workbooks.small()
    return book, read(book.write())


DAMAGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(["N/A", "NULL", "NaN", "-", "..", "1 dos", "Totalt", "Sverige", "0114", "18+"]),
    st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    st.sampled_from(["#N/A", "#DIV/0!", "#REF!", "#VALUE!"]).map(lambda e: Formula("=A1/0", e)),
)


@settings(MANY, max_examples=150)
@given(st.data())
def test_a_damaged_cell_is_a_fault_there_or_harmless(data):
    book, plain = copy.deepcopy(_small()[0]), _small()[1]
    sheet = data.draw(st.sampled_from([title for title in book.sheets if title != NOTES]))
    row = data.draw(st.integers(2, len(book.sheets[sheet])))
    heading = data.draw(st.sampled_from(book.sheets[sheet][0]))
    before, value = book.get(sheet, row, heading), data.draw(DAMAGE)
    assume(not isinstance(value, str) or "\x00" not in value)
    book.set(sheet, row, heading, value)
    try:
        found = read(book.write())
    except BadFile as error:
        # A cell that now says what another row says makes the later of the two a duplicate.
        for fault in error.faults:
            assert fault.sheet == sheet
            assert fault.row == row or fault.code == "duplicate"
            assert fault.column in (heading, *_partners(sheet, heading)) or not fault.column
        return
    changed = [
        ours
        for ours, theirs in zip(
            found.figures.iter_rows(named=True), plain.figures.iter_rows(named=True), strict=False
        )
        if ours != theirs
    ]
    if heading in ("Län", "Län_namn") or _same(before, value):
        assert not changed
    for figure in changed:
        assert figure["row"] == row
        assert _explains(figure, heading, value)


def _partners(sheet: str, heading: str) -> list[str]:
    """Where a fault shows that is seen in two cells together."""
    pairs = {"Antal": "Andel", "Andel": "Antal"}
    word = heading.replace("_", " ").split()[0]
    partner = heading.replace(word, pairs[word]) if word in pairs else ""
    return [partner, "KnNamn", "Kommun_namn", "Vecka", "År"]


def _same(before: object, value: object) -> bool:
    return str(before).strip() == str(value).strip()


def _explains(figure: dict, heading: str, value: object) -> bool:
    """The new cell itself says what the figure now is: nothing was guessed."""
    if isinstance(value, bool | Formula | datetime | date) or value is None:
        return value is None and heading.startswith(("Antal", "Andel"))
    said = str(value).strip().casefold().replace(",", ".")
    values = [figure[key] for key in ("count", "share", "population", "week", "area", "age", "sex",
                                      "label", "doses")]  # fmt: skip
    return any(_number(said) == one or said == str(one).casefold() for one in values) or (
        heading in ("Vecka", "År") and str(figure["week"]).find(said.split(".")[0]) >= 0
    ) or heading in ("Region", "Kön", "Åldersgrupp", "Ålder", STATUS)  # fmt: skip


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@settings(MANY, max_examples=200)
@given(st.data())
def test_changed_bytes_never_end_in_anything_but_a_bad_file(data):
    content = bytearray(_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    end = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    try:
        found = read(bytes(content[:end]))
    except BadFile as error:
        assert error.faults
    else:  # a byte that means nothing, such as a time stamp
        assert found.figures.equals(_small()[1].figures)


@cache
def _bytes() -> bytes:
    return _small()[0].write()


@pytest.mark.parametrize("heading", [COUNT, SHARE])
def test_every_digit_of_every_number_is_kept(heading):
    book = workbooks.small()
    values = {COUNT: 2**31 - 1, SHARE: 0.1234567890123456}  # 16 digits: what the writer writes
    book.set(WEEKLY, 2, heading, values[heading])
    found = read(book.write()).figures.filter(sheet=2, row=2)
    assert found["count" if heading == COUNT else "share"].item() == values[heading]
    assert DOSES in book.sheets
