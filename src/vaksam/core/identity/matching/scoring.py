"""The scored match."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from vaksam.core.errors import Refused
from vaksam.core.identity.matching.fields import conflict, levels
from vaksam.core.identity.matching.known import Known
from vaksam.core.identity.matching.weights import PRIOR_BITS, REVIEW_FROM, SAME_FROM, WEIGHTS

Verdict = Literal["same", "review", "different"]


class Agreement(NamedTuple):
    """In what two records agree or differ, and what it weighs in bits."""

    field: str
    level: str
    weight: float


@dataclass(frozen=True, slots=True)
class Score:
    """How likely it is that two records are of one person, and why.

    `bits` is the sum of the weights, `probability` what it makes of the prior; in (0, 1).
    """

    bits: float
    probability: float
    agreements: tuple[Agreement, ...]

    def at(self, field: str) -> str | None:
        """The level of a field; None where it was not compared."""
        return next((each.level for each in self.agreements if each.field == field), None)


def score(a: Known, b: Known) -> Score:
    r"""Compare two records, field by field. The order of the two does not matter.

    .. math:: w = \sum_f \log_2 \frac{m_f(l_f)}{u_f(l_f)}, \qquad
              p = \frac{1}{1 + 2^{-(w + w_0)}}

    where :math:`l_f` is the level at which field :math:`f` agrees, :math:`m` its probability where
    both records are of one person, :math:`u` where they are of two, and :math:`w_0` the prior
    log-odds (see `weights`). A field that either record lacks adds nothing.

    References
    ----------
    I. P. Fellegi and A. B. Sunter, "A theory for record linkage", Journal of the American
    Statistical Association 64 (1969) 1183-1210. Jaro–Winkler similarity of names: W. E. Winkler,
    "String comparator metrics and enhanced decision rules", ASA Survey Research Methods (1990).

    Examples
    --------
    >>> from datetime import date
    >>> one = Known(given_name="Åsa", family_name="Karlsson", born_on=date(1949, 3, 2))
    >>> other = Known(given_name="Asa", family_name="Carlsson", born_on=date(1949, 2, 3))
    >>> found = score(one, other)
    >>> [(each.field, each.level) for each in found.agreements]
    [('given_name', 'exact'), ('family_name', 'close'), ('born', 'day_and_month_swapped')]
    >>> round(found.bits, 1), verdict(found)
    (17.4, 'review')
    """
    agreements = tuple(
        Agreement(field, level, WEIGHTS[field][level].bits) for field, level in levels(a, b)
    )
    bits = sum(each.weight for each in agreements)
    return Score(bits, 1 / (1 + 2.0 ** -(bits + PRIOR_BITS)), agreements)


def verdict(score: Score) -> Verdict:
    """What to do with a pair: `same` is proposed, `review` is looked at, `different` is left.

    `same` from a probability of 0.9999, `review` from 0.05. Weights are added as if fields were
    independent; families are where they are not. So a pair is never `same` where given names, sex
    or birth differ (twins, a father and son of one name), and never anything but `different` where
    both have personal numbers and none in common.
    """
    if score.at("identity") == "conflict" or score.probability < REVIEW_FROM:
        return "different"
    doubt = any((each.field, each.level) in _DOUBTS for each in score.agreements)
    return "review" if doubt or score.probability < SAME_FROM else "same"


_DOUBTS: Final = frozenset(
    {
        ("given_name", "different"),
        ("sex", "different"),
        ("born", "different"),
        ("born", "same_year"),
        ("born_year", "different"),
    }
)


def may_merge(a: Known, b: Known) -> None:
    """Nothing where two records may be made one.

    Raises
    ------
    Refused
        'two-personal-numbers': both have personal numbers and none in common.
    """
    if conflict(a, b):
        raise Refused(
            "two-personal-numbers",
            "The two have different personal numbers, so they are two persons. If one of the "
            "numbers is wrong, end it first.",
        )
