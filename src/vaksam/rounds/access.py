"""Who plans rounds, goes on them and takes the sheets back."""

from typing import Final

from vaksam.base.models import User
from vaksam.base.roles import Role
from vaksam.base.scope import Scope
from vaksam.base.scope import demand as demand
from vaksam.core.errors import NotFound
from vaksam.rounds.models import Round

STAFF: Final = (Role.REGION_COORDINATOR, Role.VENUE_STAFF)


def held(pk: int, by: User | None) -> Round:
    """The round, held for the transaction. Raises NotFound, NotAllowed."""
    row = Round.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if row is None:
        raise no_such_round()
    demand(by, row.venue.region_code, *STAFF)
    return row


def seen(pk: int, scope: Scope) -> Round:
    """The round, if the scope reaches it. Raises NotFound."""
    row = Round.objects.select_related("venue", "product").filter(pk=pk).first()
    if row is None or not scope.reaches(row.venue.region_code, *STAFF):
        raise no_such_round()
    return row


def no_such_round() -> NotFound:
    return NotFound("unknown-round", "There is no such round in the regions you work in.")
