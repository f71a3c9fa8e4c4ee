"""What matters today: for one area, what moved, who is behind, and what wants doing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from vaksam.areas import queries as areas
from vaksam.areas.queries import AreaRef
from vaksam.base import clock
from vaksam.base.roles import Role
from vaksam.base.scope import Scope
from vaksam.booking import queries as booking
from vaksam.core.rules.definition import Opening
from vaksam.core.weeks import Week
from vaksam.coverage import queries as coverage
from vaksam.coverage.queries import Cell, Choice, EditionRef, Series
from vaksam.people import queries as people
from vaksam.people.queries import ListInForce
from vaksam.programmes import queries as programmes
from vaksam.supply import queries as supply
from vaksam.venues import queries as venues

# Folkhälsomyndigheten published weekly, then every second week: older than this is late.
LATE_AFTER_DAYS = 15
LISTS_END_WITHIN_DAYS = 14
OPENINGS_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One dose in one area: the latest week beside the week before."""

    doses: int
    age: str
    week: Week
    now: Cell
    before: Cell | None

    @property
    def more(self) -> int | None:
        """Persons more than the week before; below 0 after re-registration."""
        return self.now.count - self.before.count if self.before else None

    @property
    def points(self) -> float | None:
        """The rise in share, between −1 and 1."""
        if self.before is None or self.now.share is None or self.before.share is None:
            return None
        return self.now.share - self.before.share


class SignalCode(StrEnum):
    EDITION_LATE = "edition-late"
    EXAMPLE_DATA = "example-data"
    IMPORT_REFUSED = "import-refused"
    DIRECTIVES_WAIT = "directives-wait"
    DIRECTIVES_OLD = "directives-old"
    ROWS_WAIT = "rows-wait"
    SUPPLY_WAITS = "supply-waits"
    LISTS_END = "lists-end"
    BOOKED_OVER = "booked-over"
    PAIRS_WAIT = "pairs-wait"
    CALLS_WAIT = "calls-wait"
    STAFF_MISSING = "staff-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something that wants doing; `values` fill its text."""

    code: SignalCode
    values: dict[str, object]


def moves(edition: EditionRef, area: AreaRef) -> list[Move]:
    """Every dose's latest week, in one query."""
    choices = [
        Choice(doses=doses, age=age)
        for doses in _doses(edition)
        if (age := coverage.default_age(edition.id, "region", doses)) is not None
    ]
    found = coverage.all_series(edition.id, str(area.kind), choices, areas=[area.code])
    return [
        _move(choice, series[0]) for choice, series in zip(choices, found, strict=True) if series
    ]


def _move(choice: Choice, series: Series) -> Move:
    (week, now), *earlier = reversed(series.weeks)
    before = earlier[0][1] if earlier else None
    return Move(doses=choice.doses, age=choice.age, week=week, now=now, before=before)


def furthest_behind(
    edition: EditionRef, area: AreaRef, *, doses: int = 1, count: int = 5
) -> list[Cell]:
    """The areas within this one with the lowest shares, lowest first."""
    level = "region" if area.kind == "country" else "municipality"
    within = None if level == "region" else [m.code for m in areas.municipalities(area.region_code)]
    age = coverage.default_age(edition.id, level, doses)
    found = age and coverage.cut(edition.id, level, Choice(doses=doses, age=age), areas=within)
    if not found:
        return []
    known = [cell for cell in found.cells if cell.share is not None]
    return sorted(known, key=lambda cell: (cell.share or 0, cell.area))[:count]


def signals(edition: EditionRef | None, *, scope: Scope, today: date) -> list[Signal]:
    """What wants doing, most pressing first. Later areas add their own here."""
    checks: list[Callable[[], Signal | None]] = [_refused, *_bookings(scope, today)]
    if scope.has(Role.REGION_COORDINATOR, Role.ADMINISTRATOR):
        checks += [lambda: _waiting(scope), lambda: _old(scope, today)]
    if scope.has(Role.REGION_COORDINATOR, Role.VENUE_STAFF):
        checks.append(lambda: _supply(scope))
    if scope.has(Role.REGION_COORDINATOR):
        lists = people.lists_in_force(scope=scope)
        checks += [lambda: _rows(lists), lambda: _ending(lists)]
    checks += [lambda: _example(edition), lambda: _late(edition, today)]
    return [signal for check in checks if (signal := check())]


def openings(programme: str, region_code: str, *, today: date) -> list[Opening]:
    """Whose turn has come in a region, the newest first, and whose comes within two weeks.

    A region with openings of its own follows only those, as `vaksam.core.rules` does.
    """
    found = [
        rule
        for rule in programmes.rules(programme).rules
        if isinstance(rule, Opening)
        and rule.effective_from <= today + OPENINGS_AHEAD
        and (rule.effective_to is None or rule.effective_to >= today)
    ]
    own = [rule for rule in found if rule.region and rule.region == region_code]
    shown = own or [rule for rule in found if not rule.region]
    return sorted(shown, key=lambda rule: (rule.effective_from, rule.code), reverse=True)


def _bookings(scope: Scope, today: date) -> list[Callable[[], Signal | None]]:
    """Booked beyond what can be given, absences, booked twice, calls to make."""
    mine = scope.regions_as(Role.REGION_COORDINATOR, Role.VENUE_STAFF)
    planned = scope.regions_as(Role.REGION_COORDINATOR)
    calls = scope.regions_as(Role.REGION_COORDINATOR, Role.PHONE_AGENT)
    soon = today + timedelta(days=1)
    found: list[Callable[[], Signal | None]] = []
    if mine is None or mine:
        found.append(lambda: _count(SignalCode.BOOKED_OVER, booking.booked_over(mine)))
    if planned:
        missing = sorted(planned)
        found.append(
            lambda: _count(SignalCode.STAFF_MISSING, len(venues.missing(missing, today, soon)))
        )
        found.append(lambda: _count(SignalCode.PAIRS_WAIT, booking.pairs_waiting(planned)))
    if calls is None or calls:
        found.append(lambda: _count(SignalCode.CALLS_WAIT, booking.calls_waiting(calls)))
    return found


def _count(code: SignalCode, count: int) -> Signal | None:
    return Signal(code=code, values={"count": count}) if count else None


def _supply(scope: Scope) -> Signal | None:
    """Alerts that nobody sees to yet."""
    regions = scope.regions_as(Role.REGION_COORDINATOR, Role.VENUE_STAFF)
    found = [each for each in supply.alerts(regions=regions) if not each.owner]
    return Signal(code=SignalCode.SUPPLY_WAITS, values={"count": len(found)}) if found else None


def _waiting(scope: Scope) -> Signal | None:
    """Directives that somebody else wrote and this account may check."""
    found = [
        each
        for each in programmes.open_versions()
        if each.state == "submitted"
        and each.author_id != scope.user_id
        and _writes(scope, each.region_code)
    ]
    if not found:
        return None
    return Signal(code=SignalCode.DIRECTIVES_WAIT, values={"count": len(found)})


def _old(scope: Scope, today: date) -> Signal | None:
    found = [
        each
        for each in programmes.directives(known_at=clock.now())
        if each.review_on <= today
        and (each.effective_to is None or each.effective_to >= today)
        and _writes(scope, each.region)
    ]
    if not found:
        return None
    return Signal(code=SignalCode.DIRECTIVES_OLD, values={"count": len(found)})


def _writes(scope: Scope, region_code: str) -> bool:
    if not region_code:
        return scope.has(Role.ADMINISTRATOR)
    return scope.reaches(region_code, Role.REGION_COORDINATOR)


def _rows(lists: Sequence[ListInForce]) -> Signal | None:
    waiting = sum(each.to_review for each in lists)
    return Signal(code=SignalCode.ROWS_WAIT, values={"count": waiting}) if waiting else None


def _ending(lists: Sequence[ListInForce]) -> Signal | None:
    found = [each for each in lists if each.days_left <= LISTS_END_WITHIN_DAYS]
    return Signal(code=SignalCode.LISTS_END, values={"count": len(found)}) if found else None


def _doses(edition: EditionRef) -> list[int]:
    found = {
        dose.first
        for table in coverage.tables(edition.id)
        if table.kind == "weekly"
        for dose in table.doses
    }
    return sorted(found)


def _refused() -> Signal | None:
    latest = next(iter(coverage.runs(limit=1)), None)
    if latest is None or latest.state not in ("refused", "failed"):
        return None
    return Signal(
        code=SignalCode.IMPORT_REFUSED,
        values={"file": latest.file_name, "run": latest.id, "faults": len(latest.faults)},
    )


def _example(edition: EditionRef | None) -> Signal | None:
    if edition is None or not edition.example:
        return None
    return Signal(code=SignalCode.EXAMPLE_DATA, values={})


def _late(edition: EditionRef | None, today: date) -> Signal | None:
    if edition is None or edition.example:
        return None
    days = (today - edition.edition_on).days
    if days <= LATE_AFTER_DAYS:
        return None
    return Signal(code=SignalCode.EDITION_LATE, values={"days": days})
