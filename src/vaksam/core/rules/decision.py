"""What the rules mean for a person, and why."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vaksam.core.rules.definition import Place


class Status(StrEnum):
    """Answers that must not be mixed.

    not_recommended   nobody recommends it, and it is not offered on request
    not_yet           recommended, and not due today (see the dates)
    due               recommended and may be given today
    complete          has every dose that is recommended
    available         may have it on request, today
    needs_assessment  a person with competence must look first
    """

    NOT_RECOMMENDED = "not_recommended"
    NOT_YET = "not_yet"
    DUE = "due"
    COMPLETE = "complete"
    AVAILABLE = "available"
    NEEDS_ASSESSMENT = "needs_assessment"


class Why(StrEnum):
    """What decided the status."""

    NO_OFFER = "no_offer"  # no recommendation and no offer on request fits the person
    OPEN = "open"  # recommended, the turn has come, nothing hinders
    ON_REQUEST = "on_request"
    NOT_OPENED = "not_opened"  # recommended; no opening that fits is announced
    OPENS_LATER = "opens_later"  # an opening that fits is announced for a later day
    INTERVAL = "interval"  # too early after the last dose
    MONTHS_SINCE_LAST = "months_since_last"
    SEASON_AHEAD = "season_ahead"
    SEASON_OVER = "season_over"
    NO_PRODUCT = "no_product"  # no product may be given to the person on the day
    PAUSED = "paused"  # every product that might be given is paused
    ALL_DOSES = "all_doses"
    DOSE_TO_ASSESS = "dose_to_assess"
    BIRTH_DATE_NOT_KNOWN = "birth_date_not_known"  # the answer depends on it
    PRECAUTION = "precaution"


class Judgement(StrEnum):
    """Whether a dose given counts."""

    VALID = "valid"
    TOO_EARLY = "too_early"  # invalid: sooner after the last valid dose than may be
    MAY_NOT_FOLLOW = "may_not_follow"  # to assess: no interval names the pair of products
    BELOW_AGE = "below_age"  # to assess: younger than the product was approved for
    NOT_APPROVED = "not_approved"  # to assess: the product was not approved then
    UNKNOWN_PRODUCT = "unknown_product"  # to assess
    OTHER_DISEASE = "other_disease"  # not against this disease: not counted

    @property
    def counts(self) -> bool:
        return self is Judgement.VALID

    @property
    def to_assess(self) -> bool:
        return self in _TO_ASSESS


_TO_ASSESS = frozenset(
    {
        Judgement.MAY_NOT_FOLLOW,
        Judgement.BELOW_AGE,
        Judgement.NOT_APPROVED,
        Judgement.UNKNOWN_PRODUCT,
    }
)


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose given: the product's code ('' where it is none we know), and where."""

    on: date
    product: str
    abroad: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person on the day of the decision.

    `born_on` is 1 January of the year where `year_only`; None: not known at all. `household`
    holds the facts of those they live with (without doses; only age, sex and groups are used).
    """

    born_on: date | None
    region: str
    year_only: bool = False
    sex: int = 0
    groups: frozenset[str] = frozenset()
    doses: tuple[Dose, ...] = ()
    household: tuple["Facts", ...] = ()


@dataclass(frozen=True, slots=True)
class ProductChoice:
    """A product that may be given for the next dose, and from when."""

    product: str
    earliest_on: date
    recommended_on: date
    latest_on: date | None = None
    rule: str = ""  # the interval's; empty for a first dose


@dataclass(frozen=True, slots=True)
class Reason:
    """One link of the chain: what a rule contributed.

    `text` keys into the words file; `values` fill its places. `discreet` words exist for every
    reason, for a screen that others can see: they name no group.
    """

    code: str
    rule: str = ""
    values: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules mean for one person on one day."""

    status: Status
    why: Why
    on: date
    phase: int | None
    next_dose: int | None
    valid_doses: int
    earliest_on: date | None
    recommended_on: date | None
    latest_on: date | None
    choices: tuple[ProductChoice, ...]
    place: Place
    judgements: tuple[Judgement, ...]
    reasons: tuple[Reason, ...]
