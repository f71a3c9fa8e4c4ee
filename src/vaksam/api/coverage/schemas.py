"""What the coverage API answers."""

from datetime import date, datetime

from ninja import Schema


class EditionOut(Schema):
    """`example` marks invented figures."""

    edition_on: date
    file_name: str
    sha256: str
    example: bool
    figure_count: int
    warnings: int
    imported_at: datetime


class FigureOut(Schema):
    """A figure as it stands in the workbook. `share` is of the population, between 0 and 1."""

    edition_on: date
    area: str
    area_name: str
    week: str | None
    age: str
    sex: str
    doses: int
    exactly: bool
    label: str
    count: int
    share: float | None
    population: int | None
    born_by: int | None
    sheet: int
    row: int


class FiguresOut(Schema):
    """One page; `next` is the offset of the following one, null at the end."""

    items: list[FigureOut]
    count: int
    next: int | None


class DefinitionOut(Schema):
    """What shares are shares of, with the workbook's own words in `note`."""

    age: str
    born_by: int | None
    note: str


class ShownOut(Schema):
    """One figure with what is needed to quote it."""

    area: str
    area_name: str
    dose: int
    age: str
    sex: str
    week: str | None
    count: int
    share: float | None
    population: int | None
    as_published: bool
    denominator: DefinitionOut
    sheet: str
    edition_on: date
    example: bool


class CellOut(Schema):
    area: str
    area_name: str
    count: int
    share: float | None
    population: int | None


class CutOut(Schema):
    """One choice for every area of a level. `week` is null for figures of the edition's date."""

    edition_on: date
    example: bool
    week: str | None
    as_published: bool
    denominator: DefinitionOut
    cells: list[CellOut]


class GoalOut(Schema):
    """A goal and one area's standing. `share`, and dates and pace, are null where no published
    figure is of the goal's own ages; `nearest_…` and `series_…` are then of the nearest ages."""

    code: str
    name: str
    share_wanted: float
    by_on: date
    area: str
    area_name: str
    share: float | None
    met: bool | None
    nearest_age: str | None
    nearest_share: float | None
    outcome: str | None
    met_on: date | None
    expected_on: date | None
    earliest_on: date | None
    latest_on: date | None
    series_age: str | None
    series_met_on: date | None


class ChangeOut(Schema):
    """Of some figures: `shared` stand in both editions, `changed` of them differ."""

    shared: int
    changed: int
    added: int
    removed: int


class SheetChangeOut(ChangeOut):
    sheet: str


class WeekChangeOut(ChangeOut):
    week: str


class AreaChangeOut(ChangeOut):
    area: str


class CompletenessOut(Schema):
    """The older edition's count of a week's own persons as a share of the newer one's, Sweden."""

    week: str
    doses: int
    share: float


class RevisionsOut(ChangeOut):
    """Changes from one edition to a later one, in all, and by sheet, by week of the series, by
    area."""

    old: date
    new: date
    sheets: list[SheetChangeOut]
    weeks: list[WeekChangeOut]
    areas: list[AreaChangeOut]
    completeness: list[CompletenessOut]
