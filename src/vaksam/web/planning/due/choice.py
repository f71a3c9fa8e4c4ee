"""What the page is asked to show: all of it in the address, which names no person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import get_language

from vaksam.areas import queries as areas
from vaksam.areas.queries import AreaRef
from vaksam.base import clock
from vaksam.base.roles import Role
from vaksam.base.scope import Scope, scope_of
from vaksam.core.errors import NotFound
from vaksam.eligibility.queries import Dimension
from vaksam.programmes import queries as programmes
from vaksam.programmes.queries import ProgrammeRef
from vaksam.web.roles import COUNTS_AS_THEY_ARE, DUE

SWEDEN = "SE"


@dataclass(frozen=True, slots=True)
class DueChoice:
    """`regions` are those counted; `exact` whether small numbers may be seen."""

    programme: ProgrammeRef
    offered: Sequence[ProgrammeRef]
    area: AreaRef
    municipality: AreaRef | None
    by: Dimension
    on: date
    regions: list[str]
    exact: bool

    def address(self, **changed: str) -> str:
        kept = {
            "programme": self.programme.code,
            "area": self.area.code,
            "municipality": self.municipality.code if self.municipality else "",
            "by": str(self.by),
        }
        return urlencode({name: value for name, value in (kept | changed).items() if value})


def read(request: HttpRequest) -> DueChoice:
    """The choice of an address.

    Raises
    ------
    NotFound
        There is no programme, or it is not known, or the area is not reached.
    """
    scope = scope_of(request.user)
    offered = programmes.programmes(language=(get_language() or "sv")[:2])
    area = _area(request, scope)
    reached = scope.regions_as(*DUE)
    codes = [each.code for each in areas.regions()]
    regions = [area.code] if area.kind == "region" else codes
    return DueChoice(
        programme=_programme(request, offered),
        offered=offered,
        area=area,
        municipality=_municipality(request, area),
        by=_dimension(request, area),
        on=clock.today(),
        regions=[code for code in regions if reached is None or code in reached],
        exact=all(scope.reaches(code, *COUNTS_AS_THEY_ARE) for code in regions),
    )


def _programme(request: HttpRequest, offered: Sequence[ProgrammeRef]) -> ProgrammeRef:
    if not offered:
        raise NotFound("no-programme", "There is no programme yet.")
    running = programmes.running(on=clock.today())
    asked = request.GET.get("programme") or (running[0] if running else offered[-1].code)
    for each in offered:
        if each.code == asked:
            return each
    raise NotFound("unknown-programme", "There is no programme called {code}.", code=asked[:60])


def _area(request: HttpRequest, scope: Scope) -> AreaRef:
    """The region asked for if it is reached, else the account's own, else all of Sweden."""
    asked = request.GET.get("area", "")
    regions = {each.code: each for each in areas.regions()}
    if asked in regions and scope.reaches(asked, *DUE):
        return regions[asked]
    own = scope.regions_as(*DUE)
    if own:
        return regions[min(own)]
    return areas.country()


def _municipality(request: HttpRequest, area: AreaRef) -> AreaRef | None:
    asked = request.GET.get("municipality", "")
    within = areas.municipalities(area.code) if area.kind == "region" else []
    return next((each for each in within if each.code == asked), None)


def _dimension(request: HttpRequest, area: AreaRef) -> Dimension:
    usual = Dimension.REGION if area.code == SWEDEN else Dimension.PHASE
    try:
        return Dimension(request.GET.get("by") or usual)
    except ValueError:
        return usual


def may_refresh(request: HttpRequest, choice: DueChoice) -> bool:
    """A coordinator of the one region shown."""
    return choice.area.kind == "region" and scope_of(request.user).reaches(
        choice.area.code, Role.REGION_COORDINATOR
    )
