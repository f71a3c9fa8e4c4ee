"""Every figure served is the workbook's own, compared through what pages, API and commands ask."""

from collections import defaultdict
from collections.abc import Callable, Iterable

import pytest

from tests.reference import workbooks as reference
from tests.reference.workbooks import REGIONS, Published
from vaksam.core.weeks import Week
from vaksam.coverage import queries
from vaksam.coverage.queries import Choice

pytestmark = pytest.mark.django_db

NAMES = {code: name.strip("| ") for name, code in REGIONS.items()}
# Titles of the sheets by position, with a name short enough for a test's.
WEEKLY, WEEKLY_3, WEEKLY_4, WEEKLY_5, AGES, SEXES, TOWN_AGES = 2, 3, 4, 5, 6, 10, 15


@pytest.fixture(scope="module", params=["official", "pair"])
def editions(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module", params=["old", "new"])
def edition(request, editions):
    """An edition as stored, and its figures by the slow reference."""
    return getattr(editions, request.param), getattr(editions, f"published_{request.param}")


def served(figures: Iterable[queries.Figure]) -> list[Published]:
    return [
        Published(
            f.sheet, f.row, f.area, f.week and (f.week.year, f.week.number), f.age, f.sex,
            f.doses, f.exactly, f.label, f.count, f.share, f.population, f.born_by,
        )
        for f in figures
    ]  # fmt: skip


def test_all_rows_of_all_sheets_are_served_as_published(edition):
    stored, published = edition
    figures = queries.figures(stored)
    assert served(figures) == published
    assert stored.figure_count == len(published)
    assert {f.edition_on for f in figures} == {stored.edition_on.isoformat()}
    assert {(f.area, f.area_name) for f in figures if len(f.area) == 2} == set(NAMES.items())


def test_pages_of_figures_are_together_all_figures(edition):
    stored, published = edition
    size = 4999
    pages = [
        queries.figures(stored, limit=size, offset=start)
        for start in range(0, len(published), size)
    ]
    assert [figure for page in pages for figure in served(page)] == published
    assert queries.count_figures(stored) == len(published)


def test_narrowed_figures_are_just_those(edition):
    stored, published = edition
    week = Week(2021, 15)
    narrow = {"areas": ["24", "SE"], "doses": 1, "week": week}
    found = served(queries.figures(stored, **narrow))
    assert found == [
        one
        for one in published
        if one.area in ("24", "SE") and one.doses == 1 and one.week == (2021, 15)
    ]
    assert queries.count_figures(stored, **narrow) == len(found) == 2


def by_choice(published: list[Published], weekly: bool) -> dict[tuple, dict[str, Published]]:
    """Published totals by what a page would choose: level, dose, age, sex, week."""
    found: dict[tuple, dict[str, Published]] = defaultdict(dict)
    for one in published:
        level = (
            "country" if one.area == "SE" else "region" if len(one.area) == 2 else "municipality"
        )
        if not one.exactly and (one.week is not None) == weekly:
            key = (level, one.doses, one.age, one.sex, one.week)
            found[key].setdefault(one.area, one)
    return found


def test_a_cut_gives_every_published_cell_of_every_week(edition):
    stored, published = edition
    choices = by_choice(published, weekly=True)
    assert len(choices) > 400
    for (level, doses, age, sex, week), cells in choices.items():
        choice = Choice(doses=doses, age=age, sex=sex, week=Week(*week))
        found = queries.cut(stored.id, level, choice)
        assert found.recipe.published
        assert found.week == Week(*week)
        assert same(found.cells, cells)


def test_a_cut_gives_every_published_cell_of_the_edition_s_date(edition):
    stored, published = edition
    choices = by_choice(published, weekly=False)
    assert len(choices) > 40
    for (level, doses, age, sex, _), cells in choices.items():
        found = queries.cut(stored.id, level, Choice(doses=doses, age=age, sex=sex), weekly=False)
        assert found.recipe.published
        assert found.week is None
        assert same(found.cells, cells)


def same(found: Iterable[queries.Cell], published: dict[str, Published]) -> bool:
    cells = {cell.area: (cell.count, cell.share) for cell in found}
    return cells == {area: (one.count, one.share) for area, one in published.items()} and all(
        cell.population == published[cell.area].population
        for cell in found
        if published[cell.area].population
    )


@pytest.mark.parametrize(
    ("doses", "age"), [(1, "12+"), (2, "12+"), (3, "18+"), (5, "65+"), (0, "all")]
)
def test_a_series_is_the_published_one(edition, doses, age):
    stored, published = edition
    codes = [code for code in NAMES if code != "SE"]
    for series in queries.series(
        stored.id, "region", Choice(doses=doses, age=age), areas=codes[::-1]
    ):
        assert series.area == codes.pop()  # in the order asked for
        assert series.area_name == NAMES[series.area]
        assert [
            ((week.year, week.number), cell.count, cell.share) for week, cell in series.weeks
        ] == sorted(
            (one.week, one.count, one.share)
            for one in published
            if one.week and (one.area, one.doses, one.age) == (series.area, doses, age)
        )
    assert codes == []


def test_one_figure_is_shown_with_its_definition(edition):
    stored, published = edition
    wanted = [
        one
        for one in published
        if not one.exactly
        and one.sheet != TOWN_AGES
        and (one.area in ("SE", "24") or one.area.startswith("24"))
        and (one.week in (None, (2021, 15), (2022, 40)))
        and (one.age.endswith("+") and one.age != "90+")
        and one.sex == "total"
    ]
    assert len(wanted) > 30
    for one in wanted:
        shown = queries.show(
            area=one.area, doses=one.doses, age=one.age, edition_on=stored.edition_on,
            week=Week(*one.week) if one.week else None,
        )  # fmt: skip
        if one.week or len(one.area) == 4:
            assert (shown.count, shown.share) == (one.count, one.share)
        assert shown.denominator.age == one.age
        assert shown.denominator.born_by == one.born_by
        assert shown.as_published
        assert shown.edition_on == stored.edition_on


# --- published numbers known from elsewhere


def test_västerbotten_in_week_15_of_2021(official):
    shown = queries.show(area="24", doses=1, week=Week(2021, 15))
    assert shown.count == 52_876
    assert f"{shown.share:.1%}" == "22.1%"
    assert (shown.denominator.age, shown.denominator.born_by) == ("12+", 2010)
    assert "födda 2010 eller tidigare" in shown.denominator.note
    assert shown.as_published
    assert (shown.area_name, shown.sheet) == ("Västerbotten", "Vaccinerade tidsserie")
    assert shown.edition_on.isoformat() == "2022-11-10"


def test_revisions_of_the_weekly_series(official):
    found = queries.revisions(official.old, official.new)
    weekly = found.by_sheet["Vaccinerade tidsserie"]
    assert (weekly.changed, weekly.shared) == (3_977, 4_224)
    assert (weekly.added, weekly.removed) == (88, 0)  # two weeks more
    assert found.total("removed") == 0


def test_how_much_of_a_week_was_registered_in_time(official):
    def persons(published: Iterable[Published], week: int, doses: int) -> int:
        counts = {
            one.week: one.count
            for one in published
            if one.area == "SE" and one.week and one.doses == doses
        }
        return counts[2022, week] - counts[2022, week - 1]

    found = queries.revisions(official.old, official.new).completeness()
    for doses, shown in ((1, "92.0%"), (4, "95.0%"), (5, "95.5%")):
        share = persons(official.published_old, 42, doses) / persons(
            official.published_new, 42, doses
        )
        assert found[Week(2022, 42), doses] == pytest.approx(share)
        assert f"{share:.1%}" == shown
    assert max(week for week, _ in found) == Week(2022, 42)  # later ones are in one edition only


def test_revisions_are_those_of_the_slow_reference(editions):
    found = queries.revisions(editions.old, editions.new)
    old, new = editions.published_old, editions.published_new
    for field, expected in reference.changes(old, new).items():
        assert found.total(field) == expected
    titles = {t.sheet: t.title for t in queries.tables(editions.new.id)}

    def grouped(key: Callable[[Published], object]) -> dict[object, queries.Change]:
        return changes_by(key, old, new)

    assert found.by_sheet == grouped(lambda one: titles[one.sheet])
    assert found.by_area() == grouped(lambda one: one.area)
    assert found.by_area(weekly=True) == grouped(lambda one: one.area if one.week else None)
    assert found.by_week() == grouped(lambda one: one.week and Week(*one.week))
    assert found.of_sweden() == grouped(
        lambda one: (
            (Week(*one.week), one.doses) if one.week and one.doses and one.area == "SE" else None
        )
    )
    assert {
        (r.sheet_title, r.week, r.doses, r.area): queries.Change(
            r.shared, r.changed, r.added, r.removed, r.old_count, r.new_count
        )
        for r in found.rows
    } == grouped(lambda one: (titles[one.sheet], one.week and Week(*one.week), one.doses, one.area))


def changes_by(
    key: Callable[[Published], object], old: list[Published], new: list[Published]
) -> dict[object, queries.Change]:
    """Changes figure by figure, added up by a key; figures with the key None are left out."""
    before, after = ({what(one): one for one in edition} for edition in (old, new))
    found: dict[object, queries.Change] = defaultdict(queries.Change)
    for thing in before | after:
        was, now = before.get(thing), after.get(thing)
        if was and now:
            changed = (was.count, was.share) != (now.count, now.share)
            change = queries.Change(1, changed, 0, 0, was.count, now.count)
        else:
            change = queries.Change(0, 0, was is None, now is None, 0, 0)
        if (group := key(now or was)) is not None:
            found[group] += change
    return found


def what(figure: Published) -> tuple:
    return (figure.sheet, figure.area, figure.week, figure.age, figure.sex, figure.doses,
            figure.exactly)  # fmt: skip


# --- what is added up


@pytest.fixture(scope="module", params=["old", "new"])
def official_edition(request, official):
    return getattr(official, request.param), getattr(official, f"published_{request.param}")


def municipal_sums(published: list[Published], doses: int, age: str) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for one in published:
        if one.sheet == TOWN_AGES and one.doses == doses and one.age == age:
            sums[one.area[:2]] += one.count
    return sums


@pytest.mark.parametrize("doses", [1, 2, 3])
def test_doses_added_up_for_regions_are_what_their_municipalities_add_up_to(
    official_edition, doses
):
    """Exactly 1 + exactly 2 + at least 3 by region, at least 1 by municipality."""
    stored, published = official_edition
    ages = ["12-15", "16-17", "18-29", *(f"{a}-{a + 9}" for a in range(30, 90, 10)), "90+"]
    for age in ages[2 * (doses == 3) :]:
        found = queries.cut(stored.id, "region", Choice(doses=doses, age=age), weekly=False)
        municipal = municipal_sums(published, doses, age)
        apart = [abs(cell.count - municipal[cell.area]) for cell in found.cells]
        assert len(apart) == 21
        # The publisher's own two sheets differ for the oldest, in a few regions.
        assert max(apart) <= (3 if age == "90+" else 0)


@pytest.mark.parametrize(
    ("age", "parts"),
    [("70+", ["70-79", "80-89", "90+"]), ("18-49", ["18-29", "30-39", "40-49"]),
     ("50-79", ["50-59", "60-69", "70-79"])],
)  # fmt: skip
def test_ages_added_up_have_the_share_of_their_common_population(official_edition, age, parts):
    stored, published = official_edition
    found = queries.cut(stored.id, "region", Choice(doses=3, age=age), weekly=False)
    assert list(found.recipe.ages) == parts
    for cell in found.cells:
        own = [
            one
            for one in published
            if (one.sheet, one.doses, one.area) == (AGES, 3, cell.area) and one.age in parts
        ]
        persons = sum(one.count for one in own)
        people = sum(round(one.count / one.share) for one in own)
        assert (cell.count, cell.population) == (persons, people)
        assert cell.share == persons / people


def test_what_no_published_cells_add_up_to_is_not_guessed(official_edition):
    stored, _ = official_edition
    for doses, age in ((3, "12+"), (3, "12-15"), (1, "65+"), (1, "20-29"), (6, "18+"), (1, "all")):
        assert queries.cut(stored.id, "region", Choice(doses=doses, age=age)) is None
    assert queries.series(stored.id, "region", Choice(doses=1, age="18+"), areas=["24"]) == []
