"""A change of many times in five languages: every reason fits, is discreet, and is told."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.messages.test_texts import AT, VALUES, WRONG
from vaksam.core.messages import (
    LANGUAGES,
    Channel,
    Contact,
    Kind,
    Way,
    load,
    next_due,
    parts,
    quiet,
    render,
    wave,
    way,
)
from vaksam.core.messages.hours import SWEDEN
from vaksam.core.messages.kinds import OF_CHANGE, REASONS

CHANGE = replace(VALUES, reason="closed", product="Comirnaty", keep_by=date(2021, 9, 20))
SECOND = replace(CHANGE, starts_at=AT + timedelta(days=42), place="Ersboda Folkets hus")
NOW = datetime(2021, 9, 13, 9, tzinfo=SWEDEN)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_fits_in_a_text_message_and_gives_nothing_away(language, reason):
    told = load(language).reasons[reason]
    for kind in sorted(OF_CHANGE):
        words = render(kind, Channel.SMS, language, replace(CHANGE, reason=reason)).body
        assert parts(words) <= 2
        assert told["short"] in words
    assert not [word for word in WRONG if word in told["short"].casefold()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_a_letter_says_why_which_vaccine_and_what_to_do(language, reason):
    texts = load(language)
    for kind in (Kind.CHANGED, Kind.ASKED):
        body = render(kind, Channel.LETTER, language, replace(CHANGE, reason=reason)).body
        assert texts.reasons[reason]["long"] in body
        assert "Comirnaty" in body and VALUES.link in body and VALUES.telephone in body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(OF_CHANGE))
@pytest.mark.parametrize("held", [True, False])
def test_two_times_of_one_person_fit_in_one_message(language, kind, held):
    both = replace(CHANGE, held=kind is not Kind.CALLED_OFF_BY_CHANGE,
                   more=(replace(SECOND, held=held),))  # fmt: skip
    words = render(kind, Channel.SMS, language, both).body
    assert parts(words) <= 2
    assert "22" in words and "{" not in words
    assert "3" in words  # the third of November
    long = render(kind, Channel.LETTER, language, both)
    assert len({each.text for each in long.paragraphs if "22" in each.text}) >= 1
    assert any("3" in each.text.split() or "3." in each.text for each in long.paragraphs)


def test_a_swedish_change_as_it_reads():
    words = render(Kind.CHANGED, Channel.SMS, "sv", CHANGE).body
    assert words == (
        "Mottagningen är stängd då. Din nya tid: onsdag 22 september kl. 09.10, "
        "Norra Norrlands universitetssjukhus mottagning, ingång B4. Välj en annan eller avboka: "
        "https://vaccination.regionvasterbotten.se/boka/sv/ eller 090-785 00 00"
    )


def test_one_time_is_moved_and_the_other_called_off():
    both = replace(CHANGE, more=(replace(SECOND, held=False),))
    words = render(Kind.CHANGED, Channel.SMS, "sv", both).body
    assert "Inställd: 3 november kl. 09.10." in words
    assert "Din nya tid: 22 september kl. 09.10, Norra" in words
    body = render(Kind.CHANGED, Channel.EMAIL, "sv", both).body
    assert "Inställd tid\nonsdag 3 november kl. 09.10" in body
    assert "Du behåller din plats i kön" in body


def test_the_place_in_line_is_kept_when_a_time_is_called_off():
    gone = replace(CHANGE, held=False)
    assert "plats i kön" in render(Kind.CALLED_OFF_BY_CHANGE, Channel.SMS, "sv", gone).body
    assert "plats i kön" in render(Kind.CALLED_OFF_BY_CHANGE, Channel.LETTER, "sv", gone).body


@given(st.integers(-10, 30 * 24))
def test_waves_never_get_earlier_with_time(hours):
    soonest = NOW + timedelta(hours=hours)
    assert wave(soonest, NOW) <= wave(soonest + timedelta(hours=1), NOW)


@pytest.mark.parametrize(("days", "expected"), [(0, 0), (2, 0), (3, 1), (7, 1), (8, 2)])
def test_the_soonest_are_told_first(days, expected):
    assert wave(NOW + timedelta(days=days), NOW) == expected


def test_messages_are_spread_to_the_rate_and_wait_in_quiet_hours():
    week, about = NOW + timedelta(days=7), {"per_minute": 60}
    assert next_due(Kind.CHANGED, NOW, None, soonest=week, **about) == NOW
    last = NOW + timedelta(seconds=30)
    assert next_due(Kind.CHANGED, NOW, last, soonest=week, **about) == last + timedelta(seconds=1)
    night = NOW.replace(hour=22)
    assert next_due(Kind.CHANGED, night, None, soonest=week, **about) == quiet(night) > night
    assert next_due(Kind.CHANGED, night, None, soonest=week, loud=True, **about) == night
    before = NOW.replace(hour=7) + timedelta(days=1)
    assert next_due(Kind.CHANGED, night, None, soonest=before, **about) == night


def test_who_has_an_address_only_gets_a_letter_of_a_change_if_the_post_is_fast_enough():
    contact = Contact(posted=True)
    assert way(Kind.CHANGED, contact, leads=timedelta(days=6)) == Way(Channel.LETTER)
    assert way(Kind.CHANGED, contact, leads=timedelta(days=2)) == Way(why="post-too-slow")
    assert way(Kind.MOVED, contact, leads=timedelta(days=6)) == Way(why="no-contact")
    assert way(Kind.CHANGED, Contact(), leads=timedelta(days=6)) == Way(why="no-contact")
