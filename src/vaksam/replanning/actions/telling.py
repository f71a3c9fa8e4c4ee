"""What is told of a change: to everybody, to the venues; whether messages wait for morning."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from vaksam.base import audit
from vaksam.base.models import User
from vaksam.core.errors import Refused
from vaksam.core.messages import LANGUAGES
from vaksam.replanning.actions.common import locked
from vaksam.replanning.models import State

OVER = (State.UNDOING, State.UNDONE, State.DROPPED)
LONGEST = 2_000


@transaction.atomic
def set_telling(
    *, change: int, by: User | None, loud: str = "", public: Mapping[str, str] | None = None,
    venues: str = "", until: date | None = None,
) -> None:  # fmt: skip
    """Keep the texts of a change; they replace those before.

    Parameters
    ----------
    loud
        Why messages go in quiet hours, too; empty: they wait for the morning.
    public
        By language, for the public page; an empty one is not shown.
    venues
        Added to the letter to each venue.
    until
        Last day of the public text; None: two weeks from when the change begins.

    Raises
    ------
    Refused
        The change is over (`over`), a language is not known or a text too long (`bad-text`).
    NotFound, NotAllowed
        No such change; not a coordinator of its region.
    """
    row = locked(change, by=by)
    if row.state in OVER:
        raise Refused("over", "The change is over. Nothing more is told of it.")
    told = {code: text.strip() for code, text in (public or {}).items() if text.strip()}
    if not told.keys() <= set(LANGUAGES) or any(len(each) > LONGEST for each in told.values()):
        raise Refused("bad-text", "A text is too long, or in a language that is not used.")
    row.loud = loud.strip()[:200]
    row.texts = {"public": told, "venues": venues.strip()[:LONGEST]}
    if until is not None:
        row.texts["until"] = until.isoformat()
    row.save(update_fields=["loud", "texts"])
    audit.record(by=by, action="replanning.set_telling", target=f"change {change}")
