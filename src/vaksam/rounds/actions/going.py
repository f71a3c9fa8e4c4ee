"""A round leaves, is closed, or is thrown away before anybody went."""

from django.db import transaction

from vaksam.base import audit
from vaksam.base.models import User
from vaksam.core.errors import Refused
from vaksam.rounds import access
from vaksam.rounds.models import Round, Row, State


@transaction.atomic
def start(*, round: int, by: User | None) -> None:
    """The team leaves. Nothing happens to a round that is out already.

    Raises Refused (`not-planned`), NotFound, NotAllowed.
    """
    row = access.held(round, by)
    if row.state == State.OUT:
        return
    if row.state != State.PLANNED:
        raise Refused("not-planned", "The round has come back already.")
    _to(row, State.OUT, by)


@transaction.atomic
def close(*, round: int, by: User | None) -> None:
    """All is written down; those without an outcome may be on another round.

    Raises
    ------
    Refused
        Rows that came back wait for somebody to decide.
    NotFound, NotAllowed
    """
    row = access.held(round, by)
    if row.state == State.CLOSED:
        return
    waiting = Row.objects.filter(sheet__round=row, state=Row.State.CONFLICT, decision="").count()
    if waiting:
        raise Refused("waiting", "{rows} rows wait for somebody to decide.", rows=waiting)
    _to(row, State.CLOSED, by)


@transaction.atomic
def drop(*, round: int, by: User | None) -> None:
    """Throw away a round that nobody has gone on, and of which no sheet has gone out.

    Raises Refused (`not-planned`, `sheet-out`), NotFound, NotAllowed.
    """
    row = access.held(round, by)
    if row.sheets.exists():
        raise Refused("sheet-out", "A sheet of the round has gone out. Close the round instead.")
    if row.state != State.PLANNED or row.members.exclude(outcome="").exists():
        raise Refused("not-planned", "The round has left already. Close it instead.")
    pk = row.pk
    row.delete()
    audit.record(by=by, action="rounds.drop", target=f"round {pk}")


def _to(row: Round, state: str, by: User | None) -> None:
    row.state = state
    row.save(update_fields=["state"])
    audit.record(by=by, action=f"rounds.{state}", target=f"round {row.pk}")
