"""What people are told of a vaccine before they say yes or no: reviewed data, in versions."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from vaksam.core.clinic.questions import LANGUAGES
from vaksam.core.errors import BadFile, Fault, NotFound


@dataclass(frozen=True, slots=True)
class Information:
    """One version, told from `valid_from` until the next. `points` by language, in order.

    `reviewed_by` is, by language, who has reviewed the translation: "" for a draft.
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
    title: Mapping[str, str]
    points: Mapping[str, tuple[str, ...]]

    def draft(self, language: str) -> bool:
        return not self.reviewed_by[language]


@cache
def every() -> tuple[Information, ...]:
    """All versions. Raises BadFile where a file is wrong."""
    folder = files("vaksam.core.clinic").joinpath("told")
    found = [read(each.read_text("utf-8"), file_name=each.name) for each in folder.iterdir()
             if each.name.endswith(".toml")]  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.code, each.version)))


def information(disease: str, on: date) -> Information:
    """What is told of the vaccines against a disease on a day. Raises NotFound."""
    found = [each for each in every() if each.disease == disease and each.valid_from <= on]
    if not found:
        raise NotFound(
            "no-information", "There is no information on vaccines against {disease} for {on}. "
            "Ask for one to be written.", disease=disease, on=on,
        )  # fmt: skip
    return max(found, key=lambda each: (each.valid_from, each.version))


def read(content: str, *, file_name: str) -> Information:
    """Information from a file's content. Raises BadFile with every fault."""
    try:
        table = tomllib.loads(content)
        points = {language: tuple(rows) for language, rows in table.pop("points").items()}
        made = Information(**table, points=points)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        fault = Fault("cannot-be", "The file cannot be read: {why}", values={"why": repr(error)})
        raise BadFile(file_name, [fault]) from error
    number = len(made.points.get("sv", ()))
    missing = [
        Fault("missing-text", "This text is missing.", column=name, value=language)
        for name, texts in (("title", made.title), ("points", made.points))
        for language in LANGUAGES
        if not texts.get(language) or (name == "points" and len(texts[language]) != number)
    ]
    if missing:
        raise BadFile(file_name, missing)
    return made
