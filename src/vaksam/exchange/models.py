"""What the national register is to be told of each dose, what it was told, and what it answered;
doses that municipalities without a transfer of their own report to the region.

Locking law: whoever decides what is to be told (`collect`, `receive`, `retry`) holds `_LOCK` of
`vaksam.exchange.locking` alone; senders share it, and take the rows that wait `FOR UPDATE SKIP
LOCKED`, so that two never send the same row. A file is bound to its rows in the transaction that
makes it, and handed over afterwards as often as it takes, always with the same name and bytes.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vaksam.records.models import Vaccination


class State(models.TextChoices):
    HELD_BY_LAW = "held_by_law", _("held back by law")
    WAITS_FOR_NUMBER = "waits_for_number", _("waiting for a number")
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent, not answered")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


class Kind(models.TextChoices):
    NEW = "new", _("new")
    CORRECTED = "corrected", _("corrected")
    DELETED = "deleted", _("deleted")


class RegisterFile(models.Model):
    """A file to the register. `content` is emptied when it is old; `sent_at` null: to be handed
    over yet.
    """

    region_code = models.CharField(max_length=2)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["region_code", "-made_at"], name="exchange_files")]

    @property
    def name(self) -> str:
        """The same whenever it is written."""
        return f"vaksam-nvr-{self.region_code}-{self.pk:08}.csv"


class RegisterReceipt(models.Model):
    """A receipt that was read; a second time it changes nothing."""

    region_code = models.CharField(max_length=2)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    accepted = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )


class Entry(models.Model):
    """What the register is told of a dose under a person's number.

    `dose` is the dose's first version. A dose that turns out to be somebody else's has two: one
    that is deleted at the register, and a new one. `digest` is of what is told with `version`,
    `held` of what the register has accepted ("": it has nothing), `turn` counts how often the
    entry went. `municipality_code` is where the person lived when the dose was registered; never
    kept of persons with protected identity.
    """

    dose = models.ForeignKey(Vaccination, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=12, blank=True, default="")
    region_code = models.CharField(max_length=2)
    municipality_code = models.CharField(max_length=4, blank=True, default="")
    state = models.CharField(max_length=16, choices=State.choices)
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.NEW)
    version = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=32)
    held = models.CharField(max_length=32, blank=True, default="")
    turn = models.PositiveIntegerField(default=0)
    file = models.ForeignKey(RegisterFile, models.PROTECT, null=True, related_name="entries")
    code = models.CharField(max_length=40, blank=True, default="")
    text = models.CharField(max_length=400, blank=True, default="")
    since = models.DateTimeField(help_text="When it came into this state.")

    class Meta:
        indexes = [
            models.Index(fields=["region_code", "state", "since"], name="exchange_by_state"),
            models.Index(fields=["region_code", "id"], condition=Q(state="waiting"),
                         name="exchange_waiting"),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["dose", "number"], name="exchange_entry_once"),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="exchange_state_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="exchange_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=["held_by_law", "waits_for_number"]) | ~Q(number=""),
                name="exchange_goes_with_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(file__isnull=False), name="exchange_sent_in_a_file"
            ),
        ]


class DoseReport(models.Model):
    """Doses that a municipality reports: a file, or a single dose written in the form."""

    region_code = models.CharField(max_length=2)
    municipality_code = models.CharField(max_length=4)
    file_name = models.CharField(max_length=200, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "municipality_code", "sha256"],
                name="exchange_report_once",
            )
        ]


class ReportRow(models.Model):
    """One reported dose. What was written of the person is kept only while somebody must look."""

    class State(models.TextChoices):
        REGISTERED = "registered", _("registered")
        KNOWN = "known", _("was registered already")
        REVIEW = "review", _("to be looked at")
        REJECTED = "rejected", _("set aside")

    report = models.ForeignKey(DoseReport, models.PROTECT, related_name="reported")
    number = models.PositiveIntegerField(help_text="The row in the file, the header being row 1.")
    state = models.CharField(max_length=10, choices=State.choices)
    given = models.JSONField(default=dict, help_text="The row as it came; emptied afterwards.")
    vaccination = models.ForeignKey(Vaccination, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["report"], condition=Q(state="review"), name="exchange_review")
        ]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="exchange_row_once"),
            models.CheckConstraint(
                condition=Q(state__in=["registered", "known"], vaccination__isnull=False)
                | Q(state__in=["review", "rejected"], vaccination__isnull=True),
                name="exchange_row_has_its_dose",
            ),
            models.CheckConstraint(
                condition=Q(state="review") | Q(given={}), name="exchange_row_forgets"
            ),
        ]
