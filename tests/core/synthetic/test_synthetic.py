"""A region that does not exist: the same on any machine, believable, and made of nobody."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from vaksam.core import people_file, synthetic
from vaksam.core.groups import CATALOGUE, SOURCES
from vaksam.core.identity import Kind, check_column
from vaksam.core.synthetic import Municipality, Region, SmallArea, Spec
from vaksam.core.synthetic.propensity import EUROPE, INDEX, OUTSIDE, TURNOUT, calibrated

APRIL, AUTUMN = date(2021, 4, 13), date(2021, 9, 20)
PLACES = (
    Municipality("2480", 130_200, shapely.box(19.5, 63.5, 20.7, 64.3), -0.35, "C"),
    Municipality("2482", 72_800, shapely.box(19.5, 64.4, 21.5, 65.2), 0.25, "C"),
    Municipality("2403", 2_400, shapely.box(18.5, 63.8, 19.4, 64.2), 0.85, "A"),
)
SPEC = Spec("24", APRIL, PLACES, scale=0.03)


@cache
def region(on: date = APRIL) -> Region:
    return synthetic.build(replace(SPEC, on=on))


def fingerprint(made: Region) -> str:
    """Of every value of every frame, in order."""
    frames = (made.people, made.hidden, made.claims, made.doses, made.areas)
    digest = hashlib.sha256()
    for frame in frames:
        digest.update(repr(frame.schema).encode() + frame.write_csv().encode())
    return digest.hexdigest()


def test_the_same_seed_makes_the_same_region_and_another_makes_another():
    first = fingerprint(region())
    assert fingerprint(synthetic.build(SPEC)) == first
    other = synthetic.build(replace(SPEC, seed=2))
    assert fingerprint(other) != first
    assert other.people["given_name"].to_list() != region().people["given_name"].to_list()


def test_nothing_depends_on_the_hashes_or_threads_of_a_process():
    code = "from tests.core.synthetic.test_synthetic import *; print(fingerprint(region()))"
    found = {
        subprocess.run(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, text=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "POLARS_MAX_THREADS": threads},
        ).stdout
        for seed, threads in (("1", "1"), ("2", "4"))
    }  # fmt: skip
    assert found == {f"{fingerprint(region())}\n"}


def test_as_many_as_live_there():
    counts = dict(region().people.group_by("municipality").len().iter_rows())
    assert counts == {place.code: round(place.residents * 0.03) for place in PLACES}
    smallest = synthetic.build(replace(SPEC, scale=1e-9))
    assert smallest.people.height == len(PLACES), "nowhere is empty"


def test_numbers_are_valid_and_nobodys():
    people = region().people
    numbers = people["personal_number"]
    given = numbers.filter(numbers != "")
    assert given.is_unique().all()
    assert 0.9 < given.len() / people.height < 1, "some have none"
    read = check_column(Kind.PERSONAL_NUMBER, numbers, "")
    assert not read.filter(pl.Series(numbers != ""))["fault"].is_not_null().any()
    birth_number = given.str.slice(8, 3).cast(pl.Int32)
    reserved = birth_number.is_between(980, 999) | birth_number.is_between(238, 239)
    assert reserved.all(), "no number that somebody may be given"
    told = people.filter(pl.col("personal_number") != "").with_columns(
        odd=pl.col("personal_number").str.slice(10, 1).cast(pl.Int32) % 2 == 1,
        day=pl.col("personal_number").str.slice(0, 8),
    )
    assert (told["odd"] == (told["sex"] == "M")).all()
    assert (told["day"] == told["born_on"].str.replace_all("-", "")).all()


def test_no_two_share_a_number_where_many_are_born_on_a_day():
    from vaksam.core.synthetic.numbers import PER_DAY, personal_numbers

    days = pl.Series([date(1950, 1, 1)] * 50)
    found = personal_numbers(days, np.arange(50) % 2 == 0)
    assert found.filter(found != "").is_unique().all()
    assert (found != "").sum() == 2 * PER_DAY
    assert {int(number[8:11]) for number in found if number} <= {*range(980, 1000), 238, 239}


def test_telephones_are_those_set_aside():
    mobile = region().people["mobile"]
    kept = mobile.filter(mobile != "")
    assert kept.str.contains(r"^07017406(0[5-9]|[1-9]\d)$").all()


@pytest.mark.parametrize("on", [APRIL, AUTUMN, date(2024, 2, 29)])
def test_it_is_a_people_file_without_a_fault(on):
    made = region(on)
    frame = people_file.read(made.people.write_csv().encode(), file_name="people.csv")
    checked = people_file.check(
        frame, on=on, municipalities={place.code: "24" for place in PLACES}, regions=["24"],
        small_areas=[], issuer="register",
    )  # fmt: skip
    assert checked.faults == ()
    age = made.hidden["age"].to_numpy()
    born = made.people["born_on"].str.to_date()
    turned = born.dt.strftime("%m%d") <= f"{on:%m%d}"
    whole_years = on.year - born.dt.year() - (~turned).cast(pl.Int32)
    assert (whole_years.to_numpy() == age).all()


def test_households_care_homes_and_groups_hang_together():
    made = region()
    people = made.people.with_columns(age=made.hidden["age"])
    homes = people.filter(pl.col("household") != "").group_by("household").agg(
        pl.len(), pl.col("municipality").n_unique(), pl.col("street").n_unique(),
        oldest=pl.col("age").max(),
    )  # fmt: skip
    assert (homes["municipality"] == 1).all() and (homes["street"] == 1).all()
    assert (homes["oldest"] >= 20).all(), "no child lives alone"
    assert 1.7 < homes["len"].mean() < 2.6  # Sweden: 2.2 (SCB)
    care = people.filter(pl.col("residence") == "care_home")
    assert (care["household"] == "").all() and (care["age"] >= 65).all()
    members = made.claims.filter(pl.col("group") == "care_home")["local_id"]
    assert set(members) == set(care["local_id"])
    assert set(made.claims["group"]) <= set(CATALOGUE) and set(made.claims["source"]) <= set(
        SOURCES
    )
    assert set(made.claims["local_id"]) <= set(people["local_id"])


def test_doses_up_to_the_letter_are_as_many_as_it_says():
    made = region()
    had = made.people["local_id"].is_in(made.doses["local_id"].unique().implode())
    born = made.people["born_on"].str.slice(0, 4).cast(pl.Int32)
    old, adult = born <= 1956, made.hidden["age"] >= 18
    assert had.filter(old).mean() == pytest.approx(0.49, abs=0.01)
    assert had.filter(adult).mean() == pytest.approx(0.20, abs=0.01)


@pytest.mark.parametrize(
    "on", [date(2020, 12, 27), date(2021, 1, 25), APRIL, AUTUMN, date(2023, 10, 2)]
)
def test_doses_come_in_order_before_the_day_and_after_the_birth(on):
    doses = synthetic.build(replace(SPEC, on=on, scale=0.01)).doses
    assert doses.is_empty() == (on == date(2020, 12, 27))
    assert doses.filter(pl.col("given_on") >= on).is_empty()
    ordered = doses.sort("local_id", "dose").with_columns(
        before=pl.col("given_on").shift().over("local_id"),
        nth=pl.int_range(1, pl.len() + 1).over("local_id"),
    )
    assert (ordered["dose"] == ordered["nth"]).all(), "no second one without a first"
    assert not (ordered["before"] >= ordered["given_on"]).any()
    early = doses.filter(
        (pl.col("product") == "vaxzevria") & (pl.col("given_on") < date(2021, 2, 9))
    )
    assert early.is_empty()


def independent_areas(count: int = 400) -> Sequence[SmallArea]:
    """Areas whose characteristics vary each by itself, so that each coefficient can be seen."""
    rng = np.random.default_rng(1)
    return [
        SmallArea(
            code=f"2480{'ABC'[n % 3]}{n:04}", municipality="2480", residents=1600,
            kind="ABC"[n % 3],
            polygon=shapely.box(20, 63, 21, 64), turnout=rng.uniform(0.72, 0.94),
            born_europe=rng.uniform(0, 0.25), born_outside=rng.uniform(0, 0.45),
            single_parents=0.06, index=rng.uniform(2, 45), sick_days=24,
        )
        for n in range(count)
    ]  # fmt: skip


def least_squares(of: pl.DataFrame, outcome: str) -> dict[str, float]:
    names = ("turnout", "born_europe", "born_outside", "index")
    columns = [of[name].to_numpy() for name in names]
    centre = (of["kind"] == "C").to_numpy().astype(float)
    x = np.column_stack([np.ones(of.height), *columns, centre])
    weights = np.sqrt(of["persons"].to_numpy())[:, None]
    found, *_ = np.linalg.lstsq(x * weights, of[outcome].to_numpy() * weights[:, 0], rcond=None)
    return dict(zip(("constant", *names, "centre"), found, strict=True))


def test_the_coefficients_of_the_source_are_found_again_by_least_squares():
    """Source 002, figure 5: of areas, with the persons' own chance and age on top."""
    place = replace(PLACES[0], residents=40_000, tilt=0.0)
    made = synthetic.build(
        Spec("24", date(2021, 12, 1), [place], small_areas=independent_areas(), scale=1.0)
    )
    adults = made.hidden.filter(pl.col("age") >= 18)
    means = adults.group_by("area").agg(pl.col("propensity").mean(), persons=pl.len())
    table = made.areas.drop("propensity").join(means, left_on="code", right_on="area")
    found = least_squares(table, "propensity")
    for name, value, within in (
        ("turnout", TURNOUT, 0.15), ("born_europe", EUROPE, 0.12), ("born_outside", OUTSIDE, 0.08),
        ("index", INDEX, 0.0006), ("centre", 0.02, 0.012),
    ):  # fmt: skip
        assert found[name] == pytest.approx(value, abs=within), name
        assert np.sign(found[name]) == np.sign(value), name


def test_targets_are_matched_and_nobody_else_is_moved():
    targets = {("2480", 70, 79): 0.95, ("2480", 18, 29): 0.55, ("2403", 18, 120): 0.8}
    made = synthetic.build(replace(SPEC, targets=targets))
    who = made.people.select("municipality").hstack(made.hidden)
    before = region().hidden["propensity"]
    touched = pl.Series([False] * who.height)
    for (place, first, last), share in targets.items():
        mine = (who["municipality"] == place) & who["age"].is_between(first, last)
        assert who["propensity"].filter(mine).mean() == pytest.approx(share, abs=1e-6)
        touched |= mine
    assert (who["propensity"].filter(~touched) == before.filter(~touched)).all()
    assert made.people.equals(region().people), "only how likely they are to come"


@given(st.lists(st.floats(0.02, 0.98), min_size=2, max_size=40), st.floats(0.02, 0.98))
def test_calibration_keeps_the_order(will, share):
    groups = np.zeros(len(will), np.int64)
    moved = calibrated(np.array(will), groups, np.array([share]))
    assert moved.mean() == pytest.approx(share, abs=1e-6)
    assert (np.diff(moved[np.argsort(will, kind="stable")]) >= -1e-12).all()
