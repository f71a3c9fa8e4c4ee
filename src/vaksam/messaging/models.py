"""What is to be told to whom, and letters to print.

Nothing of a person is in these rows: number, address, name and words are worked out when a
message goes, so that what is sent is right at that moment. Files of letters do hold addresses;
they are readable to Vaksam only and deleted after `tasks.KEEP_DAYS`.

Locking law: whoever sends takes one message `FOR UPDATE SKIP LOCKED` and holds it until the
sender has answered. A process that dies between the two sends it again: at least once.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vaksam.booking.models import Prebooking
from vaksam.people.models import Person
from vaksam.replanning.models import Change


class Kind(models.TextChoices):
    CONFIRMATION = "confirmation", _("confirmation")
    MOVED = "moved", _("moved")
    CANCELLED = "cancelled", _("cancelled")
    CALLED_OFF = "called_off", _("called off")
    REMINDER = "reminder", _("reminder")
    CODE = "code", _("code")
    OFFER = "offer", _("offer of a free place")
    LETTER = "letter", _("time given by letter")
    CHANGED = "changed", _("changed with many others")
    CALLED_OFF_BY_CHANGE = "called_off_by_change", _("called off with many others")
    ASKED = "asked", _("asked about another time")
    BACK = "back", _("the old time holds again")


class Channel(models.TextChoices):
    NONE = "", _("not decided yet")
    SMS = "sms", _("text message")
    EMAIL = "email", _("e-mail")
    LETTER = "letter", _("letter")


class State(models.TextChoices):
    QUEUED = "queued", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")
    DROPPED = "dropped", _("not to be sent")


class Message(models.Model):
    """One message. `about` is {"appointment": id}, {"code": id} or {"offer": id}; of a `change`
    of many times {"appointments": [ids of new ones], "off": [ids of those called off]}.

    `key` says what happened, so that an event that is handled twice queues once. `why` is a code:
    why it was dropped, or what went wrong at the last try.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    change = models.ForeignKey(Change, models.PROTECT, null=True, related_name="+", db_index=False)
    wave = models.PositiveSmallIntegerField(null=True)
    about = models.JSONField()
    key = models.CharField(max_length=80, unique=True)
    urgent = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    channel = models.CharField(
        max_length=6, choices=Channel.choices, blank=True, default=Channel.NONE
    )
    tries = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=60, blank=True, default="")
    provider_id = models.CharField(max_length=120, blank=True, default="")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-urgent", "due_at"], condition=Q(state="queued"), name="messaging_due"
            ),
            models.Index(fields=["ended_at"], name="messaging_ended"),
            models.Index(
                fields=["change", "wave", "due_at"],
                condition=Q(change__isnull=False),
                name="messaging_of_change",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="messaging_kind_known"),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="messaging_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(state="queued", ended_at=None)
                | (Q(state__in=["sent", "failed", "dropped"], ended_at__isnull=False)),
                name="messaging_ended_or_not",
            ),
        ]


class LetterRun(models.Model):
    """Letters to a cohort that was given times: made by a job, with its progress."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being made")
        DONE = "done", _("ready")
        FAILED = "failed", _("could not be made")

    prebooking = models.ForeignKey(Prebooking, models.PROTECT, related_name="letter_runs")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict, help_text="How many for which reason.")
    addresses = models.FileField(upload_to="letters/", blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


class LetterFile(models.Model):
    """Some hundreds of a run's letters, in the order of its addresses, as one PDF to print."""

    run = models.ForeignKey(LetterRun, models.CASCADE, related_name="files")
    number = models.PositiveSmallIntegerField()
    letters = models.PositiveIntegerField()
    pdf = models.FileField(upload_to="letters/")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="messaging_letter_file_once")
        ]
