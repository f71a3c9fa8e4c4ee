"""The scored match: pairs of one person, of two, and in between."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaksam.core.errors import Refused
from vaksam.core.identity import Identity, Kind
from vaksam.core.identity.matching import Known, keys, may_merge, score, verdict
from vaksam.core.identity.matching.names import agreement, folded, sound
from vaksam.core.identity.matching.weights import PRIOR_BITS, WEIGHTS

NUMBERS = [Identity(Kind.PERSONAL_NUMBER, text) for text in ("189001019802", "189001029819")]
ASA = Known(
    given_name="Åsa Maria", family_name="Lundström", born_on=date(1949, 3, 2), sex=2,
    street="Storgatan 4", postcode="90325", municipality="2480",
)  # fmt: skip


def changed(**fields: object) -> Known:
    return replace(ASA, **fields)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (ASA, "same"),
        (changed(given_name="Asa", street=""), "same"),
        (changed(given_name="Lundström", family_name="Åsa Maria"), "same"),
        (changed(family_name="Lundstrøm-Berg"), "same"),
        (changed(born_on=date(1949, 2, 3)), "same"),
        (changed(born_on=None, born_year=1949), "same"),
        (changed(street="Ågatan 1", postcode="11120", municipality="0180"), "same"),  # moved
        (changed(born_on=date(1949, 3, 1), street="", postcode="", municipality=""), "review"),
        (Known(given_name="Åsa", family_name="Lundström", born_on=date(1949, 3, 2)), "same"),
        (Known(given_name="Åsa", family_name="Lundström", born_year=1949), "review"),
        (changed(given_name="Britta"), "review"),  # a twin, perhaps
        (changed(born_on=date(1971, 9, 14)), "review"),  # mother and daughter of one name
        (changed(sex=1), "review"),
        (changed(given_name="Ove", born_on=date(1946, 1, 30), sex=1), "different"),  # the husband
        (Known(given_name="Åsa", family_name="Lundström"), "review"),
        (Known(born_on=date(1949, 3, 2)), "review"),
        (Known(given_name="Åsa"), "different"),
        (Known(), "different"),
    ],
)
def test_verdicts(other, expected):
    assert verdict(score(ASA, other)) == expected


def test_different_personal_numbers_are_never_one_person():
    one, other = (changed(identities=(number,)) for number in NUMBERS)
    assert verdict(score(one, other)) == "different"
    with pytest.raises(Refused) as refused:
        may_merge(one, other)
    assert refused.value.code == "two-personal-numbers"
    both = changed(identities=tuple(NUMBERS))
    for allowed in (ASA, one, both):
        may_merge(one, allowed)


def test_other_kinds_may_differ_and_one_in_common_decides():
    old, new = (Identity(Kind.PASSPORT, text, "SY") for text in ("N0001234", "N0005678"))
    one, other = changed(identities=(old,)), changed(identities=(new,))
    may_merge(one, other)
    assert score(one, other).at("identity") is None
    stranger = Known(given_name="Li", identities=(old,))
    assert score(one, stranger).at("identity") == "same"


def test_a_score_explains_itself():
    found = score(ASA, changed(family_name="Lindberg", born_on=date(1949, 3, 12)))
    assert [(each.field, each.level) for each in found.agreements] == [
        ("given_name", "exact"), ("family_name", "different"), ("born", "one_digit"),
        ("sex", "same"), ("address", "street_and_postcode"),
    ]  # fmt: skip
    assert found.bits == pytest.approx(sum(each.weight for each in found.agreements))
    assert found.probability == pytest.approx(1 / (1 + 2 ** -(found.bits + PRIOR_BITS)))


def test_chances_of_a_field_sum_to_one_and_fall_with_the_level():
    for name, levels in WEIGHTS.items():
        if name == "swapped_names":
            continue
        assert sum(each.m for each in levels.values()) == pytest.approx(1)
        assert sum(each.u for each in levels.values()) == pytest.approx(1)
        assert next(iter(levels.values())).bits == max(each.bits for each in levels.values())
        assert list(levels.values())[-1].bits < 0


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Åsa", "asa", "exact"), ("Anna-Karin", "Anna Karin", "exact"),
        ("O'Neil", "ONeil", "exact"), ("Anna-Karin", "Anna", "part"),
        ("Goode Johansson", "Johansson", "part"),
        ("Eriksson", "Ericson", "close"), ("Karlsson", "Carlsson", "close"),
        ("Wikström", "Vikström", "close"), ("Mohammed", "Muhammad", "close"),
        ("Andersson", "Persson", "different"), ("Bo", "Li", "different"),
    ],
)  # fmt: skip
def test_how_alike_names_are(one, other, level):
    assert agreement(one, other) == agreement(other, one) == level


NAMES = st.text(alphabet="abcdeåäöæøéü -'ABZ", max_size=8) | st.sampled_from(
    ["Åsa", "Anna-Li", "Li"]
)
KNOWN = st.builds(
    Known,
    given_name=NAMES,
    family_name=NAMES,
    born_on=st.none() | st.dates(date(1940, 1, 1), date(1941, 12, 31)),
    born_year=st.none() | st.integers(1940, 1942),
    sex=st.sampled_from([0, 1, 2]),
    street=st.sampled_from(["", "Storgatan 4", "Ågatan 1"]),
    postcode=st.sampled_from(["", "90325", "11120"]),
    municipality=st.sampled_from(["", "2480", "0180"]),
    identities=st.lists(st.sampled_from(NUMBERS), max_size=2, unique=True).map(tuple),
)


@given(KNOWN, KNOWN)
def test_the_order_of_two_records_does_not_matter(one, other):
    here, there = score(one, other), score(other, one)
    assert here.agreements == there.agreements
    assert 0 < here.probability < 1


@given(KNOWN)
def test_a_record_is_never_unlike_itself(known):
    assert all(each.weight > 0 or each.level == "municipality"
               for each in score(known, known).agreements)  # fmt: skip
    may_merge(known, known)


@given(KNOWN)
def test_what_is_missing_adds_nothing(known):
    assert score(known, Known()).bits == 0


@given(NAMES)
def test_folding_and_sound_are_settled(name):
    assert folded(folded(name)) == folded(name)
    assert sound(folded(name)) == sound(name)


@pytest.mark.parametrize(
    "other",
    [
        changed(given_name="Lundstrøm", family_name="Aasa"),
        changed(born_on=date(1949, 2, 3), family_name="Berg", given_name="Bo"),
        changed(born_on=date(1994, 3, 2)),
        changed(born_on=None, born_year=1949, family_name="Lundstroem-Berg"),
        changed(family_name="Berg"),
    ],
)
def test_candidates_share_a_key(other):
    assert set(keys(ASA)) & set(keys(other))


def test_strangers_share_no_key():
    stranger = Known(given_name="Bo", family_name="Ek", born_on=date(1950, 7, 8), postcode="90325")
    assert not set(keys(ASA)) & set(keys(stranger))
    assert keys(Known()) == ()
    assert keys(Known(family_name="Ek", postcode="90325")) == ("p:90325:ek",)
