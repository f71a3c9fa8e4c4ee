"""What is asked of a plan of rounds, and what it answers. Times are whole minutes after midnight.

Vials: `Way.DRAWN` draws every dose before leaving, so that all are given within the life of a vial
from the departure. `Way.OPENED` takes unopened vials along and opens one when a dose is needed;
it goes along open until its life ends, and then another is opened.
"""

from dataclasses import dataclass
from enum import StrEnum

DAY = 24 * 60


class Way(StrEnum):
    """Where doses are drawn."""

    DRAWN = "drawn"  # before leaving
    OPENED = "opened"  # where they are given


@dataclass(frozen=True, slots=True)
class Stop:
    """A place to go: `persons` to vaccinate, which takes `minutes` altogether.

    Somebody must begin there from `opens` to `closes`; who comes earlier waits.
    """

    id: int
    latitude: float
    longitude: float
    persons: int
    minutes: int
    opens: int = 0
    closes: int = DAY

    def __post_init__(self) -> None:
        assert self.persons >= 1 and self.minutes >= self.persons, "a minute for each person"


@dataclass(frozen=True, slots=True)
class Team:
    """One car. It leaves with the others and is back by `until`."""

    name: str
    until: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What the product bears.

    Parameters
    ----------
    doses
        Nominal doses of a vial.
    vial_minutes
        How long a vial lasts, opened or drawn; None: the whole day.
    outside_minutes
        So long after leaving the fridge the last dose is given at the latest; None: no limit.
    drive_minutes
        Most minutes of driving that a vial bears, from the door to the last stop; None: any. The
        way back does not count.
    shake_sensitive
        Then no syringe is carried: doses are drawn where they are given.
    """

    doses: int
    vial_minutes: int | None = None
    outside_minutes: int | None = None
    drive_minutes: int | None = None
    way: Way = Way.OPENED
    shake_sensitive: bool = False

    def __post_init__(self) -> None:
        assert self.doses >= 1, "a vial holds a dose"
        assert not (self.shake_sensitive and self.way is Way.DRAWN), "no syringe is carried"

    def latest(self, leaves: int) -> int | None:
        """When the last dose must have been given, whatever the route; None: whenever."""
        ends = [self.outside_minutes]
        if self.way is Way.DRAWN:
            ends.append(self.vial_minutes)
        known = [each for each in ends if each is not None]
        return leaves + min(known) if known else None


@dataclass(frozen=True, slots=True)
class Opening:
    """A vial is opened at a moment; `given` of its doses go to people; it lasts `until`."""

    at: int
    given: int
    until: int | None


@dataclass(frozen=True, slots=True)
class Visit:
    """`starts` is later than `arrives` where one must wait. `opened` in order; `until`: how long
    the vial in use at the end lasts (None: the whole day).
    """

    stop: int
    arrives: int
    starts: int
    ends: int
    opened: tuple[Opening, ...]
    until: int | None


@dataclass(frozen=True, slots=True)
class Route:
    """What one team does. `drawn` are the vials that are used up before leaving.

    `left` doses are in the vials at the end or were lost when the time of one ran out.
    """

    team: str
    leaves: int
    back: int
    visits: tuple[Visit, ...]
    drawn: tuple[Opening, ...]
    driving_minutes: int
    km: float
    vials: int
    left: int

    @property
    def until(self) -> int | None:
        """How long the vial in use at the last stop lasts."""
        return self.visits[-1].until


@dataclass(frozen=True, slots=True)
class Left:
    """A stop that nobody goes to, and why.

    too-slow   one person takes longer than a vial lasts
    too-far    more driving than the vaccine bears, even straight there
    too-late   it cannot be done in time, even straight there
    no-time    it could be done, but not beside the others: more teams or hours are needed
    """

    stop: int
    why: str


@dataclass(frozen=True, slots=True)
class Rounds:
    """The plan: a route a team that goes out, and the stops that are left."""

    routes: tuple[Route, ...]
    left: tuple[Left, ...]

    @property
    def minutes(self) -> int:
        """Minutes that teams are out."""
        return sum(each.back - each.leaves for each in self.routes)
