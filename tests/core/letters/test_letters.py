"""Letters: one sheet each, tagged, in their language, every sign of them in a font."""

import re
from dataclasses import replace

import pytest
import typst

from tests.core.messages.test_texts import VALUES
from vaksam.core import letters as core
from vaksam.core.letters import Letter, Part, letter, letters
from vaksam.core.messages import LANGUAGES, Channel, Kind, render


def made(language: str = "sv", to: tuple[str, ...] = ("Åsa Öberg", "Skogsvägen 1", "903 25 UMEÅ")):
    text = render(Kind.LETTER, Channel.LETTER, language, VALUES)
    return Letter(
        language=text.language, direction=text.direction, title=text.subject, date="2021-04-13",
        sender=("Region Västerbotten", "1177"), to=to,
        paragraphs=tuple(Part(heading=each.heading, text=each.text) for each in text.paragraphs),
    )  # fmt: skip


def pages(pdf: bytes) -> int:
    return max(int(count) for count in re.findall(rb"/Count (\d+)", pdf))


@pytest.fixture
def strictly(monkeypatch):
    """Without the way out for signs that no font has."""

    class Never(Exception):
        pass

    monkeypatch.setattr(core.typst, "TypstError", Never)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_takes_one_page_and_every_sign_is_in_a_font(language, strictly):
    pdf = letter(made(language))  # PDF/UA is refused where a sign has no glyph
    assert pages(pdf) == 1
    assert f"/Lang({language})".encode() in pdf and b"/MarkInfo" in pdf
    assert b"pdfuaid:part" in pdf


def test_arabic_is_readable_with_the_fonts_in_the_wheel_alone(strictly, monkeypatch):
    bare = typst.Fonts(include_system_fonts=False)
    families = tuple(name for name in core.FONTS if name in bare.families())
    monkeypatch.setattr(core, "known", lambda fonts: (bare, families))
    pdf = letter(made("ar"))
    assert pages(pdf) == 1 and b"DejaVuSansMono" in pdf


def test_each_of_many_begins_on_a_sheet_of_its_own():
    pdf = letters([made(language) for language in LANGUAGES], title="Utskick")
    assert pages(pdf) == 2 * len(LANGUAGES) - 1


def test_a_long_letter_takes_two_pages_of_its_own_sheet():
    long = replace(made(), paragraphs=(Part(heading="", text="ord " * 1200),))
    assert pages(letter(long)) == 2
    assert pages(letters([long, made()], title="Utskick")) == 3


def test_a_name_that_no_font_has_does_not_stop_the_letters():
    assert pages(letters([made(), made(to=("ሀለ", "Skogsvägen 1"))], title="Utskick")) == 3


def test_what_somebody_is_called_is_not_read_as_markup():
    assert pages(letter(made(to=('#panic("x") $', "*_`", "]")))) == 1
