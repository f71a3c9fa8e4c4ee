"""Health declarations: versioned questions as reviewed data, one file a disease and version."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from vaksam.core.errors import BadFile, Fault, NotFound, Refused

LANGUAGES: Final = ("sv", "sv-easy", "en", "ar", "so", "fi")
LONGEST: Final = 500  # characters of an answer in words


class Kind(StrEnum):
    YES_NO = "yes_no"
    YES_NO_UNSURE = "yes_no_unsure"
    TEXT = "text"

    @property
    def answers(self) -> tuple[str, ...]:
        """What may be answered; nothing for free text."""
        return _ANSWERS[self]


_ANSWERS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.YES_NO: ("yes", "no"),
    Kind.YES_NO_UNSURE: ("yes", "no", "unsure"),
    Kind.TEXT: (),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """When a question is asked; everything given must hold.

    `sex` is ISO 5218; age in completed years, both ends included. An age or a sex that is not
    known is asked. With `question` it follows upon one of `answers` to that question.
    """

    sex: int | None = None
    age_from: int = 0
    age_to: int | None = None
    question: str = ""
    answers: tuple[str, ...] = ()

    def fits(self, *, age: int | None, sex: int) -> bool:
        """Whether age and sex are those meant."""
        if self.sex is not None and sex not in (0, self.sex):
            return False
        return age is None or (self.age_from <= age and (self.age_to is None or age <= self.age_to))

    def follows(self, answers: Mapping[str, str]) -> bool:
        """Whether the question it follows upon was answered so."""
        return not self.question or answers.get(self.question, "") in self.answers


@dataclass(frozen=True, slots=True)
class Question:
    """A question; `text` and `help` by language. The code means the same in every file."""

    code: str
    kind: Kind
    only_if: Condition
    text: Mapping[str, str]
    help: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version of a disease's questions, asked from `valid_from` until the next version.

    `reviewed_by` is, by language, who speaks it and has reviewed the translation: "" for a
    draft, "original" where it was written in it.
    """

    code: str
    version: int
    disease: str
    valid_from: date
    author: str
    checker: str
    review_on: date
    source: str
    reviewed_by: Mapping[str, str]
    questions: tuple[Question, ...]

    def draft(self, language: str) -> bool:
        return not self.reviewed_by[language]


@cache
def questionnaires() -> tuple[Questionnaire, ...]:
    """Every version of every disease, by code and version. Raises BadFile with every fault."""
    folder = files("vaksam.core.clinic").joinpath("questions")
    found = [read(each.read_text("utf-8"), file_name=each.name) for each in folder.iterdir()
             if each.name.endswith(".toml")]  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.code, each.version)))


def current(disease: str, on: date) -> Questionnaire:
    """The questions against a disease on a day. Raises NotFound where there are none."""
    found = [each for each in questionnaires() if each.disease == disease and each.valid_from <= on]
    if not found:
        raise NotFound(
            "no-questionnaire",
            "There is no health declaration against {disease} for {on}. Ask for one to be written.",
            disease=disease, on=on,
        )  # fmt: skip
    return max(found, key=lambda each: (each.valid_from, each.version))


def questionnaire(code: str, version: int) -> Questionnaire:
    """One version. Raises NotFound."""
    for each in questionnaires():
        if (each.code, each.version) == (code, version):
            return each
    raise NotFound(
        "no-questionnaire-version", "There is no version {version} of the health declaration "
        "“{code}”. Choose one of those there are.", code=code, version=version,
    )  # fmt: skip


def asked(questionnaire: Questionnaire, *, age: int | None, sex: int) -> tuple[Question, ...]:
    """The questions for somebody; those that follow upon an answer are among them."""
    return tuple(each for each in questionnaire.questions if each.only_if.fits(age=age, sex=sex))


def clean(
    questionnaire: Questionnaire, answers: Mapping[str, str], *,
    age: int | None, sex: int, language: str = "sv",
) -> dict[str, str]:  # fmt: skip
    """The answers as given, in the order of the questions; empty ones are left out.

    A question that follows upon an answer needs one only where it does follow. What was answered
    though it need not be is kept.

    Raises
    ------
    Refused
        `unanswered`, `not-an-answer`, `too-long`, `unknown-question`; names the question in
        `language`, its code is `of`.
    """
    known = {each.code: each for each in questionnaire.questions}
    if unknown := sorted(answers.keys() - known.keys()):
        raise Refused(
            "unknown-question", "There is no question “{question}” in this health declaration. "
            "Open it anew.", question=unknown[0], of=unknown[0],
        )  # fmt: skip
    needed = {each.code for each in asked(questionnaire, age=age, sex=sex)
              if each.kind is not Kind.TEXT and each.only_if.follows(answers)}  # fmt: skip
    for each in known.values():
        _demand(each, answers.get(each.code, ""), language, needed=each.code in needed)
    return {code: answers[code] for code in known if answers.get(code, "").strip()}


def _demand(question: Question, answer: str, language: str, *, needed: bool) -> None:
    named = {"question": question.text[language], "of": question.code}
    if not answer.strip():
        if needed:
            raise Refused("unanswered", "Answer the question: {question}", **named)
    elif question.kind is Kind.TEXT:
        if len(answer) > LONGEST:
            raise Refused("too-long", "Write at most {most} characters: {question}",
                          most=LONGEST, **named)  # fmt: skip
    elif answer not in question.kind.answers:
        raise Refused("not-an-answer", "Choose one of the answers to the question: {question}",
                      **named)  # fmt: skip


def read(content: str, *, file_name: str) -> Questionnaire:
    """A questionnaire from a file's content. Raises BadFile with every fault."""
    try:
        table = tomllib.loads(content)
        if faults := list(_faults(table)):
            raise BadFile(file_name, faults)
        rows = table.pop("question")
        return Questionnaire(**table, questions=tuple(_question(row) for row in rows))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        fault = Fault("cannot-be", "The file cannot be read: {why}", values={"why": repr(error)})
        raise BadFile(file_name, [fault]) from error


def _question(row: Mapping[str, Any]) -> Question:
    only_if = dict(row.get("only_if", {}))
    if "answers" in only_if:
        only_if["answers"] = tuple(only_if["answers"])
    return Question(row["code"], Kind(row["kind"]), Condition(**only_if), row["text"], row["help"])


def _faults(table: Mapping[str, Any]) -> Iterator[Fault]:
    """Languages missing, codes twice, and follow-ups of what is not asked before."""
    before: dict[str, str] = {}
    texts = [("reviewed_by", table["reviewed_by"])]
    for row in table["question"]:
        code = row["code"]
        if code in before:
            yield Fault("twice", "This stands twice.", column="code", value=code)
        upon, answers = row.get("only_if", {}).get("question", ""), row.get("only_if", {})
        if upon and not (
            upon in before and set(answers["answers"]) <= set(Kind(before[upon]).answers)
        ):
            yield Fault("follows-nothing", "It follows upon no earlier question.", column=code,
                        value=upon)  # fmt: skip
        before[code] = row["kind"]
        texts += [(f"{code}.{part}", row[part]) for part in ("text", "help")]
    for name, found in texts:
        for language in LANGUAGES:
            if not (found.get(language) or (name == "reviewed_by" and language in found)):
                yield Fault("missing-text", "This text is missing.", column=name, value=language)
