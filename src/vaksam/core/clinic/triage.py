"""Whether a dose may be given now, to this person, here: directive, history and declaration.

Every reason that applies is listed, the gravest first, and the gravest decides. More that speaks
against never makes the outcome milder; what a physician clears never makes it graver.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from vaksam.core.clinic.effects import LONG, SHORT, Effect, Outcome, effects
from vaksam.core.rules.decision import Decision, Dose, Status, Why
from vaksam.core.rules.definition import Place

__all__ = ["History", "Outcome", "Reaction", "Reason", "Triage", "triage"]

ADULT: Final = 18
_FOR_PHYSICIAN: Final = frozenset({Outcome.ASK_PHYSICIAN, Outcome.HOSPITAL})


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction after a dose earlier."""

    on: date
    product: str
    anaphylaxis: bool = False
    serious: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What is known of the person before the visit; `age` in completed years, None: not known."""

    groups: frozenset[str] = frozenset()
    reactions: tuple[Reaction, ...] = ()
    doses: tuple[Dose, ...] = ()
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that matters, and what it leads to alone.

    `code` is a key of words.toml, `values` fill its places. `minutes` of observation, `until` the
    first day it may no longer matter. `cleared`: a physician has looked at it.
    """

    code: str
    values: tuple[tuple[str, object], ...] = ()
    outcome: Outcome = Outcome.GIVE
    minutes: int = SHORT
    until: date | None = None
    cleared: bool = False


@dataclass(frozen=True, slots=True)
class Triage:
    """What comes of the visit and why, the gravest reason first.

    `until` is the first day it may be given, where one can be told. `products` are others that
    may be given now, as far as directive and answers say.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...]
    minutes: int
    until: date | None
    products: tuple[str, ...]

    @property
    def to_clear(self) -> frozenset[str]:
        """Codes that a physician can clear by an individual prescription, and has not."""
        return frozenset(
            each.code for each in self.reasons
            if each.outcome in _FOR_PHYSICIAN and not each.cleared
        )  # fmt: skip


def triage(
    *,
    answers: Mapping[str, str] | None,
    history: History,
    decision: Decision,
    product: str,
    on: date,
    at_hospital: bool,
    cleared: frozenset[str] = frozenset(),
) -> Triage:
    """What comes of the visit.

    Parameters
    ----------
    answers
        The health declaration, as `questions.clean` returns it; None: not made, and nothing is
        given without it.
    decision
        What the directives say on the day, of all products.
    at_hospital
        The venue can take whoever has reacted with anaphylaxis before.
    cleared
        Codes of reasons that a physician has cleared by an individual prescription. Only what
        calls for a physician can be cleared; what calls for a hospital still does.
    """
    found = [
        *_directive(decision, product, on, at_hospital=at_hospital),
        *_history(history, product, on),
        *_declaration(answers, product, on),
    ]
    found = [_settled(each, at_hospital=at_hospital, cleared=cleared) for each in found]
    found = sorted(dict.fromkeys(found), key=lambda each: -each.outcome.gravity)
    days = [each.until for each in found if each.until]
    return Triage(
        outcome=found[0].outcome if found else Outcome.GIVE,
        reasons=tuple(found),
        minutes=max((each.minutes for each in found), default=SHORT),
        until=max(days, default=None),
        products=_others(decision, answers or {}, product, on),
    )


def _settled(reason: Reason, *, at_hospital: bool, cleared: frozenset[str]) -> Reason:
    """The reason here, with what the physician has said: the place can only be met by going."""
    if reason.outcome not in _FOR_PHYSICIAN:
        return reason
    reason = replace(reason, cleared=reason.code in cleared)
    if reason.outcome is Outcome.HOSPITAL and not at_hospital:
        return reason
    if not reason.cleared:
        return replace(reason, outcome=Outcome.ASK_PHYSICIAN)
    longer = reason.minutes > SHORT
    return replace(reason, outcome=Outcome.GIVE_LONGER if longer else Outcome.GIVE)


def _directive(
    decision: Decision, product: str, on: date, *, at_hospital: bool
) -> Iterator[Reason]:
    assess = decision.status is Status.NEEDS_ASSESSMENT
    by_precaution = assess and decision.why is Why.PRECAUTION
    if decision.place is Place.HOSPITAL:
        there = at_hospital and not by_precaution
        outcome = Outcome.GIVE_LONGER if there else Outcome.HOSPITAL
        yield Reason("directive.hospital", outcome=outcome, minutes=LONG)
    if assess and not (by_precaution and decision.place is Place.HOSPITAL):
        yield Reason(f"directive.assess.{decision.why}", outcome=Outcome.ASK_PHYSICIAN)
    yield from _due(decision, product, on)


def _due(decision: Decision, product: str, on: date) -> Iterator[Reason]:
    """The day and the product. No choice can be told where a physician must first see the facts."""
    choice = next((each for each in decision.choices if each.product == product), None)
    first = choice.earliest_on if choice else decision.earliest_on
    named = (("product", product),)
    if first and first > on:
        yield Reason("directive.not_due", (("earliest_on", first),), Outcome.NOT_NOW, until=first)
    elif decision.status in (Status.COMPLETE, Status.NOT_RECOMMENDED):
        yield Reason(f"directive.{decision.status}", outcome=Outcome.NOT_NOW)
    elif _paused(decision, product):
        outcome = Outcome.NOT_THIS_PRODUCT if decision.choices else Outcome.NOT_NOW
        yield Reason("directive.paused", named, outcome)
    elif decision.status is Status.NOT_YET:
        yield Reason(f"directive.{_unopened(decision)}", outcome=Outcome.NOT_NOW)
    elif choice is None and decision.choices:
        allowed = tuple(each.product for each in decision.choices if each.earliest_on <= on)
        yield Reason("directive.other_product", (*named, ("products", allowed)),
                     Outcome.NOT_THIS_PRODUCT)  # fmt: skip
    elif choice is None and decision.why not in (Why.DOSE_TO_ASSESS, Why.BIRTH_DATE_NOT_KNOWN):
        yield Reason("directive.no_product", outcome=Outcome.NOT_NOW)


def _unopened(decision: Decision) -> str:
    return "not_opened" if decision.why is Why.NOT_OPENED else "no_product"


def _paused(decision: Decision, product: str) -> bool:
    return any(each.code == "product.paused" and dict(each.values).get("product") == product
               for each in decision.reasons)  # fmt: skip


def _history(history: History, product: str, on: date) -> Iterator[Reason]:
    for each in history.reactions:
        told = (("reacted_on", each.on), ("product", each.product))
        if each.anaphylaxis:
            yield Reason("history.anaphylaxis", told, Outcome.HOSPITAL, LONG)
        elif each.serious:
            yield Reason("history.serious_reaction", told, Outcome.ASK_PHYSICIAN, LONG)
        else:
            yield Reason("history.reaction", told)
    if "anaphylaxis" in history.groups:
        yield Reason("history.anaphylaxis_noted", outcome=Outcome.HOSPITAL, minutes=LONG)
    if "immunosuppressed" in history.groups:
        yield Reason("history.immunosuppressed")
    if any(dose.on == on and dose.product == product for dose in history.doses):
        yield Reason("history.given_today", (("product", product),), Outcome.NOT_NOW)
    if history.age is not None and history.age < ADULT:
        yield Reason("history.minor")


def _declaration(answers: Mapping[str, str] | None, product: str, on: date) -> Iterator[Reason]:
    if answers is None:
        yield Reason("declaration.missing", outcome=Outcome.NOT_NOW)
        return
    for effect in effects().each:
        answer = answers.get(effect.question, "")
        if outcome := effect.of(answer, product):
            yield _answered(effect, answer, outcome, on)


def _answered(effect: Effect, answer: str, outcome: Outcome, on: date) -> Reason:
    waits = outcome is Outcome.NOT_NOW and effect.wait_days
    until = on + timedelta(days=effect.wait_days) if waits and effect.wait_days else None
    values = (("unsure", True),) if answer == "unsure" else ()
    return Reason(f"answer.{effect.question}", values, outcome, effect.minutes, until)


def _others(
    decision: Decision, answers: Mapping[str, str], product: str, on: date
) -> tuple[str, ...]:
    """Other products that the directive allows now and no answer speaks against by name."""
    return tuple(
        each.product for each in decision.choices
        if each.product != product and each.earliest_on <= on and not any(
            effect.products and effect.of(answers.get(effect.question, ""), each.product)
            for effect in effects().each
        )
    )  # fmt: skip
