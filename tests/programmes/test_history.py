"""What is shipped is said by its source: quoted passages stand there word by word."""

import re
from pathlib import Path

import pytest

from tests.spec.examples import directives
from vaksam.core.rules.definition import Source

FOLDER = Path(__file__).resolve().parents[3] / "shared/sources"
REVIEWS = {
    "SKR, delrapport 2, 25 januari 2021": "000_*.txt",
    "SKR, uppföljningsrapport 2, 2023": "001_*.txt",
    "Myndigheten för vård- och omsorgsanalys, rapport 2022:5": "002_*.txt",
    "Region Västerbotten, vaccinationssamordnarens veckobrev, 13 april 2021": "004_*.txt",
}


def plain(text: str) -> str:
    """Without soft hyphens, words broken at the end of a line, and how white space is written."""
    text = re.sub("\N{SOFT HYPHEN}\\s*", "", text)
    text = re.sub(r"(?<=\w)-\s*\n\s*(?=[a-zåäö])", "", text)
    return re.sub(r"\s+", " ", text).strip()


def quoted() -> list[tuple[str, Source]]:
    """Each quoted source once, with the first rule or directive that rests on it."""
    found: dict[Source, str] = {}
    for directive in directives():
        for code, source in [(directive.code, directive.source)] + [
            (rule.code, rule.source) for rule in directive.rules
        ]:
            if source.quoted:
                found.setdefault(source, code)
    return [(code, source) for source, code in found.items()]


def words_of(source: Source) -> str:
    """The passage without the remark in parentheses that may follow it."""
    return plain(re.sub(r"\s*\([^()]*\)\s*$", "", source.passage))


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the reviews are not beside this checkout")
@pytest.mark.parametrize(("code", "source"), quoted(), ids=[code for code, _ in quoted()])
def test_a_quoted_passage_stands_in_the_source(code: str, source: Source):
    (name,) = [name for about, name in REVIEWS.items() if source.document.startswith(about)]
    (path,) = FOLDER.glob(name)
    assert words_of(source), f"{code} quotes nothing"
    assert words_of(source) in plain(path.read_text("utf-8"))


def test_what_is_not_quoted_says_where_it_is_from():
    for directive in directives():
        for source in [directive.source, *(rule.source for rule in directive.rules)]:
            assert source.document
            assert source.passage
