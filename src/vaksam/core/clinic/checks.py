"""What is looked at just before a dose is given: vial, person and prescription."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from vaksam.core.clinic.effects import Outcome
from vaksam.core.clinic.prescribing import Kind, Prescription
from vaksam.core.clinic.triage import Triage
from vaksam.core.products import Approval
from vaksam.core.rules.decision import Decision
from vaksam.core.supply.picking import Block

SOON: Final = timedelta(minutes=30)
Values = tuple[tuple[str, object], ...]


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Vial:
    """The vial a dose is to come from.

    `vial` is the number of the document that opened it, None: not opened. `until` is the end of
    the hours after opening or of thaw life. `doses_left` nominal ones, none or less: beyond.
    """

    vial: int | None
    product: str
    lot: str
    expires_on: date
    until: datetime | None
    doses_left: int
    blocked: Block | None = None
    open: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. With `why` the words are those of code, level and why."""

    code: str
    level: Level
    values: Values = ()
    why: str = ""


def before(
    *,
    vial: Vial,
    wanted_product: str,
    triage: Triage,
    prescription: Prescription | None,
    decision: Decision,
    approval: Approval | None,
    consented: bool,
    age: int | None,
    now: datetime,
    on: date,
) -> tuple[Check, ...]:
    """All ten checks, always in this order, whatever they find.

    Parameters
    ----------
    prescription
        What `prescribing.covering` found.
    approval
        The product's approval on the day (`Product.approval`); None: not approved.
    consented
        The person, or who decides for them, has said yes to this dose.
    age
        Completed years; None: not known.
    """
    return (
        _product(vial, wanted_product),
        _lot(vial),
        _expiry(vial, on),
        _opened(vial, now),
        _left(vial),
        _age(age, approval, prescription),
        _interval(decision, wanted_product, on),
        _contraindication(triage),
        _prescription(prescription),
        Check("consent", Level.OK if consented else Level.STOP),
    )


def may_give(checks: Iterable[Check]) -> bool:
    """Whether nothing stops the dose; nothing looked at is no permission."""
    levels = [each.level for each in checks]
    return bool(levels) and Level.STOP not in levels


def stops(checks: Iterable[Check]) -> Iterator[Check]:
    """What stops the dose."""
    return (each for each in checks if each.level is Level.STOP)


def _product(vial: Vial, wanted: str) -> Check:
    same = vial.product == wanted
    values = (("product", vial.product), ("wanted", wanted))
    return Check("product", Level.OK if same else Level.STOP, values)


def _lot(vial: Vial) -> Check:
    lot = (("lot", vial.lot),)
    if vial.blocked:
        return Check("lot", Level.STOP, lot, why=vial.blocked.value)
    return Check("lot", Level.OK, lot)


def _expiry(vial: Vial, on: date) -> Check:
    level = Level.STOP if vial.expires_on < on else Level.OK
    return Check("expiry", level, (("lot", vial.lot), ("expires_on", vial.expires_on)))


def _opened(vial: Vial, now: datetime) -> Check:
    """The time after opening, or after thawing."""
    until: Values = (("until", vial.until),) if vial.until else ()
    if vial.until and now >= vial.until:
        return Check("opened", Level.STOP, until)
    if not vial.open:
        return Check("opened", Level.WARN, why="unopened")
    if vial.until and now >= vial.until - SOON:
        return Check("opened", Level.WARN, until, why="soon")
    return Check("opened", Level.OK, until, why="" if vial.until else "no_limit")


def _left(vial: Vial) -> Check:
    if vial.doses_left > 0:
        return Check("left", Level.OK, (("doses_left", vial.doses_left),))
    return Check("left", Level.WARN) if vial.open else Check("left", Level.STOP)


def _age(age: int | None, approval: Approval | None, prescription: Prescription | None) -> Check:
    """Outside its approval a product is given only to whom a physician has prescribed it."""
    individual = prescription is not None and prescription.kind is Kind.INDIVIDUAL
    against = Level.WARN if individual else Level.STOP
    if approval is None:
        return Check("age", against, why="not_approved")
    if age is None:
        return Check("age", against, why="not_known")
    if age < approval.age_from:
        return Check("age", against, (("age_from", approval.age_from),), why="younger")
    if approval.age_to is not None and age > approval.age_to:
        return Check("age", against, (("age_to", approval.age_to),), why="older")
    return Check("age", Level.OK)


def _interval(decision: Decision, product: str, on: date) -> Check:
    choice = next((each for each in decision.choices if each.product == product), None)
    earliest = choice.earliest_on if choice else decision.earliest_on
    if earliest and earliest > on:
        return Check("interval", Level.STOP, (("earliest_on", earliest),))
    if choice and choice.latest_on and choice.latest_on < on:
        return Check("interval", Level.WARN, (("latest_on", choice.latest_on),))
    return Check("interval", Level.OK)


def _contraindication(triage: Triage) -> Check:
    if not triage.outcome.may_give:
        return Check("triage", Level.STOP, why=triage.outcome.value)
    longer = triage.outcome is Outcome.GIVE_LONGER
    level = Level.WARN if longer else Level.OK
    return Check("triage", level, (("minutes", triage.minutes),))


def _prescription(prescription: Prescription | None) -> Check:
    if prescription is None:
        return Check("prescription", Level.STOP)
    return Check("prescription", Level.OK, why=prescription.kind.value)
