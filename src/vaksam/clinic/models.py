"""The visit: who has come, what they declare and consent to, on whose prescription they are
given what, how they are watched, what happened afterwards, and how the day was closed.

Locking law: the person, then the visit, then appointments and slots as booking has it, then the
dose's record, and last the shelves of the ledger.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vaksam.booking.models import Appointment
from vaksam.people.models import Person
from vaksam.programmes.models import Programme
from vaksam.records.models import Vaccination
from vaksam.venues.models import Staff, Venue

ACCOUNT = settings.AUTH_USER_MODEL


class Told(models.TextChoices):
    """How answers came."""

    OWN = "own", _("on the person's own device")
    TABLET = "tablet", _("on a tablet at the venue")
    ALOUD = "aloud", _("asked aloud")
    PAPER = "paper", _("on paper")


class Declaration(models.Model):
    """A health declaration as it was given; never changed. `by` null: the person themselves."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="declarations")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    questions = models.CharField(max_length=40, help_text="The questionnaire's code.")
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8)
    answers = models.JSONField(help_text="By the question's code, as given.")
    told = models.CharField(max_length=8, choices=Told.choices)
    given_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["person", "programme", "-given_at"])]


class Consent(models.Model):
    """Somebody has been told of a vaccine and says yes or no; the newest holds.

    `information` with version and language is what they were shown or read.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    information = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8)
    told = models.CharField(max_length=8, choices=Told.choices)
    given_by = models.CharField(
        max_length=120, blank=True, default="", help_text="A guardian or trustee, by name."
    )
    said_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["person", "programme", "-said_at"])]


class Prescription(models.Model):
    """Who may be given what, by whom. Without a person: a general directive of a region.

    Empty lists mean any. `cleared`: reasons of triage that a physician has considered, for one
    person. Signed ones are never changed; they are revoked.
    """

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="prescriptions")
    region_code = models.CharField(max_length=2)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    products = models.JSONField(default=list)
    doses = models.JSONField(default=list)
    age_from = models.PositiveSmallIntegerField(default=0)
    age_to = models.PositiveSmallIntegerField(null=True)
    roles = models.JSONField(default=list, help_text="Who may give it: roles of staff.")
    cleared = models.JSONField(default=list)
    text = models.TextField(blank=True, default="")
    signer_name = models.CharField(max_length=120)
    signer_title = models.CharField(max_length=80, blank=True, default="")
    signed_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField()
    valid_from = models.DateField()
    valid_to = models.DateField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["region_code", "programme", "valid_to"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="clinic_prescription_days"
            )
        ]


class Way(models.TextChoices):
    BOOKED = "booked", _("booked")
    DROP_IN = "drop_in", _("drop-in")
    HOUSEHOLD = "household", _("with somebody of the household")
    LIST = "list", _("by a list")
    RESERVE = "reserve", _("called from the reserve list")


class Identified(models.TextChoices):
    """How staff know who it is."""

    DOCUMENT = "document", _("identity document")
    KNOWN = "known", _("somebody known vouches")
    CERTIFIED = "certified", _("certified by staff")
    ELECTRONIC = "electronic", _("electronic identity")


class Outcome(models.TextChoices):
    """How a visit ended."""

    GIVEN = "given", _("vaccinated")
    REFUSED = "refused", _("does not want the vaccine")
    LATER = "later", _("not now")
    HOSPITAL = "hospital", _("to be vaccinated at a hospital")
    PHYSICIAN = "physician", _("a physician is to assess")
    LEFT = "left", _("left before the vaccine")
    MISTAKE = "mistake", _("checked in by mistake")


class Visit(models.Model):
    """Somebody has come for a programme's vaccine. One at a time for each person and programme."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="visits")
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+")
    way = models.CharField(max_length=10, choices=Way.choices)
    identified = models.CharField(max_length=10, choices=Identified.choices)
    identified_note = models.CharField(max_length=160, blank=True, default="")
    arrived_at = models.DateTimeField()
    arrived_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
    token = models.UUIDField(null=True, unique=True, help_text="A repeated request is one.")
    asked_at = models.DateTimeField(null=True, help_text="A physician is asked to look.")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    reasons = models.JSONField(default=list, help_text="Codes of triage, where it decided.")
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["venue", "arrived_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme"], condition=Q(ended_at=None),
                name="clinic_visit_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False)
                & ~Q(outcome="")), name="clinic_visit_ended_or_not",
            ),
        ]  # fmt: skip


class Dose(models.Model):
    """What was given at a visit, on which grounds, and how the person was afterwards."""

    class After(models.TextChoices):
        WELL = "well", _("well")
        UNWELL = "unwell", _("unwell")
        LEFT = "left", _("left before the time")

    visit = models.OneToOneField(Visit, models.PROTECT, related_name="dose")
    vaccination = models.OneToOneField(Vaccination, models.PROTECT, related_name="+")
    declaration = models.ForeignKey(Declaration, models.PROTECT, null=True, related_name="+")
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="+")
    prescription = models.ForeignKey(Prescription, models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    vial = models.BigIntegerField(help_text="The document that opened it.")
    given_at = models.DateTimeField()
    observe_until = models.DateTimeField()
    observed_at = models.DateTimeField(null=True)
    after = models.CharField(max_length=8, choices=After.choices, blank=True, default="")
    token = models.UUIDField(unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["observe_until"], condition=Q(observed_at=None),
                         name="clinic_observed"),
        ]  # fmt: skip


class Closing(models.Model):
    """A venue's day as it was closed: what was drawn, given, wasted and left, and why not alike."""

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    day = models.DateField()
    number = models.PositiveSmallIntegerField(default=1)
    lines = models.JSONField()
    differences = models.JSONField(default=list)
    why = models.CharField(max_length=300, blank=True, default="")
    closed_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "day", "number"], name="clinic_closing_once")
        ]


class Reaction(models.Model):
    """A suspected adverse reaction after a dose; a later version replaces the one before.

    Terms, seriousness and outcome as ICH E2B(R3) has them. `first`: the first version.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="reactions")
    vaccination = models.ForeignKey(Vaccination, models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField()
    terms = models.JSONField(default=list)
    anaphylaxis = models.BooleanField(default=False)
    text = models.TextField(blank=True, default="")
    treatment = models.CharField(max_length=300, blank=True, default="")
    seriousness = models.JSONField(default=list)
    outcome = models.CharField(max_length=20)
    reporter_name = models.CharField(max_length=120)
    reporter_title = models.CharField(max_length=80, blank=True, default="")
    reporter_contact = models.CharField(max_length=120, blank=True, default="")
    version = models.PositiveSmallIntegerField(default=1)
    first = models.ForeignKey("self", models.PROTECT, null=True, related_name="later")
    noted_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
    handed_over_at = models.DateTimeField(null=True)
    handed_over_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "version"], name="clinic_reaction_version")
        ]
