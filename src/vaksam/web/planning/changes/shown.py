"""How far a change has come: its progress, and what there is to do next."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from vaksam.replanning.queries import ChangeView
from vaksam.web import formats
from vaksam.web.components import Progress, Text, Tone
from vaksam.web.planning.changes.common import stamp


@dataclass(frozen=True, slots=True)
class Next:
    """What stands at the top: what is so, and the one thing to do.

    `step` is posted, `url` is opened; neither: nothing is to be done here by this account.
    """

    title: Text
    text: Text = ""
    label: Text = ""
    step: str = ""
    url: str = ""
    tone: Tone = "info"


def progress_of(change: ChangeView) -> Progress | None:
    """The bar of what runs in the background; None where nothing does."""
    if change.busy:
        text = (
            _("Compares the other ways out, and what regions did by hand. It takes up to minutes.")
            if change.busy == "compare"
            else _("Looks at every booked time and plans for those that become wrong. It takes up "
                   "to minutes. Nothing is changed.")
        )  # fmt: skip
        return _bar(change, _("Works it out"), text)
    if change.state not in ("applying", "undoing") or change.stop:
        return None
    total, left = sum(change.steps.values()), still(change)
    label = _("Is being applied") if change.state == "applying" else _("Is being taken back")
    text = _("Times done: %(done)s of %(all)s.") % {
        "done": formats.number(total - left), "all": formats.number(total)}  # fmt: skip
    return _bar(change, label, text, total - left, total)


def still(change: ChangeView) -> int:
    """Times that wait for their turn."""
    return change.steps.get("planned" if change.state == "applying" else "done", 0)


def _bar(change: ChangeView, label: str, text: str, value: int = 0, most: int = 0) -> Progress:
    return Progress(
        key=f"change-{change.id}", label=label, text=text,
        url=reverse("changes-progress", args=[change.id]),
        page_url=reverse("changes-one", args=[change.id]), value=value, maximum=most,
    )  # fmt: skip


def next_of(change: ChangeView, *, may: bool, mine: bool, old: bool) -> Next | None:
    """What to do next; None while something runs."""
    if not may:
        return None
    if change.failed and not change.busy:
        return Next(_("It could not be worked out"), _("Nothing was changed. See below what to "
                    "do, then try again."), _("Try again"), "plan", tone="danger")  # fmt: skip
    if change.state in ("draft", "previewed"):
        return _open(change, mine=mine, old=old)
    return _decided(change)


def _open(change: ChangeView, *, mine: bool, old: bool) -> Next:
    if change.preview is None:
        return Next(_("See whose times become wrong"),
                    _("Everything is worked out on today's bookings. Nothing is changed."),
                    _("See what it does"), "plan")  # fmt: skip
    if change.plan is None or change.planned_at is None:
        return Next(_("Plan again"), _("You have changed how the plan is made."),
                    _("Plan again"), "plan")  # fmt: skip
    if old:
        return Next(_("Bookings have changed since the plan was made"),
                    _("Plan the change again before it is approved."), _("Plan again"), "plan",
                    tone="warning")  # fmt: skip
    if change.what_if:
        return Next(_("A what-if"), _("It is never applied. Compare it with others."),
                    _("Compare"), url=f"{reverse('changes')}?tab=what-if")  # fmt: skip
    if mine:
        return Next(_("Waits for approval"), _("You wrote it, so somebody else must approve it: "
                    "two persons stand behind a change. Ask another coordinator."))  # fmt: skip
    return Next(_("Read it and approve"), _("When you approve, the change can be applied. Nobody "
                "is told anything before that."), _("Approve"), "approve")  # fmt: skip


def _decided(change: ChangeView) -> Next | None:
    left = change.steps.get("left", 0)
    match change.state:
        case "approved":
            return Next(_("Approved by %(by)s") % {"by": change.approved_by},
                        _("You are asked once more before anything is done."), _("Apply…"),
                        url=reverse("changes-apply", args=[change.id]))  # fmt: skip
        case "applying" | "undoing" if change.stop:
            return Next(_("Stopped half-way"), _("Times that wait for their turn: %(n)s.")
                        % {"n": formats.number(still(change))}, _("Go on"), "resume",
                        tone="warning")  # fmt: skip
        case "applied" if left:
            return Next(_("Applied"), _("Times left for you to look at: %(n)s.")
                        % {"n": formats.number(left)}, _("See whom to help"),
                        url=f"{reverse('changes-people', args=[change.id])}?step=left",
                        tone="warning")  # fmt: skip
        case "applied":
            until = stamp(change.undo_until) if change.undo_until and change.may_undo else ""
            text = _("It may be taken back until %(at)s.") % {"at": until} if until else ""
            return Next(_("Applied"), text, tone="success")
        case "undone":
            some = change.steps.get("stays", 0)
            text = _("Those who could not get their old time are listed below.") if some else ""
            return Next(_("Taken back"), text)
        case "dropped":
            return Next(_("Given up"), _("Nothing was done. It is kept to be read."))
    return None
