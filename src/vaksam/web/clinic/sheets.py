"""The health questions as a page asks them, in any of the languages."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.http import HttpRequest

from vaksam.base import clock
from vaksam.clinic.queries import VisitView
from vaksam.core import clinic
from vaksam.core.clinic import Question, Questionnaire
from vaksam.core.errors import Refused
from vaksam.programmes import queries as programmes

_BEFORE = "q_"  # of the names of fields


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a page asks it; `follow` are those that follow upon an answer to it."""

    code: str
    text: str
    help: str
    options: tuple[tuple[str, str], ...]
    answer: str
    missing: bool
    follow: tuple["Asked", ...] = ()

    @property
    def field(self) -> str:
        return _BEFORE + self.code


@dataclass(frozen=True, slots=True)
class Sheet:
    """The questions in a language, with what was answered so far and what is missing."""

    language: str
    words: Mapping[str, str]
    version: int
    asked: tuple[Asked, ...]
    fault: str = ""

    @property
    def draft(self) -> str:
        return self.words["draft"]


def sheet(
    view: VisitView, language: str, answers: Mapping[str, str], error: Refused | None = None
) -> Sheet:
    """Today's questions to somebody."""
    form = questions(view)
    age = view.situation.age if view.situation else None
    told, missing = words_in(language), set[str]()
    if error is not None:
        missing = unanswered(form, answers, age, view.sex) | {str(error.values.get("of", ""))}
    rows = clinic.asked(form, age=age, sex=view.sex)
    changed = error is not None and error.code == "questions-changed"
    fault = told["changed"] if changed else told["faults"] if error else ""
    asked = _nested(rows, language, told, answers, missing)
    return Sheet(language, told, form.version, asked, fault)


def questions(view: VisitView) -> Questionnaire:
    return clinic.current(programmes.programme(view.ref.programme).disease, clock.today())


def unanswered(
    form: Questionnaire, answers: Mapping[str, str], age: int | None, sex: int
) -> set[str]:
    """Questions that need an answer and have none."""
    return {
        each.code for each in clinic.asked(form, age=age, sex=sex)
        if each.kind.answers and each.only_if.follows(answers) and not answers.get(each.code)
    }  # fmt: skip


def answers_in(request: HttpRequest) -> dict[str, str]:
    """What was sent, by the question's code."""
    return {
        name.removeprefix(_BEFORE): str(value)
        for name, value in request.POST.items()
        if name.startswith(_BEFORE)
    }


@cache
def _all_words() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(
        files(__package__).joinpath("tablet.toml").read_text("utf-8")
    )
    return found


def words_in(language: str) -> Mapping[str, str]:
    return _all_words()[language]


def own_language(view: VisitView) -> str:
    """The person's language where there is a sheet in it."""
    return view.ref.language if view.ref.language in clinic.LANGUAGES else "sv"


def _nested(
    rows: Sequence[Question], language: str, words: Mapping[str, str], answers: Mapping[str, str],
    missing: set[str],
) -> tuple[Asked, ...]:  # fmt: skip
    """Questions in order; those that follow upon another lie under the first of the chain."""
    upon = {each.code: each.only_if.question for each in rows}

    def root(code: str) -> str:
        while upon.get(code) in upon:
            code = upon[code]
        return code

    def one(each: Question, follow: tuple[Asked, ...] = ()) -> Asked:
        options = tuple((answer, words[answer]) for answer in each.kind.answers)
        return Asked(each.code, each.text[language], each.help[language], options,
                     answers.get(each.code, ""), each.code in missing, follow)  # fmt: skip

    return tuple(
        one(each, tuple(one(other) for other in rows
                        if other.code != each.code and root(other.code) == each.code))
        for each in rows
        if root(each.code) == each.code
    )  # fmt: skip
