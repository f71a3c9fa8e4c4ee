"""Published figures, edition by edition. Editions are kept; nothing published is overwritten."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from vaksam.areas.models import Area


class Edition(models.Model):
    """One edition of a publisher's workbook (or an invented one, marked `example`)."""

    publisher = models.CharField(max_length=20, default="fhm")
    edition_on = models.DateField(help_text="The date the publisher gives the edition.")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    example = models.BooleanField(default=False, help_text="Invented figures, shown as such.")
    general_note = models.TextField(blank=True)
    figure_count = models.PositiveIntegerField()
    warnings = models.JSONField(default=list, help_text="What was odd, by sheet, row and column.")
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["edition_on", "imported_at"])]


class Sheet(models.Model):
    """One sheet of an edition, with what the workbook itself says of it."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sheets")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    rows = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "position"], name="coverage_sheet_once")
        ]


class Figure(models.Model):
    """One published figure, as it stands in one row of one sheet.

    `week` is a key such as 202115, 0 for figures of the edition's own date. `age` is "12+",
    "18-29", "all" (no limit) or "" (not stated). `doses` is 0 for all doses given. `exactly`:
    just that many doses, otherwise at least as many.
    """

    pk = models.CompositePrimaryKey("edition_id", "sheet", "row", "doses")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="figures", db_index=False)
    sheet = models.PositiveSmallIntegerField()
    row = models.PositiveIntegerField()
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    week = models.PositiveIntegerField(default=0)
    age = models.CharField(max_length=7)
    sex = models.CharField(max_length=5)
    doses = models.PositiveSmallIntegerField()
    exactly = models.BooleanField()
    label = models.CharField(max_length=40)
    count = models.PositiveBigIntegerField()
    share = models.FloatField(null=True)
    population = models.PositiveIntegerField(null=True)
    born_by = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            # Its order also serves questions about areas; the primary key serves those by sheet.
            models.UniqueConstraint(
                fields=["edition", "area", "doses", "week", "age", "sex", "exactly", "sheet"],
                name="coverage_figure_once",
            ),
            models.CheckConstraint(
                condition=models.Q(share__isnull=True) | models.Q(share__gte=0, share__lte=1),
                name="coverage_share_is_one",
            ),
            models.CheckConstraint(
                condition=models.Q(week=0) | models.Q(week__gte=202001),
                name="coverage_week_is_key",
            ),
        ]


class ImportRun(models.Model):
    """An uploaded workbook on its way in: what the page shows while the job works."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Reading")
        DONE = "done", _("Imported")
        KNOWN = "known", _("Already imported")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Stopped")

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(help_text="Emptied when the run has ended.")
    done = models.PositiveSmallIntegerField(default=0, help_text="Steps done.")
    steps = models.PositiveSmallIntegerField(default=0, help_text="Steps in all; 0: not known.")
    faults = models.JSONField(default=list)
    edition = models.ForeignKey(Edition, models.SET_NULL, null=True, related_name="+")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
