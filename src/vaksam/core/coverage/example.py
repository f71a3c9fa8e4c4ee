"""An invented edition: what a new installation shows until official figures are imported.

Seeded, so that it is the same everywhere. Populations and uptake are made up: older groups start
earlier and come further, municipalities differ by a drawn willingness and a drawn delay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from vaksam.core.coverage.workbook import Kind, Sheet, Workbook
from vaksam.core.weeks import Week

LAST = Week(2022, 43)
_FIRST = Week(2020, 52)
_SEED = 20201227
# Age group: share of the population, first week after 2020w52, highest uptake of dose 1.
_AGES: dict[str, tuple[float, float, float]] = {
    "12-15": (0.048, 42, 0.60),
    "16-17": (0.023, 34, 0.78),
    "18-29": (0.142, 30, 0.82),
    "30-39": (0.141, 27, 0.83),
    "40-49": (0.125, 24, 0.88),
    "50-59": (0.128, 21, 0.91),
    "60-64": (0.056, 18, 0.93),
    "65-69": (0.052, 15, 0.94),
    "70-79": (0.099, 13, 0.96),
    "80-89": (0.046, 10, 0.97),
    "90+": (0.010, 7, 0.97),
}
# Dose: weeks after dose 1, share of those who took it, first age, first week of the series.
_DOSES: dict[int, tuple[float, float, int, Week]] = {
    1: (0, 1.0, 12, _FIRST),
    2: (6, 0.975, 12, _FIRST),
    3: (36, 0.76, 18, Week(2021, 35)),
    4: (62, 0.38, 18, Week(2022, 3)),
    5: (88, 0.50, 65, Week(2022, 33)),
}
_BORN_BY = {12: 2010, 18: 2004, 65: 1957}

Floats = npt.NDArray[np.float64]
Row = tuple[object, ...]


def invent(
    *, regions: Sequence[str], municipalities: Sequence[str], until: Week = LAST
) -> Workbook:
    """The invented edition for these area codes, in the shape of a workbook that was read.

    `until` is its last week, from 2020w53 to 2022w43; it is dated on the Thursday after.

    >>> invent(regions=["24"], municipalities=["2480", "2482"]).figures.height > 500
    True
    """
    until = min(max(until, _FIRST.next), LAST)
    world = _World.draw(regions, municipalities, until)
    sheets: list[Sheet] = []
    rows: list[Row] = []
    for kind, title, figures in world.sheets():
        position = len(sheets) + 1
        sheets.append(Sheet(position, title, kind, _note(kind), len(figures)))
        rows += [(position, n, *figure) for n, figure in enumerate(figures, start=2)]
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    edition_on = until.next.monday + timedelta(days=3)
    return Workbook(edition_on, tuple(sheets), frame, "", ())


_SCHEMA = {
    "sheet": pl.Int64, "row": pl.Int64, "area": pl.String, "week": pl.Int64, "age": pl.String,
    "sex": pl.String, "doses": pl.Int64, "exactly": pl.Boolean, "label": pl.String,
    "count": pl.Int64, "share": pl.Float64, "population": pl.Int64, "born_by": pl.Int64,
}  # fmt: skip


def _note(kind: Kind) -> str:
    return f"Exempeldata: påhittade siffror ({kind})."


@dataclass(frozen=True, slots=True)
class _World:
    """population [area, age] persons; taken {dose: [area, age, week] persons}, whole numbers.

    Areas are the country, the regions and the municipalities, in that order.
    """

    areas: list[str]
    regions: int
    population: Floats
    taken: dict[int, Floats]
    weeks: list[Week]

    @classmethod
    def draw(cls, regions: Sequence[str], municipalities: Sequence[str], until: Week) -> "_World":
        rng = np.random.default_rng(_SEED)
        n = len(municipalities)
        size = np.round(rng.lognormal(9.85, 0.9, n))
        shares = np.array([share for share, _, _ in _AGES.values()])
        population = np.round(size[:, None] * shares * rng.normal(1, 0.05, (n, len(_AGES))))
        willing = rng.normal(0, 0.25, n)
        late = rng.normal(0, 1.2, n)
        within = np.array([[m.startswith(r) for m in municipalities] for r in regions], dtype=float)
        groups = np.vstack([np.ones(n), within, np.eye(n)])
        weeks = _weeks(until)
        taken = {
            dose: np.einsum("am,mgw->agw", groups, _taken(dose, population, willing, late, weeks))
            for dose, (_, _, _, first) in _DOSES.items()
            if first <= until
        }
        areas = ["SE", *regions, *municipalities]
        return cls(areas, len(regions), groups @ population, taken, weeks)

    def sheets(self) -> list[tuple[Kind, str, list[Row]]]:
        wide = range(1 + self.regions)
        narrow = range(1 + self.regions, len(self.areas))
        return [
            (Kind.DOSES_WEEKLY, "Vaccinationer tidsserie", self._doses(wide)),
            (Kind.WEEKLY, "Vaccinerade tidsserie", self._weekly(wide, (1, 2))),
            *((Kind.WEEKLY, f"Vaccinerade tidsserie dos {dose}", self._weekly(wide, (dose,)))
              for dose in self.taken if dose > 2),
            (Kind.AGE, "Dos 1 till 3 per åldersgrupp", self._ages(wide)),
            (Kind.SEX, "Vaccinerade kön", self._sexes()),
            *((Kind.MUNICIPALITY, f"Vaccinerade kommun dos {dose}", self._totals(narrow, dose))
              for dose in self.taken),
            (Kind.MUNICIPALITY_AGE, "Vaccinerade kommun och ålder", self._bands(narrow)),
        ]  # fmt: skip

    def _doses(self, areas: range) -> list[Row]:
        total = sum(taken.sum(axis=1) for taken in self.taken.values())
        return [
            (self.areas[a], week.key, "all", "total", 0, False, "", int(count), None, None, None)
            for w, week in enumerate(self.weeks)
            for a in areas
            for count in [np.asarray(total)[a, w]]
        ]

    def _weekly(self, areas: range, doses: Sequence[int]) -> list[Row]:
        return [
            self._row(a, dose, f"Minst {dose} dos" + "er" * (dose > 1), week=week)
            for week in self.weeks
            for a in areas
            for dose in doses
            if week >= _DOSES[dose][3]
        ]

    def _totals(self, areas: range, dose: int) -> list[Row]:
        return [self._row(a, dose, f"Antal_dos{dose}") for a in areas]

    def _row(self, a: int, dose: int, label: str, week: Week | None = None) -> Row:
        first = _DOSES[dose][2]
        ages = [g for g, age in enumerate(_AGES) if _start(age) >= first]
        count = self.taken[dose][a, ages, self.weeks.index(week or self.weeks[-1])].sum()
        people = self.population[a, ages].sum()
        return (self.areas[a], week and week.key, f"{first}+", "total", dose, False, label,
                int(count), count / people, None, _BORN_BY[first])  # fmt: skip

    def _ages(self, areas: range) -> list[Row]:
        """By age: exactly 1, exactly 2 and at least 3 doses, as the official sheet has it."""
        rows: list[Row] = []
        for a in areas:
            for age, groups in (*_published_ages(), ("18+", _from(18))):
                people = self.population[a, groups].sum()
                at_least = [
                    self.taken[d][a, groups, -1].sum() for d in (1, 2, 3) if d in self.taken
                ]
                parts = zip(at_least, [*at_least[1:], 0.0], strict=True)
                for dose, (this, further) in enumerate(parts, start=1):
                    if dose == 3 and _start(age) < 18:
                        continue
                    label = "Minst 3 doser" if dose == 3 else f"{dose} dos" + "er" * (dose > 1)
                    just = dose < (3 if _start(age) >= 18 else 2)  # as the reader has it
                    rows.append((self.areas[a], None, age, "total", dose, just, label,
                                 int(this - further), (this - further) / people, None,
                                 2010 if dose < 3 else 2004))  # fmt: skip
        return rows

    def _sexes(self) -> list[Row]:
        rows: list[Row] = []
        for sex, part in (("total", 1.0), ("men", 0.497), ("women", 0.503)):
            people = self.population[0].sum() * (0.5 if sex != "total" else 1)
            for dose in (1, 2):
                count = int(self.taken[dose][0, :, -1].sum() * part)
                rows.append(("SE", None, "12+", sex, dose, False, f"Minst {dose}",
                             count, count / people, None, 2010))  # fmt: skip
        return rows

    def _bands(self, areas: range) -> list[Row]:
        return [
            (self.areas[a], None, age, "total", dose, False, f"Antal minst {dose}", int(count),
             count / people, int(people), _BORN_BY[18 if dose > 2 else 12])
            for a in areas
            for age, groups in _published_ages()
            for people in [self.population[a, groups].sum()]
            for dose in (1, 2, 3, 4)
            if dose in self.taken and _start(age) >= (12, 12, 18, 70)[dose - 1]
            for count in [self.taken[dose][a, groups, -1].sum()]
        ]  # fmt: skip


def _taken(
    dose: int, population: Floats, willing: Floats, late: Floats, weeks: list[Week]
) -> Floats:
    """Persons by municipality, age and week: a logistic curve, 0 where the dose is not given."""
    delay, keep, first_age, first_week = _DOSES[dose]
    t = np.arange(len(weeks))
    start = np.array([first for _, first, _ in _AGES.values()])
    cap = np.array([highest for _, _, highest in _AGES.values()])
    odds = np.log(cap / (1 - cap))[None, :] + willing[:, None]
    reached = keep * np.where(dose > 2, (cap / cap.max()) ** 3, 1) / (1 + np.exp(-odds))
    middle = start[None, :] + late[:, None] + delay
    since = t[None, None, :] - middle[:, :, None]
    # Most come when they are asked; the last come slowly, and so the curve never quite stops.
    curve = 0.93 / (1 + np.exp(-since / 2.2)) + 0.07 / (1 + np.exp(-(since - 20) / 14))
    offered = np.array([_start(age) >= first_age for age in _AGES])
    curve = curve * offered[None, :, None] * (t >= weeks.index(first_week))
    taken: Floats = np.floor(population[:, :, None] * reached[:, :, None] * curve)
    return taken


def _weeks(until: Week) -> list[Week]:
    weeks = [_FIRST]
    while weeks[-1] < until:
        weeks.append(weeks[-1].next)
    return weeks


def _start(age: str) -> int:
    return int(age.rstrip("+").split("-")[0])


def _from(first: int) -> list[int]:
    return [g for g, age in enumerate(_AGES) if _start(age) >= first]


def _published_ages() -> list[tuple[str, list[int]]]:
    """Ten-year groups as published, with the groups here that make them up."""
    order = list(_AGES)
    merged = [(age, [order.index(age)]) for age in order if age not in ("60-64", "65-69")]
    merged.append(("60-69", [order.index("60-64"), order.index("65-69")]))
    return sorted(merged, key=lambda group: _start(group[0]))
