"""What is wrong with directives, each by itself and all together. Every fault at once."""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain

from vaksam.core.products import Product
from vaksam.core.rules.checking import alone, meaning, together
from vaksam.core.rules.checking.finding import Finding
from vaksam.core.rules.definition import Directive

__all__ = ["Finding", "check"]


def check(
    directives: Sequence[Directive],
    *,
    products: Collection[Product],
    programmes: Mapping[str, str],
    about: Collection[str] | None = None,
) -> list[Finding]:
    """Everything wrong (or odd) with directives.

    Parameters
    ----------
    directives
        All that there are, the newest version of each where several are given.
    products
        All products known.
    programmes
        The disease of each programme, by code.
    about
        Codes of those asked about: findings about others, and not against these, are left out.
        None: all.
    """
    newest = {each.code: each for each in sorted(directives, key=lambda each: each.version)}
    said = list(newest.values())
    found = chain(
        *(alone.check(each, products=products, programmes=programmes) for each in said),
        together.check(said),
        meaning.check(said, products=products, programmes=programmes),
    )
    return [each for each in found if about is None or {each.directive, each.against} & {*about}]
