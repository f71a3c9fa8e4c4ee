"""What directives leave out: openings for people to whom nothing is offered, offers without a
product, and birth years passed over between two openings.

People of every age, with no group and with each, stand for everyone.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, pairwise, product

from vaksam.core import groups
from vaksam.core.products import Product
from vaksam.core.rules.checking.finding import Finding, odd, wrong
from vaksam.core.rules.definition import Directive, Offer, Opening, Use, Who

_AGES = range(106)
_GROUPS: tuple[frozenset[str], ...] = (
    frozenset(),
    *(frozenset({code}) for code in groups.CATALOGUE),
)


def check(
    directives: Sequence[Directive],
    *,
    products: Collection[Product],
    programmes: Mapping[str, str],
) -> Iterator[Finding]:
    """Findings about what a programme's directives mean together."""
    for programme in sorted({each.programme for each in directives} & set(programmes)):
        said = [each for each in directives if each.programme == programme]
        offers = [rule for each in said for rule in each.rules if isinstance(rule, Offer)]
        uses = [rule for each in said for rule in each.rules if isinstance(rule, Use)]
        openings = [rule for each in said for rule in each.rules if isinstance(rule, Opening)]
        yield from chain(_openings(openings, offers), _offers(offers, uses), _passed_over(openings))


def _openings(openings: Sequence[Opening], offers: Sequence[Offer]) -> Iterator[Finding]:
    """An opening is inside the national order: somebody it opens for is offered the vaccine."""
    for opening in openings:
        on = opening.effective_from
        if not any(_fits(o.who, *person) for person in _people(opening.who, on) for o in offers):
            yield wrong(
                opening.directive, "outside-the-order",
                "It opens for persons to whom no directive offers the vaccine.", opening.code,
            )  # fmt: skip


def _offers(offers: Sequence[Offer], uses: Sequence[Use]) -> Iterator[Finding]:
    for offer in offers:
        on = max(offer.effective_from, offer.season.starts_on if offer.season else date.min)
        allowed = [
            use for use in uses
            if use.allowed and (use.effective_to is None or on <= use.effective_to)
        ]  # fmt: skip
        ages = sorted(
            {
                age
                for age, born, member in _people(offer.who, on)
                if not any(_fits(use.who, age, born, member) for use in allowed)
            }
        )
        if ages:
            yield odd(
                offer.directive, "no-product",
                "No product is allowed for some of those it is offered to (ages {ages}).",
                offer.code, ages=_spans(ages),
            )  # fmt: skip


def _passed_over(openings: Sequence[Opening]) -> Iterator[Finding]:
    """Years of birth between two openings of one directive that neither names."""
    by_directive: dict[str, list[tuple[int, int, str]]] = {}
    for rule in openings:
        for who in rule.who:
            if who.born_from is not None and who.born_to is not None:
                span = (who.born_from, who.born_to, rule.code)
                by_directive.setdefault(rule.directive, []).append(span)
    for directive, spans in by_directive.items():
        ordered = sorted(spans)
        for (_, before, _), (after, _, code) in pairwise(ordered):
            if after > before + 1:
                yield odd(
                    directive, "years-passed-over",
                    "Those born {first}–{last} stand between two openings and in neither.",
                    code, first=before + 1, last=after - 1,
                )  # fmt: skip


def _people(who: tuple[Who, ...], on: date) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Ages, birth years and groups that fit, among the samples.

    Those of one age are born in two years: before the day of the year, and after it.
    """
    for age, born, member in product(_AGES, (on.year, on.year - 1), _GROUPS):
        if _fits(who, age, born - age, member):
            yield age, born - age, member


def _fits(who: tuple[Who, ...], age: int, born: int, member: frozenset[str]) -> bool:
    return not who or any(_is(each, age, born, member) for each in who)


def _is(who: Who, age: int, born: int, member: frozenset[str]) -> bool:
    return (
        (who.age_from is None or age >= who.age_from)
        and (who.age_to is None or age <= who.age_to)
        and (who.born_from is None or born >= who.born_from)
        and (who.born_to is None or born <= who.born_to)
        and (not who.groups or bool(who.groups & member))
        and not who.without & member
    )


def _spans(ages: list[int]) -> str:
    """0–11, 16."""
    spans: list[list[int]] = []
    for age in ages:
        if spans and age == spans[-1][1] + 1:
            spans[-1][1] = age
        else:
            spans.append([age, age])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in spans)
