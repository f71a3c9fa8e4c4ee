"""A change and what it does to everybody's times: previewed, planned, approved, applied, undone.

Locking law: whoever goes on with a change locks its row first, and one job works on a change at a
time. In each batch persons are locked by id, then appointments by id, then slots by id, as booking
has it; the batch's moves last.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vaksam.booking.models import Appointment, Slot
from vaksam.people.models import Person
from vaksam.programmes.models import Programme

ACCOUNT = settings.AUTH_USER_MODEL


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    PREVIEWED = "previewed", _("previewed")
    APPROVED = "approved", _("approved")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    DROPPED = "dropped", _("given up")


class Change(models.Model):
    """Something that makes times wrong, or would. `what_if`: only to be looked at and compared.

    `parts` say what changes, as `vaksam.core.replanning.parts` reads them. `rules` are the
    planner's own ("all second doses in Umeå stay"). `preview` and `plan` are what was last worked
    out; `seen` says of which bookings, so that an old one is known as such.
    """

    region_code = models.CharField(max_length=2)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    why = models.CharField(max_length=400, blank=True, default="")
    parts = models.JSONField(default=list)
    what_if = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    weights = models.JSONField(default=dict)
    rules = models.JSONField(default=list)
    alternative = models.CharField(max_length=20, blank=True, default="")
    preview = models.JSONField(null=True)
    previewed_at = models.DateTimeField(null=True)
    plan = models.JSONField(null=True)
    planned_at = models.DateTimeField(null=True)
    busy = models.CharField(
        max_length=8, blank=True, default="", help_text="What a job is working out: preview, plan."
    )
    failed = models.CharField(max_length=300, blank=True, default="")
    seen = models.CharField(max_length=64, blank=True, default="")
    approved_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    done = models.JSONField(default=list, help_text="What its parts did, to be taken back.")
    stop = models.BooleanField(default=False, help_text="The job ends after the batch at hand.")
    applied_at = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
    loud = models.CharField(
        max_length=200, blank=True, default="",
        help_text="Why messages go in quiet hours, too; empty: they wait.",
    )  # fmt: skip
    texts = models.JSONField(default=dict, help_text="Public page by language; to venues.")

    class Meta:
        indexes = [models.Index(fields=["region_code", "-made_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="replanning_state_known"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(author=None) | ~Q(approved_by=F("author")),
                name="replanning_two_persons",
            ),
        ]


class Move(models.Model):
    """What a change does to one appointment, and how far it has come.

    `party` goes together. `left` is why it was left as it was: changed by hand meanwhile, the
    place gone, or the new one wrong by now.
    """

    class Step(models.TextChoices):
        PLANNED = "planned", _("planned")
        DONE = "done", _("done")
        LEFT = "left", _("left for a human")
        UNDONE = "undone", _("taken back")
        STAYS = "stays", _("could not be taken back")

    change = models.ForeignKey(Change, models.CASCADE, related_name="moves")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    party = models.BigIntegerField()
    wrong = models.CharField(max_length=20)
    action = models.CharField(max_length=16)
    why = models.CharField(max_length=20, blank=True, default="")
    to_slot = models.ForeignKey(Slot, models.PROTECT, null=True, related_name="+")
    extra = models.JSONField(
        null=True, help_text="Venue, product and moment in a session that is still to be opened."
    )
    days = models.IntegerField(null=True)
    km = models.FloatField(null=True)
    cost = models.FloatField(default=0)
    step = models.CharField(max_length=8, choices=Step.choices, default=Step.PLANNED)
    left = models.CharField(max_length=20, blank=True, default="")
    new = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+")
    back = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+")
    wave = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["change", "step", "wave", "party"])]
        constraints = [
            models.UniqueConstraint(fields=["change", "appointment"], name="replanning_move_once"),
            models.CheckConstraint(
                condition=Q(step__in=["planned", "done", "left", "undone", "stays"]),
                name="replanning_step_known",
            ),
        ]
