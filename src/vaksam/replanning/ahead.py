"""The weeks ahead of a region: its situation from its own figures, and scenarios of it."""

from collections import defaultdict
from datetime import date, timedelta

from vaksam.base import clock
from vaksam.core.rules.definition import Interval
from vaksam.core.supply.forecast import (
    Cohort,
    Coming,
    Fan,
    Held,
    Line,
    Situation,
    apply,
    forecast,
    learn,
    read_scenario,
)
from vaksam.eligibility import queries as eligibility
from vaksam.programmes import queries as programmes
from vaksam.replanning.figures import LEARNT_OVER, Figures, figures, of_bits, to_come

WEEKS = 12
DOSES = 2
INTERVAL = 6  # weeks, where the rules in force say nothing
UNOPENED = 99


def situation(region: str, *, weeks: int = WEEKS) -> Situation:
    """What is known today. Raises Refused where the region has no venues or no programme runs."""
    known = figures(region)
    seconds: dict[tuple[str, int], float] = defaultdict(float)
    for cell in known.due:
        if cell.dose == DOSES and cell.week is not None and cell.week < weeks:
            product = min(of_bits(cell.products, known.products), default=None)
            if product is not None:
                seconds[product, cell.week] += cell.persons
    intervals = _intervals(known)
    return Situation(
        weeks=weeks,
        lines=tuple(
            Line(code, intervals.get(code, INTERVAL), DOSES,
                 min(known.yields[code] / known.nominal[code], 1.0) * (1 - known.wasted[code]))
            for code in sorted(known.products)
        ),
        cohorts=tuple(_cohorts(known)),
        held=tuple(
            Held(each.product, each.doses,
                 known.week_of(clock.day_of(each.until)))
            for each in known.stock
            if each.state in ("frozen", "cold", "thawed", "transit")
        ),
        coming=tuple(
            Coming(line.product, week, doses, line.certainty)
            for line, week, doses in to_come(known)
            if 0 <= week < weeks
        ),
        second=dict(seconds),
        capacity=float(sum(each.doses_per_week for each in known.venues)),
    )  # fmt: skip


def fans(region: str, texts: list[str], *, weeks: int = WEEKS) -> list[tuple[str, Fan]]:
    """The fan as things are ("") and of each scenario, in order.

    Raises BadFile where a text is no scenario.
    """
    known = situation(region, weeks=weeks)
    found = [("", forecast(known))]
    for text in texts:
        scenario = read_scenario(text)
        found.append((scenario.name, forecast(apply(scenario, known))))
    return found


def _cohorts(known: Figures) -> list[Cohort]:
    """By age: those who have been opened, or have a day, and those who have not."""
    covered: dict[str, int] = defaultdict(int)
    for row in known.residents:
        covered[row.age] += row.covered
    waiting: dict[tuple[str, bool], int] = defaultdict(int)
    opens: dict[tuple[str, bool], int] = {}
    allowed: dict[tuple[str, bool], frozenset[str]] = defaultdict(frozenset)
    for cell in known.due:
        if cell.dose == 1:
            key = cell.age, cell.week is not None
            waiting[key] += cell.persons
            allowed[key] |= of_bits(cell.products, known.products)
            week = UNOPENED if cell.week is None else cell.week
            opens[key] = min(opens.get(key, week), week)
    since = known.monday - LEARNT_OVER
    came = eligibility.came(known.programme, regions=[known.region], on=known.today, since=since)
    found = []
    for (age, is_open), count in sorted(waiting.items()):
        persons = count + (covered[age] if is_open else 0)
        seen = _by_week(came.get(age, {}), known.monday) if is_open else []
        products = allowed[age, is_open] or frozenset(known.products)
        found.append(
            Cohort(age, persons, count, opens[age, is_open], products, learn(seen, persons))
        )
    return found


def _by_week(came: dict[date, int], monday: date) -> list[int]:
    """From the first week in which a hundredth of all who came did, without this week."""
    if not came:
        return []
    least = max(sum(came.values()) / 100, 1)
    weeks = sorted(day for day, n in came.items() if n >= least and day < monday)
    if not weeks:
        return []
    count = (monday - weeks[0]).days // 7
    return [came.get(weeks[0] + timedelta(weeks=n), 0) for n in range(count)]


def _intervals(known: Figures) -> dict[str, int]:
    """Recommended weeks between two doses of a product, by the rules in force."""
    found: dict[str, int] = {}
    for rule in programmes.rules(known.programme).of(Interval, on=known.today):
        if rule.region in ("", known.region) and rule.dose in (None, DOSES):
            for code in rule.after & rule.then:
                found.setdefault(code, max(round(rule.recommended_days / 7), 1))
    return found
