"""What a coverage page is asked to show. The address holds all of it, so that it can be shared."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict

from vaksam.areas import queries as areas
from vaksam.areas.queries import AreaRef
from vaksam.core.errors import Refused
from vaksam.core.weeks import Week
from vaksam.coverage import queries
from vaksam.coverage.queries import Choice, EditionRef

COMPARED_AT_MOST = 6
# Ages that people ask for; those an edition can answer are offered along with its own.
_ASKED = ("12+", "18+", "65+", "70+")


@dataclass(frozen=True)
class PageChoice:
    """One choice. `asked_week` is None for the latest; `compared` excludes the area itself.

    `usual_age` is the age shown where none is asked for, another for each dose.
    """

    edition: EditionRef
    asked_edition: date | None
    area: AreaRef
    doses: int
    age: str
    sex: str
    asked_week: Week | None
    compared: tuple[AreaRef, ...]
    usual_age: str

    @property
    def level(self) -> str:
        """The kind of the chosen area."""
        return str(self.area.kind)

    @property
    def map_level(self) -> str:
        """The kind of areas drawn on the map: regions of Sweden, municipalities of a region."""
        return "region" if self.level == "country" else "municipality"

    @property
    def region_code(self) -> str | None:
        return self.area.region_code or None

    @property
    def asked(self) -> Choice:
        return Choice(doses=self.doses, age=self.age, sex=self.sex, week=self.asked_week)

    @cached_property
    def places(self) -> list[AreaRef]:
        """The chosen area and those it is compared with."""
        return [self.area, *self.compared]

    def doses_offered(self) -> list[int]:
        return sorted(
            {
                dose.first
                for table in queries.tables(self.edition.id)
                for dose in table.doses
                if dose.first
            }
        )

    def ages_offered(self) -> list[str]:
        """Ages that the edition can answer for the dose, on this area's map or for itself."""
        own = [age for table in queries.tables(self.edition.id) for age in table.ages]
        asked = dict.fromkeys((*_ASKED, *own))
        return sorted((age for age in asked if self._answers(age)), key=_by_age)

    def _answers(self, age: str) -> bool:
        if age in ("", "all"):
            return False
        chosen = Choice(doses=self.doses, age=age)
        levels = {self.map_level, self.level}
        return any(queries.recipe(self.edition.id, level, chosen) for level in levels)

    def sexes_offered(self) -> list[str]:
        found = {
            sex
            for table in queries.tables(self.edition.id)
            if table.level == self.level or (self.level == "country" and table.level == "region")
            for sex in table.sexes
        }
        return [sex for sex in ("total", "women", "men") if sex in found]

    def address(self, **changes: object) -> str:
        """The query string of this choice with some of it changed; None drops a part."""
        parts: dict[str, object] = {
            "area": self.area.code,
            "dose": self.doses,
            "age": self.age,
            "sex": self.sex if self.sex != "total" else None,
            "week": self.asked_week,
            "edition": self.asked_edition,
            "with": [area.code for area in self.compared],
        } | changes
        kept = [(name, value) for name, value in parts.items() if value not in (None, "", [])]
        return urlencode(kept, doseq=True)


def read(query: QueryDict, *, home: str = "SE") -> PageChoice:
    """The choice of an address; what it leaves out is the usual. `home` is the area then.

    Raises
    ------
    NotFound
        An area or edition that is not there, or no edition at all.
    Refused
        A dose or week that cannot be read.
    """
    on = day(query.get("edition"))
    edition = queries.edition(on)
    area = areas.find(query.get("area") or home)
    doses = _dose(query.get("dose"))
    usual = queries.default_age(edition.id, _level_of_map(area), doses) or "12+"
    compared = dict.fromkeys(code for code in query.getlist("with") if code and code != area.code)
    return PageChoice(
        edition=edition,
        asked_edition=on,
        area=area,
        doses=doses,
        age=query.get("age") or usual,
        sex=_sex(query.get("sex")),
        asked_week=_week(query.get("week")),
        compared=tuple(areas.find(code) for code in list(compared)[: COMPARED_AT_MOST - 1]),
        usual_age=usual,
    )


def _level_of_map(area: AreaRef) -> str:
    return "region" if area.kind == "country" else "municipality"


def _dose(text: str | None) -> int:
    if not text:
        return 1
    if not text.isdecimal() or not 1 <= int(text) <= 9:
        raise Refused("no-such-dose", "A dose is a number from 1, not “{text}”.", text=text)
    return int(text)


def _sex(text: str | None) -> str:
    if text and text not in ("total", "men", "women"):
        raise Refused("no-such-sex", "Sex is total, men or women, not “{text}”.", text=text)
    return text or "total"


def _week(text: str | None) -> Week | None:
    if not text:
        return None
    try:
        return Week.parse(text)
    except ValueError:
        raise Refused(
            "no-such-week", "There is no week “{text}”; write for example 2021w15.", text=text
        ) from None


def day(text: str | None) -> date | None:
    """A date of an address; Refused when it cannot be read."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            "no-such-date", "There is no date “{text}”; write for example 2022-11-10.", text=text
        ) from None


def _by_age(age: str) -> tuple[bool, int, str]:
    """Open-ended groups first, then by first year."""
    return ("-" in age, int(age.rstrip("+").split("-")[0]), age)
