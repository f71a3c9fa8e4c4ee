"""A report of a suspected side effect as a file: PDF in the shape of the agency's form, and JSON.

The parts are those of the Swedish Medical Products Agency's form for health care: reporter,
patient, suspected medicine with its batch number, reaction, seriousness and outcome.
"""

import json
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import typst

from vaksam.core.clinic.reactions import SWEDEN, Report, Word, structured, words
from vaksam.core.letters import known

Part = tuple[str, list[tuple[str, str]]]  # a heading, and labels with values
_SV: Final = {
    "title": "Misstänkt läkemedelsbiverkning", "agency": "Till Läkemedelsverket",
    "about": "Underlag från Vaksam. Ärende {number}, version {version}, skrivet {day}.",
    "reporter": "Rapportör", "name": "Namn", "profession": "Yrke", "contact": "Nås på",
    "sender": "Region", "patient": "Patient", "initials": "Initialer",
    "hidden": "skyddad identitet", "age": "Ålder när det började", "years": "{n} år",
    "sex": "Kön", "medicine": "Misstänkt läkemedel",
    "product": "Läkemedel", "lot": "Batchnummer", "given": "Givet", "dose": "Dos nummer",
    "site": "Injektionsställe", "country": "Land", "reaction": "Biverkning", "terms": "Reaktioner",
    "began": "Började", "text": "Beskrivning", "treatment": "Behandling",
    "seriousness": "Allvarlighet", "criteria": "Bedömning", "not_serious": "inte allvarlig",
    "outcome": "Utgång", "now": "Läget nu", "died": "Avled", "unknown": "inte känt",
}  # fmt: skip
_EN: Final = {
    "title": "Suspected adverse reaction", "agency": "To the Swedish Medical Products Agency",
    "about": "Prepared by Vaksam. Case {number}, version {version}, written on {day}.",
    "reporter": "Reporter", "name": "Name", "profession": "Profession", "contact": "Reached by",
    "sender": "Region", "patient": "Patient", "initials": "Initials",
    "hidden": "protected identity", "age": "Age when it began", "years": "{n} years",
    "sex": "Sex", "medicine": "Suspected medicine",
    "product": "Product", "lot": "Batch number", "given": "Given", "dose": "Dose number",
    "site": "Site of injection", "country": "Country", "reaction": "Reaction", "terms": "Reactions",
    "began": "Began", "text": "Description", "treatment": "Treatment",
    "seriousness": "Seriousness", "criteria": "Assessment", "not_serious": "not serious",
    "outcome": "Outcome", "now": "State now", "died": "Died", "unknown": "not known",
}  # fmt: skip
_SEXES: Final = {"sv": {1: "man", 2: "kvinna"}, "en": {1: "male", 2: "female"}}


def as_json(report: Report, *, language: str = "sv") -> bytes:
    """`structured`, for another program to read."""
    return json.dumps(structured(report, language=_of(language)), ensure_ascii=False,
                      indent=2).encode()  # fmt: skip


def as_pdf(report: Report, *, language: str = "sv", fonts: str = "") -> bytes:
    """The form as PDF/UA; `fonts`: a folder of more fonts."""
    language = _of(language)
    told = _SV if language == "sv" else _EN
    data = {
        "title": told["title"], "agency": told["agency"], "language": language,
        "about": told["about"].format(number=report.number, version=report.version,
                                      day=_when(report.noted_at)),
        "parts": [{"heading": heading, "rows": rows} for heading, rows in parts(report, language)],
    }  # fmt: skip
    there, families = known(fonts)
    inputs = {"data": json.dumps(data, ensure_ascii=False), "fonts": json.dumps(families)}
    try:
        return typst.compile(_template(), sys_inputs=inputs, font_paths=there,
                             pdf_standards="ua-1")  # fmt: skip
    except typst.TypstError:  # a sign that no font has: a box stands for it
        return typst.compile(_template(), sys_inputs=inputs, font_paths=there)


def parts(report: Report, language: str) -> list[Part]:
    """The form's parts in its order. What is not known is said to be."""
    t, known_words = (_SV if language == "sv" else _EN), words()
    given: datetime | date | None = report.given_at or report.given_on
    serious = _names(known_words.criteria, report.seriousness, language)
    dead = [(t["died"], _when(report.died_on))] if report.died_on else []
    patient = [
        (t["initials"], t["hidden"] if report.hidden else report.initials),
        (t["age"], t["years"].format(n=report.age) if report.age is not None else ""),
        (t["sex"], _SEXES[language].get(report.sex, "")),
    ]
    medicine = [
        (t["product"], report.product), (t["lot"], report.lot), (t["given"], _when(given)),
        (t["dose"], str(report.dose_number or "")), (t["site"], report.site),
        (t["country"], report.country if report.product else ""),
    ]  # fmt: skip
    found = [
        (t["reporter"], [(t["name"], report.reporter_name),
                         (t["profession"], report.reporter_title),
                         (t["contact"], report.reporter_contact), (t["sender"], report.sender)]),
        (t["patient"], patient),
        (t["medicine"], medicine),
        (t["reaction"], [(t["terms"], _names(known_words.terms, report.all_terms, language)),
                         (t["began"], _when(report.began_at)), (t["text"], report.text),
                         (t["treatment"], report.treatment)]),
        (t["seriousness"], [(t["criteria"], serious or t["not_serious"])]),
        (t["outcome"], [(t["now"], known_words.outcomes[report.outcome].name(language)), *dead]),
    ]  # fmt: skip
    return [(heading, [(label, value or t["unknown"]) for label, value in rows])
            for heading, rows in found]  # fmt: skip


def _names(known_words: Any, codes: tuple[str, ...], language: str) -> str:
    named: list[Word] = [known_words[code] for code in codes]
    return ", ".join(each.name(language) for each in named)


def _when(value: datetime | date | None) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(SWEDEN):%Y-%m-%d %H:%M}"
    return value.isoformat() if value else ""


def _of(language: str) -> str:
    return "en" if language == "en" else "sv"


@cache
def _template() -> bytes:
    return files("vaksam.core.clinic").joinpath("reaction.typ").read_bytes()
