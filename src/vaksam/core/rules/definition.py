"""What a directive is, and the rules it may hold.

A directive is a dated statement by an authority. It was announced at a moment and is in force
between two days. Both are kept, so that what held on a day, as known at a moment, can be asked.
Days are included at both ends (`effective_to` is the last day, as the field says "t.o.m.").

Rules say who. Whom they concern is a tuple of `Who`; one that fits is enough, none means all.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Authority(StrEnum):
    FOHM = "fohm"
    REGION = "region"
    GOVERNMENT = "government"


class Strength(StrEnum):
    """Never mixed: advised to take it, or may have it on request."""

    RECOMMENDED = "recommended"
    AVAILABLE = "available"


class Place(StrEnum):
    ORDINARY = "ordinary"
    HOSPITAL = "hospital"


@dataclass(frozen=True, slots=True)
class Who:
    """Persons to whom everything given here applies.

    Attributes
    ----------
    age_from, age_to
        Completed years on the day, both included.
    born_from, born_to
        Years of birth, both included.
    groups
        Member of at least one of these (codes of `vaksam.core.groups`); empty: no demand.
    without
        Member of none of these.
    sex
        ISO 5218: 1 male, 2 female.
    cohabitants_from
        Also those of at least this age who share a household with such a person. None: they
        are not meant.
    """

    age_from: int | None = None
    age_to: int | None = None
    born_from: int | None = None
    born_to: int | None = None
    groups: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    sex: int | None = None
    cohabitants_from: int | None = None


EVERYONE: tuple[Who, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement is to be read. `quoted` is False where it is not from the reviews."""

    document: str
    passage: str = ""
    link: str = ""
    quoted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What all rules have.

    `effective_from` and `effective_to` are the directive's unless the rule has its own.
    `region` is the directive's: empty for the whole country.
    """

    code: str
    title_sv: str
    title_en: str
    directive: str
    source: Source
    effective_from: date
    effective_to: date | None = None
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase(Rule):
    """The national order: these persons belong to phase `number`. Phases may overlap."""

    number: int
    who: tuple[Who, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening(Rule):
    """From its first day, these persons are offered the vaccine. `phase` for the reader.

    A region with openings of its own follows them, and not the national ones.
    """

    who: tuple[Who, ...]
    phase: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Doses given from `starts_on` to `ends_on` count, and only they."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Rule):
    """These persons are recommended `doses` doses, or may have them on request.

    Without `season` all valid doses against the disease count (a primary series). With it only
    those within it do, and none may be given outside it. `months_since_last`: at least so many
    calendar months after the last dose against the disease, whichever programme gave it.
    """

    strength: Strength
    who: tuple[Who, ...]
    doses: int
    season: Season | None = None
    months_since_last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use(Rule):
    """A product may be given to these persons (`allowed`), or may not (not `allowed`).

    A person may have a product that some rule allows and none forbids.
    """

    product: str
    allowed: bool
    who: tuple[Who, ...] = EVERYONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Rule):
    """A product is not given at all, for as long as the rule is in force."""

    product: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval(Rule):
    """After a dose of `after`, a dose of `then` may follow: days counted from that dose.

    A pair of products that no interval in force names may not follow one another. `dose` limits
    the rule to the dose of that number. Earlier than `min_days` a dose given does not count.
    """

    after: frozenset[str]
    then: frozenset[str]
    min_days: int
    recommended_days: int
    max_days: int | None = None
    dose: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoVaccination(Rule):
    """May be given at the same visit as vaccines against these diseases, or may not."""

    diseases: frozenset[str]
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Precaution(Rule):
    """These persons are vaccinated at `place` only; with `assess`, after a physician's word."""

    who: tuple[Who, ...]
    place: Place
    assess: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """A rule of an earlier directive ends: `last_on` is its last day in force."""

    rule: str
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """One version of a dated statement by an authority.

    `taken_back_at`: from then on it is as if it had never been said; before, it was known.
    """

    code: str
    programme: str
    authority: Authority
    region: str
    title_sv: str
    title_en: str
    announced_at: datetime
    effective_from: date
    effective_to: date | None
    author: str
    checker: str
    review_on: date
    source: Source
    rules: tuple[Rule, ...] = ()
    ends: tuple[Ending, ...] = ()
    version: int = 1
    taken_back_at: datetime | None = None

    def is_known(self, at: datetime) -> bool:
        """Whether it had been announced by a moment, and not been taken back."""
        return self.announced_at <= at and (self.taken_back_at is None or at < self.taken_back_at)
