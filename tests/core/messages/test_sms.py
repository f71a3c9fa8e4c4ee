"""Parts of a text message, and numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaksam.core.messages import international, parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3),
        ("å" * 160, 1), ("€" * 80, 1), ("€" * 81, 2), ("م" * 70, 1), ("م" * 71, 2),
        ("م" * 134, 2), ("م" * 135, 3), ("a" * 71 + "–", 2), ("😀" * 35, 1), ("😀" * 36, 2),
    ],
)  # fmt: skip
def test_parts(text, expected):
    assert parts(text) == expected


@given(st.text(max_size=400), st.text(max_size=50))
def test_more_text_never_takes_fewer_parts(text, more):
    assert parts(text) <= parts(text + more)


@pytest.mark.parametrize(
    "written", ["0701740635", "070-174 06 35", "+46701740635", "0046701740635", "+46 (0)701740635"]
)
def test_numbers_as_people_write_them(written):
    assert international(written) == "+46701740635"


@pytest.mark.parametrize("written", ["", "12", "abc", "+0701740635", "+4670174063512345"])
def test_what_is_no_number(written):
    assert international(written) == ""
