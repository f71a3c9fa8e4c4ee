"""Suspected side effects: their words, what a report must hold, and the report itself.

Words are reviewed data, `reactions.toml`. A report is built of the elements that ICH E2B(R3)
names, as far as they are known; it is handed over by people and sent to nobody from here.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from vaksam.core.clinic.age import completed_years
from vaksam.core.errors import BadFile, Fault

ANAPHYLAXIS: Final = "anaphylaxis"
OTHER: Final = "other"  # the text says what
FATAL: Final = "fatal"
DEATH: Final = "death"
SWEDEN: Final = ZoneInfo("Europe/Stockholm")
#: ISO 5218 as people have it, and E2B(R3)'s D.5.
_SEXES: Final = {1: "1", 2: "2"}


@dataclass(frozen=True, slots=True)
class Word:
    """A term, criterion or outcome. `element` or `number` is what E2B(R3) calls it."""

    code: str
    name_sv: str
    name_en: str
    element: str = ""
    number: int | None = None

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_sv


@dataclass(frozen=True, slots=True)
class Words:
    """The file: who wrote and checked it, and its words by code, in its order."""

    author: str
    checker: str
    valid_from: date
    review_on: date
    source: str
    terms: Mapping[str, Word]
    criteria: Mapping[str, Word]
    outcomes: Mapping[str, Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is known of a suspected reaction. What is not known is empty or None.

    `initials` are empty where the identity is protected. `number` is our own for the case, the
    same for all its versions. Moments know their time zone.
    """

    number: int
    version: int
    noted_at: datetime
    sender: str
    initials: str = field(default="", repr=False)
    hidden: bool = False
    born_on: date | None = field(default=None, repr=False)
    born_year: int | None = field(default=None, repr=False)
    sex: int = 0
    died_on: date | None = None
    product: str = ""
    lot: str = ""
    given_on: date | None = None
    given_at: datetime | None = None
    dose_number: int | None = None
    site: str = ""
    country: str = "SE"
    began_at: datetime
    terms: tuple[str, ...] = ()
    anaphylaxis: bool = False
    text: str = field(default="", repr=False)
    treatment: str = field(default="", repr=False)
    seriousness: tuple[str, ...] = ()
    outcome: str = "unknown"
    reporter_name: str = field(default="", repr=False)
    reporter_title: str = ""
    reporter_contact: str = field(default="", repr=False)

    @property
    def age(self) -> int | None:
        """In completed years when it began; by the year alone, what they turn that year."""
        began = self.began_at.astimezone(SWEDEN).date()
        if self.born_on is not None:
            return completed_years(self.born_on, began)
        return None if self.born_year is None else began.year - self.born_year

    @property
    def all_terms(self) -> tuple[str, ...]:
        """The terms, anaphylaxis first where it was ticked."""
        rest = tuple(each for each in self.terms if each != ANAPHYLAXIS)
        return (ANAPHYLAXIS, *rest) if self.anaphylaxis or ANAPHYLAXIS in self.terms else rest

    @property
    def serious(self) -> bool:
        return bool(self.seriousness)


@cache
def words() -> Words:
    """Those in force. Raises BadFile with every fault."""
    content = files("vaksam.core.clinic").joinpath("reactions.toml").read_text("utf-8")
    return read(content, file_name="reactions.toml")


def read(content: str, *, file_name: str) -> Words:
    """Words from a file's content. Raises BadFile with every fault."""
    try:
        table = tomllib.loads(content)
        lists = {name: [_word(row) for row in table.pop(name)]
                 for name in ("term", "criterion", "outcome")}  # fmt: skip
        terms, criteria, outcomes = lists.values()
        made = Words(**table, terms=_by_code(terms), criteria=_by_code(criteria),
                     outcomes=_by_code(outcomes))  # fmt: skip
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        fault = Fault("cannot-be", "The file cannot be read: {why}", values={"why": repr(error)})
        raise BadFile(file_name, [fault]) from error
    if faults := [fault for name, found in lists.items() for fault in _faults(name, found)]:
        raise BadFile(file_name, faults)
    return made


def lacks(report: Report) -> tuple[str, ...]:
    """What keeps the agency from taking the report: patient, reporter, product, lot, reaction.

    A report needs somebody who can be told from others (initials, age or sex), who reports, what
    is suspected, with its lot (a biological medicine), and what happened.
    """
    told = {
        "patient": bool(report.initials or report.age is not None or report.sex in _SEXES),
        "reporter": bool(report.reporter_name),
        "product": bool(report.product),
        "lot": bool(report.lot) or not report.product,
        "reaction": bool(report.text or any(each != OTHER for each in report.all_terms)),
    }
    return tuple(name for name, known in told.items() if not known)


def disagrees(report: Report) -> str:
    """What two fields say against each other, as a code; "" where they agree."""
    if (report.outcome == FATAL) != (DEATH in report.seriousness):
        return "fatal"
    given = report.given_at
    if given is not None and report.began_at < given:
        return "before-dose"
    began = report.began_at.astimezone(SWEDEN).date()
    if report.given_on is not None and began < report.given_on:
        return "before-dose"
    if ANAPHYLAXIS in report.all_terms and not report.seriousness:
        return "anaphylaxis-is-serious"
    return ""


def structured(report: Report, *, language: str = "sv") -> dict[str, Any]:
    """The report by E2B(R3)'s names of elements; what is not known is left out.

    C: the case and who reports it; D: the patient; E.i: each reaction; G.k: the vaccine; H: the
    account in words. Days and moments are CCYYMMDD[hhmm+zzzz]. E.i.2 (a MedDRA code) is left to
    whoever codes the case: E.i.1.1a names the reaction in words. Names in small letters are ours.
    """
    return {
        "format": "vaksam-reaction-1; elements as ICH E2B(R3) names them, small letters are ours",
        "C": _known({
            "C.1.1": f"SE-VAKSAM-{report.number}",
            "C.1.2": f"{report.noted_at.astimezone(SWEDEN):%Y%m%d%H%M%S%z}",
            "C.1.3": "1", "version": report.version, "C.3.2": report.sender,
            "C.2.r": [_known({
                "C.2.r.1": report.reporter_name, "profession": report.reporter_title,
                "C.2.r.2.7": report.reporter_contact, "C.2.r.3": "SE",
            })],
        }),
        "D": _patient(report),
        "E.i": [_reaction(report, code, language) for code in report.all_terms or (OTHER,)],
        "G.k": [_vaccine(report)] if report.product else [],
        "H": _known({"H.1": report.text, "treatment": report.treatment}),
    }  # fmt: skip


def _patient(report: Report) -> dict[str, Any]:
    began = report.began_at.astimezone(SWEDEN).date()
    return _known({
        "D.1": "MSK" if report.hidden else report.initials,
        "D.2.2a": report.age, "D.2.2b": "a" if report.age is not None else "",
        "D.5": _SEXES.get(report.sex, ""),
        "D.9.1": _day(report.died_on) if report.died_on and report.died_on >= began else "",
    })  # fmt: skip


def _reaction(report: Report, code: str, language: str) -> dict[str, Any]:
    term = words().terms[code]
    serious = {
        each.element: True for each in words().criteria.values() if each.code in report.seriousness
    }
    own = report.text if code == OTHER and report.text else term.name(language)
    return _known({
        "E.i.1.1a": own, "E.i.1.1b": {"sv": "swe", "en": "eng"}[language],
        "E.i.1.2": "" if code == OTHER else term.name_en, "term": code, **serious,
        "E.i.4": _moment(report.began_at),
        "E.i.7": str(words().outcomes[report.outcome].number), "E.i.9": report.country,
    })  # fmt: skip


def _vaccine(report: Report) -> dict[str, Any]:
    told = [f"dos {report.dose_number}" if report.dose_number else "", report.site]
    at = _moment(report.given_at) if report.given_at else _day(report.given_on)
    return {"G.k.1": "1", **_known({
        "G.k.2.2": report.product, "G.k.2.4": report.country,
        "G.k.4.r": [_known({
            "G.k.4.r.4": at, "G.k.4.r.7": report.lot,
            "G.k.4.r.8": ", ".join(filter(None, told)),
        })],
    })}  # fmt: skip


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}


def _moment(at: datetime) -> str:
    return f"{at.astimezone(SWEDEN):%Y%m%d%H%M%z}"


def _day(on: date | None) -> str:
    return f"{on:%Y%m%d}" if on else ""


def _word(row: Mapping[str, Any]) -> Word:
    return Word(row["code"], row["name"]["sv"], row["name"]["en"], row.get("element", ""),
                row.get("number"))  # fmt: skip


def _by_code(found: list[Word]) -> dict[str, Word]:
    return {each.code: each for each in found}


def _faults(name: str, found: list[Word]) -> Iterator[Fault]:
    codes = [each.code for each in found]
    for code in {code for code in codes if codes.count(code) > 1}:
        yield Fault("twice", "This stands twice.", column=name, value=code)
    for each in found:
        if not each.name_sv.strip() or not each.name_en.strip():
            yield Fault("no-name", "A word has no name.", column=name, value=each.code)
        if name == "criterion" and not each.element.startswith("E.i.3.2"):
            yield Fault("no-element", "E2B(R3) does not know this element.", column=name,
                        value=each.code)  # fmt: skip
        if name == "outcome" and each.number not in range(6):
            yield Fault("no-number", "Outcomes are numbered 0 to 5.", column=name, value=each.code)
