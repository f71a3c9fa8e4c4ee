"""Population and characteristics of areas."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaksam.areas import actions, queries
from vaksam.areas.models import CharacteristicValue, Population
from vaksam.base.models import AuditEntry
from vaksam.core.areas.bands import tile
from vaksam.core.errors import BadFile, NotFound

HEADER = "area,year,age_from,age_to,sex,count"
LONG = "area,edition,code,name,unit,year,publisher,value"


def population(path, edition=""):
    return actions.import_population(path=path, edition=edition, by=None)


def characteristics(path, **options):
    return actions.import_characteristics(path=path, by=None, **options)


@pytest.fixture
def deso_2018(seeded, write):
    actions.import_areas(path=write("deso.csv", "DeSO", "2080A0010"), edition="2018", by=None)


def test_population_is_stored_and_put_together(seeded, write):
    path = write(
        "population.csv",
        HEADER,
        "24,2023,0,,total,274000",
        "24,2024,0,17,women,27000",
        "24,2024,0,17,men,28000",
        "24,2024,18,64,total,160000",
        "24,2024,65,,total,60000",
        "2480,2024,0,,total,133000",
    )
    result = population(path)
    assert (result.added, result.areas, result.years) == (6, 2, (2023, 2024))
    found = queries.population(["24", "2480"])
    assert {code: row.count for code, row in found.items()} == {"24": 275000, "2480": 133000}
    assert found["24"].year == 2024
    assert queries.population(["24"], age_from=18)["24"].count == 220000
    assert queries.population(["24"], age_to=17, sex="women")["24"].count == 27000
    assert queries.population(["24"], year=2023)["24"].count == 274000
    assert queries.population(["24"], age_from=12) == {}  # the groups do not fit: no guess
    assert queries.population(["20"]) == {}


def test_a_second_file_replaces_the_year_of_its_areas_only(seeded, write):
    first = write(
        "one.csv",
        HEADER,
        "24,2023,0,,total,1",
        "24,2024,0,,total,2",
        "24,2024,65,,total,1",
        "20,2024,0,,total,3",
    )
    population(first)
    second = population(write("two.csv", HEADER, "24,2024,0,,total,5"))
    assert (second.added, second.removed, second.kept) == (1, 2, 0)
    rows = Population.objects.order_by("area__code", "year").values_list(
        "area__code", "year", "count"
    )
    assert list(rows) == [("20", 2024, 3), ("24", 2023, 1), ("24", 2024, 5)]
    entry = AuditEntry.objects.latest("id")
    assert entry.action == "areas.import_population"
    assert entry.details["file"] == "two.csv"
    assert sorted(row[-1] for row in entry.details["replaced"]) == [1, 2]


def test_an_identical_file_changes_nothing(seeded, write):
    path = write("population.csv", HEADER, "24,2024,0,17,women,27000", "24,2024,18,,women,9")
    assert population(path).changed
    entries = AuditEntry.objects.count()
    assert not population(path).changed
    assert AuditEntry.objects.count() == entries


def test_every_fault_is_listed_and_nothing_changed(deso_2018, write):
    path = write(
        "bad.csv",
        "area,edition,year,age_from,age_to,sex,count",
        "24,,2024,0,,total,5",
        "99,,2024,0,,total,5",
        "Umeå,,2024,0,,total,5",
        "24,,24,0,,total,5",
        "24,,2024,20,10,total,5",
        "24,,2024,0,9,female,5",
        "24,,2024,0,8,total,many",
        "24,,2024,0,7,total,-1",
        "24,,2024,0,,total,6",
        "24,2018,2024,0,6,total,5",
        "2080A0010,,2024,0,5,total,5",
        "2080A0010,2025,2024,0,5,total,5",
        "2080A0010,2018,2024,0,5,total,",
    )
    with pytest.raises(BadFile) as caught:
        population(path)
    assert [(fault.code, fault.row, fault.column) for fault in caught.value.faults] == [
        ("unknown-area", 3, "area"),
        ("area-form", 4, "area"),
        ("number", 5, "year"),
        ("ages", 6, "age_to"),
        ("sex", 7, "sex"),
        ("number", 8, "count"),
        ("number", 9, "count"),
        ("duplicate", 10, "area"),
        ("edition", 11, "edition"),
        ("edition", 12, "edition"),
        ("unknown-area", 13, "area"),
        ("empty-cell", 14, "count"),
    ]
    assert caught.value.faults[5].value == "many"
    assert not Population.objects.exists()


def test_damaged_text_is_refused(seeded, tmp_path, write):
    latin = tmp_path / "latin.csv"
    latin.write_bytes(f"{HEADER}\nUmeå,2024,0,,total,1\n".encode("latin-1"))
    ragged = write("ragged.csv", HEADER, "24,2024,0,,total,1,2", "24,2024")
    columns = write("columns.csv", "area,year", "24,2024")
    found = []
    for path in (latin, ragged, columns):
        with pytest.raises(BadFile) as caught:
            population(path)
        found.append([fault.code for fault in caught.value.faults])
    assert found == [["unreadable"], ["cells", "cells"], ["column-missing"] * 4]


def test_small_areas_take_the_edition_from_the_option(deso_2018, write):
    path = write("population.csv", HEADER, "2080A0010,2024,0,,total,700")
    assert population(path, edition="2018").added == 1
    assert queries.population(["2080A0010"], edition="2018")["2080A0010"].count == 700
    assert queries.population(["2080A0010"], edition="2025") == {}


def test_characteristics(deso_2018, write):
    path = write(
        "income.csv",
        LONG,
        "2080A0010,2018,income,Median net income,tkr,2022,SCB,320.5",
        "24,,income,Median net income,tkr,2022,SCB,",
    )
    assert characteristics(path).added == 2
    (income,) = queries.characteristics()
    assert (income.name, income.unit, income.publisher) == ("Median net income", "tkr", "SCB")
    assert queries.characteristic_values("income", edition="2018") == {"2080A0010": 320.5}
    assert queries.characteristic_values("income", 2022) == {"24": None}
    with pytest.raises(NotFound):
        queries.characteristic_values("income", 2021)
    assert not characteristics(path).changed
    renamed = write("renamed.csv", LONG, "24,,income,Net income,tkr,2022,SCB,300")
    result = characteristics(renamed)
    assert (result.redescribed, result.added, result.removed) == (1, 1, 1)
    assert CharacteristicValue.objects.count() == 2


def test_faults_of_characteristics(seeded, write):
    path = write(
        "bad.csv",
        LONG,
        "24,,income,Income,tkr,2022,SCB,1",
        "20,,income,Income,kr,2022,SCB,2",
        "19,,2income,Income,tkr,2022,SCB,3",
        "18,,income,Income,tkr,2022,SCB,nan",
        '17,,income,Income,tkr,2022,,"1,5"',
        "24,,income,Income,tkr,2022,SCB,9",
    )
    with pytest.raises(BadFile) as caught:
        characteristics(path)
    assert [(fault.code, fault.row, fault.column) for fault in caught.value.faults] == [
        ("disagrees", 3, "unit"),
        ("code", 4, "code"),
        ("number", 5, "value"),
        ("empty-cell", 6, "publisher"),
        ("number", 6, "value"),
        ("duplicate", 7, "area"),
    ]
    assert not queries.characteristics()


def test_a_wide_table_with_its_codebook(deso_2018, write):
    wide = write("wide.csv", "deso,lan_kod,Income_tkr,pop_2023", "2080A0010,20,320.5,700")
    book = write(
        "book.csv",
        "column,name,unit,year",
        "income_tkr,Median net income,tkr,",
        "pop_2023,Population,persons,2023",
    )
    options = {"edition": "2018", "codebook": book, "year": 2022, "publisher": "SCB"}
    assert characteristics(wide, **options).added == 2
    years = {entry.code: entry.year for entry in queries.characteristics()}
    assert years == {"income_tkr": 2022, "pop_2023": 2023}
    wrong = write("wrong.csv", "column,name,unit", "nowhere,N,", "pop_2023,Population,persons")
    with pytest.raises(BadFile) as caught:
        characteristics(wide, **(options | {"codebook": wrong, "year": None}))
    assert [(fault.code, fault.row) for fault in caught.value.faults] == [
        ("column-missing", 2),
        ("empty-cell", 2),
        ("empty-cell", 2),
        ("empty-cell", 3),
    ]


def test_scbs_indicators_come_in_whole(seeded, official, write):
    table = official("scb/deso2018_indicators_2022_merged.csv")
    actions.import_areas(path=table, edition="2018", by=None)
    book = write("book.csv", "column,name,unit", "median_net_income_tkr,Median net income,tkr")
    result = characteristics(table, edition="2018", codebook=book, year=2022, publisher="SCB")
    assert result.added == 5984
    values = queries.characteristic_values("median_net_income_tkr", 2022, edition="2018")
    assert values["0114A0010"] == 320.0


bands = st.lists(
    st.tuples(st.integers(0, 12), st.one_of(st.none(), st.integers(0, 12))).filter(
        lambda band: band[1] is None or band[1] >= band[0]
    ),
    max_size=12,
)


@given(bands, st.integers(0, 12), st.one_of(st.none(), st.integers(0, 12)))
def test_bands_tile_each_age_once(groups, age_from, age_to):
    """Compared with trying every chain of bands."""
    if age_to is not None and age_to < age_from:
        return

    def chains(start):
        for low, high in groups:
            if low != start:
                continue
            if high == age_to:
                yield [(low, high)]
            elif high is not None and (age_to is None or high < age_to):
                yield from ([(low, high), *rest] for rest in chains(high + 1))

    shortest = min((len(chain) for chain in chains(age_from)), default=None)
    found = tile(groups, age_from, age_to)
    assert (None if found is None else len(found)) == shortest
    if found:
        assert (found[0][0], found[-1][1]) == (age_from, age_to)
        assert all(left[1] + 1 == right[0] for left, right in pairwise(found))
