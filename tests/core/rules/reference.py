"""docs/explanation/who-is-due.md, read aloud in plain Python: slow, and meant to be obvious.

Written from that page and not from the fast code. One person at a time, one rule at a time.
"""

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta

from vaksam.core.rules.decision import Dose, Facts, Judgement, Status, Why
from vaksam.core.rules.definition import (
    Interval,
    Offer,
    Opening,
    Pause,
    Phase,
    Place,
    Precaution,
    Rule,
    Strength,
    Use,
    Who,
)
from vaksam.core.rules.in_force import RuleSet, holds


@dataclass(frozen=True)
class Answer:
    status: Status
    why: Why
    phase: int | None = None
    next_dose: int | None = None
    valid_doses: int = 0
    earliest_on: date | None = None
    recommended_on: date | None = None
    latest_on: date | None = None
    products: frozenset[str] = frozenset()
    place: Place = Place.ORDINARY
    judgements: tuple[Judgement, ...] = ()
    choices: tuple[tuple[str, date, date, date | None], ...] = ()


@dataclass(frozen=True)
class Days:
    product: str
    earliest: date
    recommended: date
    latest: date | None


def decide(facts: Facts, rules: RuleSet, on: date) -> Answer:
    """9. Birth date."""
    if not facts.year_only:
        return decide_born(facts, rules, on)
    first = decide_born(replace(facts, year_only=False), rules, on)
    last_day = date(facts.born_on.year, 12, 31)
    last = decide_born(replace(facts, year_only=False, born_on=last_day), rules, on)
    if first.status != last.status:
        return replace(last, status=Status.NEEDS_ASSESSMENT, why=Why.BIRTH_DATE_NOT_KNOWN)
    return last


def decide_born(facts: Facts, rules: RuleSet, on: date) -> Answer:
    doses = sorted((dose for dose in facts.doses if dose.on <= on), key=lambda dose: dose.on)
    judgements = judge(doses, facts, rules)
    told = {
        "phase": phase_of(facts, rules, on),
        "place": place_of(facts, rules, on),
        "judgements": judgements,
    }
    answer = steps(facts, rules, on, doses, judgements)
    return replace(answer, **told)


def steps(
    facts: Facts, rules: RuleSet, on: date, doses: list[Dose], judgements: tuple[Judgement, ...]
) -> Answer:
    # 1
    offer = offer_of(facts, rules, on)
    valid = [dose for dose, said in zip(doses, judgements, strict=True) if said.counts]
    if offer is None:
        return Answer(Status.NOT_RECOMMENDED, Why.NO_OFFER, valid_doses=len(valid))
    # 2
    counted = [dose for dose in valid if in_season(dose, offer)]
    answer = Answer(Status.NOT_RECOMMENDED, Why.SEASON_OVER, valid_doses=len(counted))
    if len(counted) >= offer.doses:
        return replace(answer, status=Status.COMPLETE, why=Why.ALL_DOSES)
    # 3
    if offer.season and on > offer.season.ends_on:
        return answer
    # 4
    unclear = [dose for dose, said in zip(doses, judgements, strict=True) if said.to_assess]
    if any(in_season(dose, offer) for dose in unclear):
        return replace(answer, status=Status.NEEDS_ASSESSMENT, why=Why.DOSE_TO_ASSESS)
    # 5 to 8
    of_disease = [
        dose for dose, said in zip(doses, judgements, strict=True)
        if said is not Judgement.OTHER_DISEASE
    ]  # fmt: skip
    answer = replace(answer, next_dose=len(counted) + 1)
    answer = opened(answer, facts, rules, on, offer, valid, of_disease)
    if answer.status is not Status.NOT_RECOMMENDED and physician_first(facts, rules, on):
        return replace(answer, status=Status.NEEDS_ASSESSMENT, why=Why.PRECAUTION)
    return answer


def opened(
    answer: Answer, facts: Facts, rules: RuleSet, on: date, offer: Offer, valid: list[Dose],
    of_disease: list[Dose],
) -> Answer:  # fmt: skip
    waits = waits_for(answer, facts, rules, on, offer, of_disease)
    if None in waits.values():
        return replace(answer, status=Status.NOT_YET, why=Why.NOT_OPENED)
    floor = max(day for day in waits.values() if day)
    season_end = offer.season.ends_on if offer.season else None
    options = days_of_products(facts, rules, on, valid, floor, season_end, pauses=True)
    if options:
        best = min(options, key=lambda each: (each.earliest, each.recommended))
    elif floor > on:
        best = Days("", floor, floor, None)
    else:
        paused = days_of_products(facts, rules, on, valid, floor, season_end, pauses=False)
        return replace(answer, status=later(offer), why=Why.PAUSED if paused else Why.NO_PRODUCT)
    if season_end and best.earliest > season_end:
        return replace(answer, why=Why.SEASON_OVER, next_dose=None)
    answer = replace(
        answer,
        earliest_on=best.earliest,
        recommended_on=best.recommended,
        latest_on=best.latest,
        products=frozenset(each.product for each in options),
        choices=tuple((o.product, o.earliest, o.recommended, o.latest) for o in options),
    )
    return dated(answer, on, offer, waits)


def waits_for(
    answer: Answer, facts: Facts, rules: RuleSet, on: date, offer: Offer, of_disease: list[Dose]
) -> dict[str, date | None]:
    """5 and 7: what must come first, whatever the product. None: a day that nobody knows."""
    waits: dict[str, date | None] = {"offer": offer.effective_from}
    if offer.strength is Strength.RECOMMENDED and answer.valid_doses == 0:
        openings = openings_for(facts.region, rules, on)
        fitting = [each.effective_from for each in openings if fits(each, facts, on)]
        if openings:
            waits["opening"] = min(fitting, default=None)
    if offer.season:
        waits["season"] = offer.season.starts_on
    if offer.months_since_last and of_disease:
        waits["months"] = months_after(of_disease[-1].on, offer.months_since_last)
    return waits


def dated(answer: Answer, on: date, offer: Offer, waits: dict[str, date | None]) -> Answer:
    """7: the answer to somebody who has an earliest day."""
    if answer.earliest_on <= on:
        if offer.strength is Strength.RECOMMENDED:
            return replace(answer, status=Status.DUE, why=Why.OPEN)
        return replace(answer, status=Status.AVAILABLE, why=Why.ON_REQUEST)
    for what, why in (
        ("season", Why.SEASON_AHEAD), ("opening", Why.OPENS_LATER), ("offer", Why.OPENS_LATER),
        ("months", Why.MONTHS_SINCE_LAST),
    ):  # fmt: skip
        if waits.get(what) == answer.earliest_on:
            return replace(answer, status=later(offer), why=why)
    return replace(answer, status=later(offer), why=Why.INTERVAL)


def later(offer: Offer) -> Status:
    recommended = offer.strength is Strength.RECOMMENDED
    return Status.NOT_YET if recommended else Status.NOT_RECOMMENDED


# ------------------------------------------------------------------ whom rules concern


def age(born_on: date, on: date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def fits(rule: Rule, facts: Facts, on: date) -> bool:
    if rule.region and rule.region != facts.region:
        return False
    day = max(on, rule.effective_from)
    return not rule.who or any(concerns(who, facts, day) for who in rule.who)


def concerns(who: Who, facts: Facts, day: date) -> bool:
    if meets(who, facts, day):
        return True
    if who.cohabitants_from is None or age(facts.born_on, day) < who.cohabitants_from:
        return False
    return any(meets_surely(who, other, day) for other in facts.household)


def meets_surely(who: Who, facts: Facts, day: date) -> bool:
    if not facts.year_only:
        return meets(who, facts, day)
    year = facts.born_on.year
    return all(
        meets(who, replace(facts, born_on=date(year, 1, 1) + timedelta(n)), day)
        for n in (*range(0, 365, 13), 364 + calendar.isleap(year))
    )


def meets(who: Who, facts: Facts, day: date) -> bool:
    years = age(facts.born_on, day)
    return (
        (who.age_from is None or years >= who.age_from)
        and (who.age_to is None or years <= who.age_to)
        and (who.born_from is None or facts.born_on.year >= who.born_from)
        and (who.born_to is None or facts.born_on.year <= who.born_to)
        and (not who.groups or bool(who.groups & facts.groups))
        and not who.without & facts.groups
        and (who.sex is None or who.sex == facts.sex)
    )


def not_ended(rule: Rule, on: date) -> bool:
    return rule.effective_to is None or on <= rule.effective_to


# ------------------------------------------------------------------ offer, opening, phase, place


def offer_of(facts: Facts, rules: RuleSet, on: date) -> Offer | None:
    fitting = [o for o in rules.of(Offer) if not_ended(o, on) and fits(o, facts, on)]

    def rank(offer: Offer) -> tuple[int, date, int]:
        if offer.season and offer.season.ends_on < on:
            return 5, date.min if holds(offer, on) else offer.effective_from, -offer.doses
        recommended = offer.strength is Strength.RECOMMENDED
        if holds(offer, on):
            return (1 if recommended else 2), date.min, -offer.doses
        return (3 if recommended else 4), offer.effective_from, -offer.doses

    return min(fitting, key=rank, default=None)


def openings_for(region: str, rules: RuleSet, on: date) -> list[Opening]:
    current = [each for each in rules.of(Opening) if not_ended(each, on)]
    own = [each for each in current if each.region == region]
    return own or [each for each in current if not each.region]


def phase_of(facts: Facts, rules: RuleSet, on: date) -> int | None:
    fitting = [p.number for p in rules.of(Phase, on=on) if fits(p, facts, on)]
    return min(fitting, default=None)


def place_of(facts: Facts, rules: RuleSet, on: date) -> Place:
    places = {p.place for p in rules.of(Precaution, on=on) if fits(p, facts, on)}
    return Place.HOSPITAL if Place.HOSPITAL in places else Place.ORDINARY


def physician_first(facts: Facts, rules: RuleSet, on: date) -> bool:
    return any(p.assess and fits(p, facts, on) for p in rules.of(Precaution, on=on))


# ------------------------------------------------------------------ doses and products


def in_season(dose: Dose, offer: Offer) -> bool:
    season = offer.season
    return season is None or season.starts_on <= dose.on <= season.ends_on


def judge(doses: list[Dose], facts: Facts, rules: RuleSet) -> tuple[Judgement, ...]:
    said: list[Judgement] = []
    valid: list[Dose] = []
    for dose in doses:
        said.append(judge_one(dose, valid, facts, rules))
        if said[-1].counts:
            valid.append(dose)
    return tuple(said)


def judge_one(dose: Dose, valid: list[Dose], facts: Facts, rules: RuleSet) -> Judgement:
    products = {product.code: product for product in rules.products}
    if not dose.product:
        return Judgement.UNKNOWN_PRODUCT
    if dose.product not in products:
        return Judgement.OTHER_DISEASE
    approval = products[dose.product].approval(dose.on)
    years = age(facts.born_on, dose.on)
    if approval is None or (approval.age_to is not None and years > approval.age_to):
        return Judgement.NOT_APPROVED
    if years < approval.age_from:
        return Judgement.BELOW_AGE
    if valid:
        known, interval = interval_for(valid, dose.product, facts.region, rules, dose.on)
        if known and interval is None:
            return Judgement.MAY_NOT_FOLLOW
        if interval and (dose.on - valid[-1].on).days < interval.min_days:
            return Judgement.TOO_EARLY
    return Judgement.VALID


def interval_for(
    valid: list[Dose], product: str, region: str, rules: RuleSet, on: date
) -> tuple[bool, Interval | None]:
    """Whether intervals are in force at all, and the one that applies."""
    in_force = [i for i in rules.of(Interval, on=on) if i.region in ("", region)]
    fitting = [
        i for i in in_force
        if valid[-1].product in i.after and product in i.then and i.dose in (None, len(valid) + 1)
    ]  # fmt: skip
    own = [i for i in fitting if i.dose is not None]
    return bool(in_force), (own or fitting or [None])[-1]


def days_of_products(
    facts: Facts, rules: RuleSet, on: date, valid: list[Dose], floor: date,
    season_end: date | None, *, pauses: bool,
) -> list[Days]:  # fmt: skip
    uses = [use for use in rules.of(Use, on=on) if fits(use, facts, on)]
    paused = {p.product for p in rules.of(Pause, on=on) if p.region in ("", facts.region)}
    found = []
    for product in rules.products:
        said = {use.allowed for use in uses if use.product == product.code}
        if said != {True} or (pauses and product.code in paused):
            continue
        days = Days(product.code, floor, floor, season_end)
        if valid:
            known, interval = interval_for(valid, product.code, facts.region, rules, on)
            if known and interval is None:
                continue
            days = after_interval(days, interval, valid[-1].on)
        approval = product.approval(on)
        years = age(facts.born_on, max(on, days.earliest))
        if approval is None or years < approval.age_from:
            continue
        if approval.age_to is not None and years > approval.age_to:
            continue
        found.append(days)
    return found


def after_interval(days: Days, interval: Interval | None, last_on: date) -> Days:
    least = interval.min_days if interval else 0
    advised = interval.recommended_days if interval else 0
    latest = days.latest
    if interval and interval.max_days:
        longest = last_on + timedelta(interval.max_days)
        latest = longest if latest is None else min(latest, longest)
    return replace(
        days,
        earliest=max(days.earliest, last_on + timedelta(least)),
        recommended=max(days.recommended, last_on + timedelta(advised)),
        latest=latest,
    )


def months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
