"""GS1 labels: the published vectors, and what a vial's label says."""

import json
from datetime import date
from pathlib import Path

import pytest

from vaksam.core.errors import Refused
from vaksam.core.supply import gs1

VECTORS = Path(__file__).parents[4] / "shared/data/gs1/gs1_syntax_engine_test_vectors.json"
needs_vectors = pytest.mark.skipif(not VECTORS.exists(), reason="GS1's vectors are not here")


@pytest.mark.parametrize(
    "text",
    ["(01)07046261398572(10)ABC123(17)210531(21)77",
     "]d201070462613985721721053110ABC123\x1d2177",
     "\x1d01070462613985721721053110ABC123\x1d2177",
     "^01070462613985721721053110ABC123^2177"],
)  # fmt: skip
def test_scanned_or_typed_it_says_the_same(text: str) -> None:
    assert gs1.read(text) == gs1.Scanned("07046261398572", "ABC123", date(2021, 5, 31), "77")


@pytest.mark.parametrize("text", ["", "abc", "(17)219931", "(01)123", "10"])
def test_what_is_no_label_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refused):
        gs1.read(text)


@needs_vectors
def test_the_published_vectors() -> None:
    """Every bracketed vector that GS1 says is right, with only what a vial carries, is read."""
    known, wrong = ("01", "10", "17", "21"), []
    for vector in json.loads(VECTORS.read_text())["parseAIdata"]:
        text = vector["input"]
        ais = [part.split(")")[0] for part in text.split("(")[1:]]
        if not ais or not set(ais) <= set(known) or "\\" in text:
            continue
        try:
            found = gs1.read(text)
        except Refused:
            if vector["ok"] and _checks(text):
                wrong.append(text)
            continue
        if vector["ok"] and "(10)" in text and not found.lot:
            wrong.append(text)
    assert not wrong


def _checks(text: str) -> bool:
    """Whether the GTIN's check digit is right: GS1's own vectors of syntax have made-up ones."""
    from stdnum import ean

    gtin = text.split("(01)")[1][:14] if "(01)" in text else ""
    return not gtin or ean.is_valid(gtin.lstrip("0").zfill(13)) or ean.is_valid(gtin[1:])
