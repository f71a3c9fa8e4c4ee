"""How many queries the questions cost, and what goals and incomplete editions give."""

from datetime import date

import pytest

from tests.coverage.conftest import imported
from tests.support import workbooks
from tests.support.workbooks import AGES, COUNT, NOTES, SHARE, WEEKLY
from vaksam.core.coverage.goals import Goal
from vaksam.core.errors import NotFound
from vaksam.core.weeks import Week
from vaksam.coverage import queries
from vaksam.coverage.queries import Choice
from vaksam.coverage.queries.revisions import _sums

pytestmark = pytest.mark.django_db

ADULTS = Goal(
    code="18", name="18+", age_from=18, doses=1, share=0.7, by_on=date(2021, 8, 15), source="x"
)
OLDER = Goal(
    code="65", name="65+", age_from=65, doses=1, share=0.8, by_on=date(2021, 5, 16), source="x"
)
BOOSTED = Goal(
    code="5", name="65+", age_from=65, doses=5, share=0.5, by_on=date(2022, 12, 31), source="x"
)
REGIONS = ["01", "03", "24", "25"]


@pytest.fixture
def cold() -> None:
    """Nothing remembered of editions."""
    queries.tables.cache_clear()
    _sums.cache_clear()


@pytest.fixture
def edition(pair):
    return pair.new


# --- queries


def test_figures_take_one_query(edition, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.figures(edition, areas=["24"], doses=1, limit=100)
    with django_assert_num_queries(1):
        queries.count_figures(edition, areas=["24"])


@pytest.mark.parametrize("level", ["country", "region", "municipality"])
def test_a_cut_takes_one_query_and_two_for_the_first_look_at_an_edition(
    edition, cold, level, django_assert_num_queries
):
    choice = Choice(doses=1, age="12+")
    with django_assert_num_queries(3):
        queries.cut(edition.id, level, choice)
    with django_assert_num_queries(1):
        queries.cut(edition.id, level, choice)
    with django_assert_num_queries(1):  # added up
        queries.cut(edition.id, level, Choice(doses=2, age="70+"), weekly=False)
    with django_assert_num_queries(0):  # not to be had
        queries.cut(edition.id, level, Choice(doses=2, age="71+"))


def test_a_series_takes_one_query_however_many_areas(edition, django_assert_num_queries):
    queries.tables(edition.id)
    for areas in (["24"], REGIONS):
        with django_assert_num_queries(1):
            found = queries.series(edition.id, "region", Choice(doses=1, age="12+"), areas=areas)
        assert [series.area for series in found] == areas


def test_one_figure_takes_three_queries(edition, django_assert_num_queries):
    queries.tables(edition.id)
    queries.show(area="24", doses=1, edition_on=edition.edition_on)
    with django_assert_num_queries(3):  # areas unchanged?, the edition, the figure
        queries.show(area="24", doses=1, week=Week(2021, 15), edition_on=edition.edition_on)


def test_goals_take_two_queries_however_many_goals_and_areas(edition, django_assert_num_queries):
    queries.tables(edition.id)
    for areas in (["24"], REGIONS):
        with django_assert_num_queries(2):
            queries.standings(edition.id, "region", [ADULTS, BOOSTED], areas=areas)


def test_choices_answered_together_are_answered_as_one_by_one(edition):
    choices = [
        queries.Choice(doses=doses, age=age, week=week)
        for doses in (1, 2, 3)
        for age in ("12+", "18+", "18-29", "65+")
        for week in (None, Week(2021, 15))
    ]
    together = queries.cuts(edition.id, "region", choices)
    assert together == [queries.cut(edition.id, "region", choice) for choice in choices]
    assert len({cut.week for cut in together if cut}) > 1, "weeks of one sheet must be told apart"
    assert queries.all_series(edition.id, "region", [*choices, None], areas=REGIONS) == [
        *(queries.series(edition.id, "region", choice, areas=REGIONS) for choice in choices),
        [],
    ]


def test_revisions_are_remembered(pair, cold, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        first = queries.revisions(pair.old, pair.new).all
    with django_assert_max_num_queries(0):
        assert queries.revisions(pair.old, pair.new).all == first


def test_editions_take_one_query(edition, django_assert_num_queries):
    for question in (queries.editions, queries.newest, queries.edition):
        with django_assert_num_queries(1):
            question()


# --- goals


def standing(edition, goal: Goal, level: str = "region", area: str = "24", **options):
    (found,) = queries.standings(edition.id, level, [goal], areas=[area], **options)
    return found


def test_18_and_older_are_known_on_the_edition_s_date_but_not_week_by_week(edition, pair):
    found = standing(edition, ADULTS)
    assert (found.series_age, found.dated) == ("12+", False)
    parts = [
        one
        for one in pair.published_new
        if one.area == "24" and one.age == "18+" and one.exactly | (one.doses == 3)
        and one.week is None and one.label in ("1 dos", "2 doser", "Minst 3 doser")
    ]  # fmt: skip
    assert [one.doses for one in parts] == [1, 2, 3]
    assert found.exact.count == sum(one.count for one in parts)
    assert found.share == found.exact.share
    assert found.met == (found.exact.share >= 0.7)
    assert found.progress.latest.share != found.exact.share  # of another population


def test_65_and_older_with_dose_1_are_not_published(edition):
    found = standing(edition, OLDER)
    assert (found.exact, found.share, found.met) == (None, None, None)
    assert (found.series_age, found.dated) == ("12+", False)
    assert found.nearest_age == "60+", "the nearest there is, called by its own name"


def test_65_and_older_with_dose_5_are_published_week_by_week(edition, pair):
    found = standing(edition, BOOSTED)
    assert (found.series_age, found.dated) == ("65+", True)
    last = max(
        (one for one in pair.published_new if one.area == "24" and one.doses == 5 and one.week),
        key=lambda one: one.week,
    )
    assert (found.progress.latest.count, found.share) == (last.count, last.share)
    assert found.progress.latest.ends_on == Week(*last.week).sunday
    assert found.met is False


def test_municipalities_have_no_series(edition):
    found = standing(edition, ADULTS, level="municipality", area="2480")
    assert (found.series, found.progress, found.series_age, found.dated) == (
        None,
        None,
        None,
        False,
    )
    assert found.exact.population
    assert found.share == found.exact.count / found.exact.population
    assert standing(edition, OLDER, level="municipality", area="2480").share is None


def test_the_country_has_the_goals_of_its_regions(edition):
    found = standing(edition, ADULTS, level="country", area="SE")
    assert found.exact and found.progress and found.area_name == "Sverige"


def test_as_it_was_in_an_earlier_week(edition):
    then = Week(2021, 30)
    found = standing(edition, BOOSTED, until=Week(2022, 41))
    assert found.progress.latest.ends_on == Week(2022, 41).sunday
    found = standing(edition, ADULTS, until=then)
    assert found.progress.latest.ends_on == then.sunday
    assert (found.exact, found.share) == (None, None), "the edition's date is later than then"
    assert standing(edition, ADULTS, until=Week(2022, 43)).exact


def test_an_area_without_figures_has_no_standing(edition):
    assert queries.standings(edition.id, "region", [ADULTS], areas=["02"]) == []


# --- editions that lack something


def test_a_sum_is_not_made_where_a_part_of_it_lacks(held):
    book = workbooks.small()
    book.rename(NOTES, "FOHM 24 NOV 2022")
    row = book.find(AGES, Region="Stockholm", Åldersgrupp="18-29", Vaccinationsstatus="2 doser")
    del book.sheets[AGES][row - 1]
    edition = imported(book.write())
    found = queries.cut(edition.id, "region", Choice(doses=1, age="18-29"))
    assert [cell.area for cell in found.cells] == ["24"]
    whole = queries.cut(edition.id, "region", Choice(doses=3, age="18-29"))
    assert [cell.area for cell in whole.cells] == ["01", "24"]


def test_a_share_capped_at_one_tells_no_population(held):
    book = workbooks.build(
        regions=["Stockholm"], weeks=[(2021, 1)], towns=[("0180", "Stockholm")],
        ages=["18-29", "30-39"],
    )  # fmt: skip
    book.rename(NOTES, "FOHM 25 NOV 2022")
    row = book.find(
        AGES, Region="Stockholm", Åldersgrupp="30-39", Vaccinationsstatus="Minst 3 doser"
    )
    book.set(AGES, row, SHARE, 1)
    edition = imported(book.write())
    choice = Choice(doses=3, age="18-39")
    sweden = queries.cut(edition.id, "country", choice).cells[0]
    assert sweden.share == sweden.count / sweden.population
    (cell,) = queries.cut(edition.id, "region", choice).cells
    assert cell.count == book.get(AGES, row, COUNT) + book.get(AGES, row - 3, COUNT)
    assert (cell.share, cell.population) == (None, None)


def test_without_notes_totals_are_shown_as_of_a_population_that_is_not_told(held):
    book = workbooks.small()
    del book.sheets[NOTES]
    edition = imported(book.write(), edition_on=date(2022, 12, 1))
    shown = queries.show(area="24", doses=1, week=Week(2020, 53), edition_on=edition.edition_on)
    row = book.find(WEEKLY, Vecka=53, Region="Västerbotten")
    assert shown.count == book.get(WEEKLY, row, "Antal vaccinerade")
    assert (shown.denominator.age, shown.denominator.born_by, shown.age) == ("", None, "")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"area": "99"}, "unknown-area"),
        ({"doses": 4}, "not-published"),
        ({"age": "65-74"}, "not-published"),
        ({"sex": "women"}, "not-published"),
        ({"week": Week(2020, 51)}, "no-such-week"),
        ({"week": Week(2022, 52)}, "no-such-week"),
        ({"area": "2480", "week": Week(2021, 15)}, "no-series"),
        ({"edition_on": date(2022, 1, 1)}, "no-such-edition"),
    ],
)
def test_what_cannot_be_shown_is_said(edition, asked, code):
    with pytest.raises(NotFound) as caught:
        queries.show(**{"area": "24", "doses": 1, "edition_on": edition.edition_on} | asked)
    assert caught.value.code == code
    assert "{" not in str(caught.value)


def test_women_and_men_are_told_of_for_the_country(edition):
    shown = queries.show(area="SE", doses=2, sex="women", edition_on=edition.edition_on)
    assert (shown.count, shown.share) == (707, 0.707)
