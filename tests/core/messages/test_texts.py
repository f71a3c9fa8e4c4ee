"""Texts in five languages: the same keys and places, and words that give nothing away."""

import tomllib
from datetime import date, datetime
from importlib.resources import files

import pytest

from vaksam.core.errors import BadFile
from vaksam.core.messages import LANGUAGES, Channel, Kind, Values, load, parts, render
from vaksam.core.messages.hours import SWEDEN
from vaksam.core.messages.kinds import BY_EMAIL, SMS_KINDS
from vaksam.core.messages.texts import flat, places_of, read

AT = datetime(2021, 9, 22, 9, 10, tzinfo=SWEDEN)  # words as long as they come
VALUES = Values(
    link="https://vaccination.regionvasterbotten.se/boka/sv/", telephone="090-785 00 00",
    starts_at=AT, place="Norra Norrlands universitetssjukhus mottagning, ingång B4", code="123456",
    address="Storgatan 1, 903 25 Umeå", travel="Buss 1 till sjukhuset.", minutes=10, until=AT,
    keep_by=date(2021, 9, 15),
)  # fmt: skip
WRONG = ("vaccin", "covid", "comirnaty", "spikevax", "dos ", "dose", "tallaal", "rokot", "تطعيم",
         "لقاح")  # fmt: skip
SENT = [
    *((kind, Channel.SMS) for kind in SMS_KINDS),
    *((kind, Channel.EMAIL) for kind in sorted(BY_EMAIL)),
    *((kind, Channel.LETTER) for kind in Kind),
]


def content(language: str) -> str:
    return files("vaksam.core.messages").joinpath("texts", f"{language}.toml").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_places_as_the_swedish(language):
    own, swedish = (dict(flat(tomllib.loads(content(each)))) for each in (language, "sv"))
    assert own.keys() == swedish.keys()
    for key, text in own.items():
        assert places_of(text) == places_of(swedish[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "channel"), SENT)
def test_no_place_is_left_open_and_nothing_is_empty(language, kind, channel):
    text = render(kind, channel, language, VALUES)
    said = [text.subject, *(word for each in text.paragraphs for word in (each.heading, each.text))]
    assert not any("{" in word or "}" in word for word in said)
    assert all(each.text.strip() for each in text.paragraphs)
    assert bool(text.subject) == (channel is not Channel.SMS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SMS_KINDS)
def test_a_text_message_is_discreet_and_takes_two_parts(language, kind):
    plain = render(kind, Channel.SMS, language, VALUES).body
    assert parts(plain) <= 2
    words = load(language).sms[kind].casefold()
    assert not [word for word in WRONG if word in words]
    assert "\u00a0" not in plain and "\u202f" not in plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_says_so_where_there_is_room(language):
    texts = load(language)
    for channel in Channel:
        body = render(Kind.CONFIRMATION, channel, language, VALUES).body
        told = texts.words["draft"] in body
        assert told == (texts.draft and channel is not Channel.SMS)
    assert texts.draft == (language in ("ar", "so", "fi"))


def test_what_is_not_known_is_left_out():
    bare = Values(link="https://x.se/", starts_at=AT, place="Ersboda")
    body = render(Kind.LETTER, Channel.LETTER, "sv", bare).body
    assert "Din kod" not in body and "Hitta hit" not in body and "Behåll" not in body
    assert "https://x.se/" in body and " eller " not in body.split("https://x.se/")[1]


def test_the_place_of_a_protected_person_is_not_said():
    hidden = Values(link="https://x.se/", starts_at=AT, place="Ersboda", address="Storgatan 1",
                    travel="Buss 1", hidden=True)  # fmt: skip
    for channel in Channel:
        body = render(Kind.CONFIRMATION, channel, "sv", hidden).body
        assert not [word for word in ("Ersboda", "Storgatan", "Buss") if word in body]


def test_a_telephone_number_stands_apart_in_arabic():
    assert "\u2066090-785 00 00\u2069" in render(Kind.CANCELLED, Channel.SMS, "ar", VALUES).body


def test_every_fault_of_a_file_is_told():
    broken = content("fi").replace("{code}", "{kod}").replace("[blocks.keep]", "[blocks.kept]")
    with pytest.raises(BadFile) as caught:
        read(broken, "fi.toml")
    found = {(fault.code, fault.column) for fault in caught.value.faults}
    assert {
        ("unknown-place", "sms.code"), ("missing-text", "blocks.keep.text"),
        ("unknown-text", "blocks.kept.heading"),
    } <= found  # fmt: skip


def test_a_long_place_is_cut_at_a_word_and_the_telephone_goes_before_the_place():
    swedish = render(Kind.MOVED, Channel.SMS, "sv", VALUES).body
    assert VALUES.place in swedish and VALUES.telephone in swedish
    arabic = render(Kind.MOVED, Channel.SMS, "ar", VALUES).body
    assert "Norra Norrlands" in arabic and VALUES.telephone not in arabic
