"""What the page of today says of changes: what waits for one's approval, what is under way."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaksam.base.scope import Scope
from vaksam.replanning import queries
from vaksam.web import formats
from vaksam.web.planning.changes.listing import waits
from vaksam.web.roles import CHANGE_PLANNERS


def signals(scope: Scope) -> list[dict[str, str]]:
    """As `planning/today.html` shows signals; for coordinators. One query."""
    if not scope.has(*CHANGE_PLANNERS):
        return []
    found = queries.changes(scope=scope, what_if=False)
    waiting = sum(waits(each) and each.author_id != scope.user_id for each in found)
    ready = sum(each.state == "approved" for each in found)
    running = sum(each.state in ("applying", "undoing") and not each.stop for each in found)
    stopped = sum(each.state in ("applying", "undoing") and each.stop for each in found)
    told = (
        (waiting, "warning", _("Read"),
         ngettext("%(n)s change waits for you to approve it.",
                  "%(n)s changes wait for you to approve them.", waiting)),
        (ready, "warning", _("See to it"),
         ngettext("%(n)s change is approved and not applied yet.",
                  "%(n)s changes are approved and not applied yet.", ready)),
        (stopped, "warning", _("See to it"),
         ngettext("%(n)s change was stopped half-way.",
                  "%(n)s changes were stopped half-way.", stopped)),
        (running, "info", _("See how far"),
         ngettext("%(n)s change is being applied or taken back.",
                  "%(n)s changes are being applied or taken back.", running)),
    )  # fmt: skip
    return [
        {"tone": tone, "text": text % {"n": formats.number(n)}, "url": reverse("changes"),
         "link": link}
        for n, tone, link, text in told if n
    ]  # fmt: skip
