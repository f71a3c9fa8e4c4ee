"""States, outcomes and reasons of rounds, as people read them."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaksam.rounds.actions import CARE_HOMES, HOMES
from vaksam.web.components import Tone

KINDS: dict[str, str | Promise] = {
    CARE_HOMES: _("Care homes"),
    HOMES: _("People at home who need a visit"),
}
WAYS: dict[str, str | Promise] = {
    "opened": _("Open the vials at the stops"),
    "drawn": _("Draw every dose before leaving"),
}
STATES: dict[str, str | Promise] = {
    "planned": _("Planned"),
    "out": _("On the way"),
    "returned": _("Come back"),
    "closed": _("Closed"),
}
STATE_TONES: dict[str, Tone] = {"planned": "info", "out": "warning", "returned": "warning",
                                "closed": "success"}  # fmt: skip
OUTCOMES: dict[str, str | Promise] = {
    "given": _("Given"),
    "declined": _("Declined"),
    "ill": _("Ill"),
    "away": _("Not there"),
    "other": _("Not given, another reason"),
}
LEFT: dict[str, str | Promise] = {
    "too-slow": _("one person takes longer than a vial lasts"),
    "too-far": _("more driving than the vaccine bears"),
    "too-late": _("too far to be done in time"),
    "no-time": _("no time beside the others: more teams are needed"),
}
ROWS: dict[str, str | Promise] = {
    "new": _("registered"),
    "same": _("known already"),
    "conflict": _("to decide"),
    "duplicate": _("told before"),
    "rejected": _("could not be registered"),
    "missing": _("missing in the file"),
}
WHY: dict[str, str | Promise] = {
    "other-dose": _("Somebody registered another dose meanwhile."),
    "edited": _("The row says something else than what this round registered."),
    "other-name": _("The name in the row was changed. It may mean somebody else."),
    "by-hand": _("The row was written by hand."),
}
DECISIONS: dict[str, str | Promise] = {
    "keep": _("What was registered stands"),
    "replace": _("The row holds"),
    "skip": _("Set aside"),
}
SITES: dict[str, str | Promise] = {
    "left_arm": _("left upper arm"),
    "right_arm": _("right upper arm"),
    "left_thigh": _("left thigh"),
    "right_thigh": _("right thigh"),
    "other": _("another place"),
}


def hours(start: datetime, end: datetime) -> int:
    """Whole minutes between two moments."""
    return round((end - start).total_seconds() / 60)
