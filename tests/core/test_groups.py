"""The catalogue of groups, and its bits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaksam.core import groups
from vaksam.core.errors import Refused


@given(st.sets(st.sampled_from(sorted(groups.CATALOGUE))))
def test_a_mask_holds_exactly_its_groups(chosen: set[str]) -> None:
    assert set(groups.codes(groups.mask(chosen))) == chosen


def test_bits_never_move() -> None:
    """Stored columns depend on them: add at the end."""
    assert [group.code for group in groups.CATALOGUE.values()][:12] == [
        "care_home", "home_care", "home_nursing", "lss", "personal_assistance",
        "daily_care_elsewhere", "care_staff", "health_staff", "health_staff_other", "transplant",
        "dialysis", "risk_group",
    ]  # fmt: skip


def test_an_unknown_group_is_told_with_its_nearest() -> None:
    with pytest.raises(Refused, match="home_care"):
        groups.mask(["home-care"])


def test_diagnoses_are_sensitive() -> None:
    assert all(g.sensitive for g in groups.CATALOGUE.values() if g.kind == "diagnosis")
