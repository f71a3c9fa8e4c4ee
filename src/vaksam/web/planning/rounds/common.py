"""What the pages of rounds share."""

from django.http import HttpRequest

from vaksam.base.scope import scope_of
from vaksam.rounds import queries
from vaksam.rounds.queries import RoundRef


def round_of(request: HttpRequest, pk: int) -> RoundRef:
    """The round, if one works there. Raises NotFound."""
    return queries.round_ref(pk, scope=scope_of(request.user))
