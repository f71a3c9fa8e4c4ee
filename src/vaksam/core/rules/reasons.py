"""The chain of reasons behind a decision, as codes and values; explain.py has the words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vaksam.core.rules.decision import Decision, Dose, Judgement, Reason
from vaksam.core.rules.definition import Interval, Offer, Opening, Pause, Phase, Place, Precaution
from vaksam.core.rules.in_force import RuleSet


@dataclass(frozen=True, slots=True)
class Links:
    """The rules that a decision rests on, by code; empty for none.

    `in_spite_of` names for doses the rule of use that they were given in spite of.

    `region` is the person's; `paused` are the products that only a pause keeps from being given.
    """

    region: str
    deciding: str
    offer: str
    phase: str
    opening: str
    precaution: str
    paused: tuple[str, ...]
    in_spite_of: Mapping[Dose, str]


def chain(
    decision: Decision, links: Links, doses: Sequence[Dose], rules: RuleSet
) -> tuple[Reason, ...]:
    """The answer itself, then offer, phase, opening, doses, interval, products, precaution.

    `doses` are those judged, in order.
    """
    return (
        _answer(decision, links),
        *_offer(links, rules),
        *_phase(decision, links, rules),
        *_opening(decision, links, rules),
        *_doses(decision, links, doses, rules),
        *_interval(decision, doses, rules),
        *_months(decision, links, rules),
        *_products(decision, links, rules),
        *_precaution(decision, links, rules),
    )


def _reason(code: str, rule: str = "", **values: object) -> Reason:
    return Reason(code, rule, tuple(values.items()))


def _answer(decision: Decision, links: Links) -> Reason:
    code = f"answer.{decision.status}.{decision.why}"
    return _reason(code, links.deciding, earliest_on=decision.earliest_on, dose=decision.next_dose)


def _offer(links: Links, rules: RuleSet) -> Iterator[Reason]:
    if links.offer:
        offer = rules.rule(links.offer)
        assert isinstance(offer, Offer)
        kind = "season" if offer.season else "doses"
        yield _reason(
            f"offer.{offer.strength}.{kind}", offer.code, doses=offer.doses,
            starts_on=offer.season.starts_on if offer.season else None,
            ends_on=offer.season.ends_on if offer.season else None,
        )  # fmt: skip


def _phase(decision: Decision, links: Links, rules: RuleSet) -> Iterator[Reason]:
    if links.phase:
        assert isinstance(rules.rule(links.phase), Phase)
        yield _reason("phase", links.phase, phase=decision.phase)


def _opening(decision: Decision, links: Links, rules: RuleSet) -> Iterator[Reason]:
    if links.opening and not decision.valid_doses:
        opening = rules.rule(links.opening)
        assert isinstance(opening, Opening)
        code = "opening.later" if opening.effective_from > decision.on else "opening.since"
        yield _reason(code, opening.code, opens_on=opening.effective_from)


def _doses(
    decision: Decision, links: Links, doses: Sequence[Dose], rules: RuleSet
) -> Iterator[Reason]:
    """The judgement of each dose, and what it was given in spite of."""
    for dose, judgement in zip(doses, decision.judgements, strict=True):
        told = (("given_on", dose.on), ("product", dose.product))
        yield Reason(f"dose.{judgement}", values=told)
        if judgement.counts and (pause := _pause(dose.product, dose.on, links, rules)):
            yield Reason("dose.in_spite_of_pause", pause, told)
        if judgement.counts and (use := links.in_spite_of.get(dose)):
            yield Reason("dose.in_spite_of_use", use, told)


def _interval(decision: Decision, doses: Sequence[Dose], rules: RuleSet) -> Iterator[Reason]:
    """The interval of the product that may be given first."""
    if decision.choices and (code := decision.choices[0].rule):
        interval = rules.rule(code)
        assert isinstance(interval, Interval)
        last = [d for d, said in zip(doses, decision.judgements, strict=True) if said.counts][-1]
        yield _reason(
            "interval", code, after=last.product, then=decision.choices[0].product,
            given_on=last.on, min_days=interval.min_days,
            recommended_on=decision.choices[0].recommended_on,
        )  # fmt: skip


def _months(decision: Decision, links: Links, rules: RuleSet) -> Iterator[Reason]:
    """The months that an offer asks, where a dose was given."""
    offer = rules.rule(links.offer) if links.offer else None
    against = [said for said in decision.judgements if said is not Judgement.OTHER_DISEASE]
    if isinstance(offer, Offer) and offer.months_since_last and against and decision.next_dose:
        yield _reason("months", offer.code, months=offer.months_since_last)


def _products(decision: Decision, links: Links, rules: RuleSet) -> Iterator[Reason]:
    if decision.choices:
        yield _reason("products", products=tuple(each.product for each in decision.choices))
    for code in links.paused:
        if pause := _pause(code, decision.on, links, rules):
            yield _reason("product.paused", pause, product=code)


def _precaution(decision: Decision, links: Links, rules: RuleSet) -> Iterator[Reason]:
    if links.precaution:
        precaution = rules.rule(links.precaution)
        assert isinstance(precaution, Precaution)
        place = "hospital" if decision.place is Place.HOSPITAL else "ordinary"
        kind = "assess" if precaution.assess else "place"
        yield _reason(f"precaution.{place}.{kind}", precaution.code)


def _pause(product: str, on: date, links: Links, rules: RuleSet) -> str:
    """The first pause of a product that is in force in the person's region; empty for none."""
    for pause in rules.of(Pause, on=on):
        if pause.product == product and pause.region in ("", links.region):
            return pause.code
    return ""
