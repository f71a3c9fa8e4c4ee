"""Which vial is opened where and when along a route."""

from dataclasses import dataclass

from vaksam.core.rounds.problem import Limits, Opening, Stop


@dataclass(slots=True)
class _Vial:
    at: int
    left: int
    until: int | None
    given: int = 0


class Box:
    """The vials of one route. Doses are given one after the other, evenly over each stop.

    A vial is opened when a dose is needed and none is left that lasts until it is given.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.used: list[_Vial] = []

    def give(self, stop: Stop, starts: int) -> int | None:
        """All doses of a stop; until when the vial in use at its end lasts."""
        for number in range(stop.persons):
            begins = starts + stop.minutes * number // stop.persons
            ends = starts + -(-stop.minutes * (number + 1) // stop.persons)
            self._dose(begins, ends)
        return self.used[-1].until

    def _dose(self, begins: int, ends: int) -> None:
        vial = self.used[-1] if self.used else None
        if vial is None or vial.left == 0 or (vial.until is not None and ends > vial.until):
            life = self.limits.vial_minutes
            vial = _Vial(begins, self.limits.doses, None if life is None else begins + life)
            self.used.append(vial)
        vial.left -= 1
        vial.given += 1

    def opened(self, since: int, until: int) -> tuple[Opening, ...]:
        """The vials from one place in the order of use to another, with all they gave by now."""
        return tuple(Opening(each.at, each.given, each.until) for each in self.used[since:until])

    @property
    def left(self) -> int:
        """Doses that nobody got."""
        return sum(each.left for each in self.used)


def drawn(limits: Limits, persons: int, leaves: int) -> tuple[Opening, ...]:
    """The vials that are drawn up before leaving."""
    vials = -(-persons // limits.doses)
    until = None if limits.vial_minutes is None else leaves + limits.vial_minutes
    last = persons - (vials - 1) * limits.doses
    return tuple(
        Opening(leaves, limits.doses if each < vials - 1 else last, until) for each in range(vials)
    )


def longest_dose(stop: Stop) -> int:
    """Minutes that one of its persons takes at most, as `Box` counts."""
    spans = (
        -(-stop.minutes * (n + 1) // stop.persons) - stop.minutes * n // stop.persons
        for n in range(stop.persons)
    )
    return max(spans)
