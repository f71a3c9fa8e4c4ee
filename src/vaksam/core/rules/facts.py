"""Facts of persons as the frame that is evaluated."""

from collections.abc import Iterator, Sequence
from itertools import chain

import polars as pl

from vaksam.core import groups
from vaksam.core.rules.decision import Dose, Facts
from vaksam.core.rules.in_force import RuleSet

UNKNOWN_PRODUCT = 255
OTHER_DISEASE = 0
_PERSON: dict[str, pl.DataType] = {
    "person": pl.Int64(),
    "born_on": pl.Date(),
    "year_only": pl.Boolean(),
    "sex": pl.UInt8(),
    "region": pl.UInt8(),
    "groups": pl.UInt64(),
    "household": pl.Int64(),
}
_DOSE: dict[str, pl.DataType] = {"on": pl.Date(), "product": pl.UInt8(), "abroad": pl.Boolean()}


def frame(people: Sequence[Facts], rules: RuleSet) -> pl.DataFrame:
    """The facts frame of some persons and, after them, of those they live with.

    Person n of `people` has the number n. Members of their household have negative numbers and
    share household n + 1. Doses stand in date order.
    """
    slots = max((len(person.doses) for person in people), default=0)
    products = {product.code: product.number for product in rules.products}
    rows = [
        _row(number, number + 1 if person.household else None, person, products, slots)
        for number, person in enumerate(people)
    ]
    return pl.DataFrame(
        [*rows, *_others(people, products, slots)],
        schema=_PERSON | {f"dose_{n}_{name}": of for n in range(1, slots + 1)
                          for name, of in _DOSE.items()},
        orient="row",
    )  # fmt: skip


def in_order(doses: Sequence[Dose]) -> list[Dose]:
    """Doses by date; those of one day in the order given."""
    return sorted(doses, key=lambda dose: dose.on)


def _others(
    people: Sequence[Facts], products: dict[str, int], slots: int
) -> Iterator[tuple[object, ...]]:
    member = 0
    for number, person in enumerate(people):
        for other in person.household:
            member -= 1
            yield _row(member, number + 1, other, products, slots, doses=())


def _row(
    number: int,
    household: int | None,
    person: Facts,
    products: dict[str, int],
    slots: int,
    doses: Sequence[Dose] | None = None,
) -> tuple[object, ...]:
    given = in_order(person.doses if doses is None else doses)
    cells = [(dose.on, _number(dose, products), dose.abroad) for dose in given]
    empty = [(None, None, None)] * (slots - len(cells))
    return (
        number, person.born_on, person.year_only, person.sex, int(person.region or 0),
        groups.mask(person.groups), household, *chain.from_iterable([*cells, *empty]),
    )  # fmt: skip


def _number(dose: Dose, products: dict[str, int]) -> int:
    """A product with a code that is not the programme's is against another disease."""
    if not dose.product:
        return UNKNOWN_PRODUCT
    return products.get(dose.product, OTHER_DISEASE)
