"""A spring day in 2021, a dose that is due, and what stands around it."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from vaksam.core.clinic import History, Triage, triage
from vaksam.core.messages.hours import SWEDEN
from vaksam.core.rules.decision import Decision, ProductChoice, Status, Why
from vaksam.core.rules.definition import Place

ON = date(2021, 4, 20)
NOW = datetime(2021, 4, 20, 10, 0, tzinfo=SWEDEN)
EARLIER = date(2021, 3, 30)
CHOICES = tuple(ProductChoice(code, EARLIER, ON) for code in ("comirnaty", "spikevax", "vaxzevria"))
DUE = Decision(
    status=Status.DUE, why=Why.OPEN, on=ON, phase=2, next_dose=1, valid_doses=0,
    earliest_on=EARLIER, recommended_on=ON, latest_on=None, choices=CHOICES,
    place=Place.ORDINARY, judgements=(), reasons=(),
)  # fmt: skip
WELL = History(age=72)


def decided(**changes: Any) -> Decision:
    return replace(DUE, **changes)


HOSPITAL = decided(status=Status.NEEDS_ASSESSMENT, why=Why.PRECAUTION, place=Place.HOSPITAL)


def seen(answers: dict[str, str] | None = None, **changes: Any) -> Triage:
    """Triage of somebody who is well and due, but for what is changed."""
    facts: dict[str, Any] = {
        "history": WELL, "decision": DUE, "product": "comirnaty", "on": ON, "at_hospital": False,
    }  # fmt: skip
    return triage(answers=answers or {}, **facts | changes)
