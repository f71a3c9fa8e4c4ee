"""The states and kinds of rows, as pages write them."""

from django.utils.translation import gettext_lazy as _

#: In the order in which a dose passes them.
STATES = {
    "held_by_law": _("Held back by law"),
    "waits_for_number": _("Waiting for a number"),
    "waiting": _("Waiting to be sent"),
    "sent": _("Sent, not answered"),
    "accepted": _("Accepted"),
    "rejected": _("Rejected"),
}
KINDS = {"new": _("New"), "corrected": _("Corrected"), "deleted": _("Deleted")}
ROWS = {
    "registered": _("Registered"),
    "known": _("Was registered already"),
    "review": _("The region looks at whom it means"),
    "rejected": _("Set aside"),
}
SITES = {
    "": _("Not told"),
    "left_arm": _("Left upper arm"),
    "right_arm": _("Right upper arm"),
    "left_thigh": _("Left thigh"),
    "right_thigh": _("Right thigh"),
    "other": _("Another place"),
}
