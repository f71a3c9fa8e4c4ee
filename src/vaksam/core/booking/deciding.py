"""Whether somebody may book a place: the rules of the day of the visit, doses booked included."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from vaksam.core.booking.facts import Held, Refusal, Together, Verdict, Wanted, Why
from vaksam.core.rules import decide
from vaksam.core.rules.decision import Decision, Dose, Facts, ProductChoice, Status
from vaksam.core.rules.decision import Why as Reason
from vaksam.core.rules.definition import CoVaccination, Place
from vaksam.core.rules.in_force import RuleSet, holds

NONE: Mapping[str, RuleSet] = MappingProxyType({})
_BARRED = {
    Status.NOT_RECOMMENDED: Why.NOT_RECOMMENDED,
    Status.COMPLETE: Why.COMPLETE,
    Status.NEEDS_ASSESSMENT: Why.NEEDS_ASSESSMENT,
}


def may_book(
    facts: Facts,
    rules: RuleSet,
    wanted: Wanted,
    held: Sequence[Held],
    *,
    on: date,
    together: Sequence[Together] = (),
    others: Mapping[str, RuleSet] = NONE,
) -> Verdict:
    """Whether somebody may book a place, or everything that stands in the way.

    Doses booked before the day count as given on theirs, so one reading of the rules covers
    intervals to earlier doses, to booked ones, and the number of the dose. Doses booked after it
    are judged again with this one before them.

    Parameters
    ----------
    facts
        The person as known today; groups known today are taken to hold on the day.
    held
        Every place that the person holds, in any programme; one to be given up for this is not
        among them.
    on
        Today.
    together
        Vaccines against other diseases on the same day: of this visit, or held.
    others
        The rules of other programmes against the disease in which places are held: later doses
        are judged by their own.
    """
    same = sorted((h for h in held if h.disease == rules.disease), key=lambda each: each.on)
    before = [each for each in same if each.on < wanted.on]
    decision = decide(_with(facts, before), rules, on=wanted.on)
    dose = decision.next_dose or wanted.dose
    choice = _choice(decision, wanted.product)
    found = [
        *_day(wanted, on),
        *_held(wanted, dose, same, rules),
        *_standing(decision, choice, wanted),
        *_number(wanted, decision),
        *_place(wanted, decision),
        *_together(wanted, rules, held, together),
    ]
    if not found:
        own = {**others, rules.programme: rules}
        found = [*_after(facts, own, wanted, before, same, rules.disease)]
    return Verdict(
        dose=dose,
        earliest_on=choice.earliest_on if choice else decision.earliest_on,
        recommended_on=choice.recommended_on if choice else decision.recommended_on,
        refusals=tuple(found),
    )


def _with(facts: Facts, booked: Sequence[Held]) -> Facts:
    return replace(facts, doses=(*facts.doses, *(Dose(each.on, each.product) for each in booked)))


def _choice(decision: Decision, product: str) -> ProductChoice | None:
    return next((each for each in decision.choices if each.product == product), None)


def _day(wanted: Wanted, on: date) -> Iterator[Refusal]:
    if wanted.on < on:
        yield Refusal(Why.PAST)


def _held(
    wanted: Wanted, dose: int | None, same: Sequence[Held], rules: RuleSet
) -> Iterator[Refusal]:
    """One place a dose, and one dose against a disease a day."""
    for each in same:
        this_dose = each.programme == rules.programme and each.dose == (wanted.dose or dose)
        if this_dose or each.on == wanted.on:
            values = {"on": each.on, "place": each.place, "appointment": each.appointment}
            yield Refusal(Why.BOOKED, values)
            return


def _standing(
    decision: Decision, choice: ProductChoice | None, wanted: Wanted
) -> Iterator[Refusal]:
    if decision.why is Reason.NOT_OPENED:
        yield Refusal(Why.NOT_OPENED)
    elif decision.why in (Reason.NO_PRODUCT, Reason.PAUSED):
        yield Refusal(Why.NO_PRODUCT)
    elif (barred := _BARRED.get(decision.status)) and not decision.choices:
        yield Refusal(barred)
    elif choice is None:
        allowed = tuple(each.product for each in decision.choices)
        yield Refusal(Why.OTHER_PRODUCT, {"product": wanted.product, "products": allowed})
    elif choice.earliest_on > wanted.on:
        yield Refusal(Why.TOO_EARLY, {"earliest_on": choice.earliest_on})
    elif _assessed_there(decision, wanted):
        return
    elif decision.status in _BARRED:
        yield Refusal(_BARRED[decision.status])
    elif decision.status not in (Status.DUE, Status.AVAILABLE):
        yield Refusal(Why.TOO_EARLY, {"earliest_on": decision.earliest_on})


def _assessed_there(decision: Decision, wanted: Wanted) -> bool:
    """A precaution sends them to a hospital, where a physician sees them before the dose."""
    return (
        decision.why is Reason.PRECAUTION and decision.place is Place.HOSPITAL
        and wanted.hospital and wanted.by_staff
    )  # fmt: skip


def _number(wanted: Wanted, decision: Decision) -> Iterator[Refusal]:
    if wanted.dose and decision.next_dose and wanted.dose != decision.next_dose:
        yield Refusal(Why.OTHER_DOSE, {"dose": wanted.dose, "next_dose": decision.next_dose})


def _place(wanted: Wanted, decision: Decision) -> Iterator[Refusal]:
    if decision.place is Place.HOSPITAL and not wanted.hospital:
        yield Refusal(Why.HOSPITAL_ONLY)


def _together(
    wanted: Wanted, rules: RuleSet, held: Sequence[Held], visit: Sequence[Together]
) -> Iterator[Refusal]:
    """Another disease's vaccine on the same day needs a rule that allows it and none that forbids.

    One side's rules are enough to allow it; either's forbid it.
    """
    there: dict[str, bool | None] = {
        each.disease: None for each in held
        if each.on == wanted.on and each.disease != rules.disease
    }  # fmt: skip
    there |= {each.disease: each.allowed for each in visit}
    for disease, allowed_there in there.items():
        said = {allows(rules, disease, wanted.on), allowed_there}
        if False in said or True not in said:
            yield Refusal(Why.NOT_TOGETHER, {"disease": disease})
            return


def allows(rules: RuleSet, disease: str, on: date) -> bool | None:
    """Whether the rules of a day let vaccines against `disease` be given as well; None: silent."""
    said = [each.allowed for each in rules.of(CoVaccination)
            if holds(each, on) and disease in each.diseases]  # fmt: skip
    return all(said) if said else None


def _after(
    facts: Facts, rules: Mapping[str, RuleSet], wanted: Wanted, before: Sequence[Held],
    same: Sequence[Held], disease: str,
) -> Iterator[Refusal]:  # fmt: skip
    """Doses booked for later days must still be allowed with this one before them."""
    this = Held(appointment=0, programme=wanted.programme, disease=disease,
                product=wanted.product, dose=0, on=wanted.on)  # fmt: skip
    so_far = [*before, this]
    for each in (each for each in same if each.on > wanted.on):
        if each.programme not in rules:
            continue
        decision = decide(_with(facts, so_far), rules[each.programme], on=each.on)
        choice = _choice(decision, each.product)
        if choice is None or choice.earliest_on > each.on:
            earliest = choice.earliest_on if choice else None
            values = {"on": each.on, "earliest_on": earliest, "place": each.place,
                      "appointment": each.appointment}  # fmt: skip
            yield Refusal(Why.DOSE_AFTER, values)
            return
        so_far.append(each)
