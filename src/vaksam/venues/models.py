"""Places where people are vaccinated, stores that serve them, and who works there when.

Locking law: whoever plans, moves or replaces a shift holds the person's row (`Staff`) for update
and only then looks for shifts that overlap, so that nobody is planned in two places at once.
"""

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    STORE = "store", _("vaccine store")
    HEALTH_CENTRE = "health_centre", _("health centre")
    HOSPITAL = "hospital", _("hospital")
    MASS_VENUE = "mass_venue", _("mass vaccination venue")
    MOBILE = "mobile", _("mobile team")
    CARE_HOMES = "care_homes", _("rounds to care homes")
    HOMES = "homes", _("rounds to homes")
    BUS = "bus", _("vaccination bus")
    POP_UP = "pop_up", _("temporary venue")
    CARE_HOME = "care_home", _("care home")
    WORKPLACE = "workplace", _("workplace")
    SCHOOL = "school", _("school")
    PLACE_OF_WORSHIP = "place_of_worship", _("place of worship")
    PHARMACY = "pharmacy", _("pharmacy")


class Provider(models.TextChoices):
    REGION = "region", _("region")
    MUNICIPALITY = "municipality", _("municipality")
    PRIVATE = "private", _("private under contract")


class Venue(models.Model):
    """`cut_off` is the time of day by which an expected delivery should have come.

    `languages` are ISO 639 codes spoken there; `room` the people allowed in at once (None: no
    limit); `stations` places to vaccinate side by side; `minutes_per_person` at a station;
    `interval_minutes` between times that can be booked; `public`: shown to residents.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    provider = models.CharField(max_length=20, choices=Provider.choices, default=Provider.REGION)
    region_code = models.CharField(max_length=2)
    municipality_code = models.CharField(max_length=4)
    frozen = models.BooleanField(default=False, help_text="Keeps frozen vials frozen.")
    hours_from_store = models.FloatField(default=1.0)
    doses_per_week = models.PositiveIntegerField(default=0)
    cut_off = models.TimeField(default=time(15))
    contact = models.CharField(max_length=80, blank=True, default="")
    telephone = models.CharField(max_length=20, blank=True, default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    closed_on = models.DateField(null=True)
    street = models.CharField(max_length=120, blank=True, default="")
    postcode = models.CharField(max_length=6, blank=True, default="")
    city = models.CharField(max_length=60, blank=True, default="")
    step_free = models.BooleanField(default=True)
    lift = models.BooleanField(default=False)
    toilet = models.BooleanField(default=False)
    quiet_room = models.BooleanField(default=False)
    parking = models.BooleanField(default=False)
    hearing_loop = models.BooleanField(default=False)
    languages = models.JSONField(default=list, blank=True)
    public_transport = models.CharField(max_length=200, blank=True, default="")
    directions = models.CharField(max_length=400, blank=True, default="")
    web = models.URLField(max_length=200, blank=True, default="")
    observation_minutes = models.PositiveSmallIntegerField(default=15)
    room = models.PositiveIntegerField(null=True, blank=True)
    stations = models.PositiveSmallIntegerField(default=1)
    minutes_per_person = models.FloatField(default=5.0)
    interval_minutes = models.PositiveSmallIntegerField(default=10)
    public = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["region_code", "kind"])]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="venues_kind_known"),
            models.CheckConstraint(
                condition=Q(provider__in=Provider.values), name="venues_provider_known"
            ),
            models.CheckConstraint(
                condition=Q(stations__gte=1, minutes_per_person__gt=0, interval_minutes__gte=1),
                name="venues_pace_possible",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningRule(models.Model):
    """Usual hours of a weekday (0: Monday); with dates, those of a season, which come first."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="opening_rules")
    weekday = models.PositiveSmallIntegerField()
    opens_at = models.TimeField()
    closes_at = models.TimeField()
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="venues_rule_weekday"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="venues_rule_opens_first"
            ),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="venues_rule_dates_in_order",
            ),
        ]


class StaffRole(models.TextChoices):
    NURSE = "nurse", _("nurse")
    PHYSICIAN = "physician", _("physician")
    PHARMACIST = "pharmacist", _("pharmacist")
    ASSISTANT_NURSE = "assistant_nurse", _("assistant nurse")
    ADMINISTRATOR = "administrator", _("administrator")
    HOST = "host", _("host")
    INTERPRETER = "interpreter", _("interpreter")


class Employer(models.TextChoices):
    REGION = "region", _("region")
    MUNICIPALITY = "municipality", _("municipality")
    PRIVATE = "private", _("private under contract")
    AGENCY = "agency", _("staffing agency")
    VOLUNTARY = "voluntary", _("voluntary organisation")


class Staff(models.Model):
    """Somebody who works at venues. The name is personal data: never in a log or an address.

    `vaccinates`: may give doses; `anaphylaxis`: competent for the emergency; `draws`: may draw
    doses up; `venue`: where usually, if anywhere.
    """

    venue = models.ForeignKey(Venue, models.PROTECT, null=True, related_name="staff")
    region_code = models.CharField(max_length=2)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=StaffRole.choices)
    vaccinates = models.BooleanField(default=False)
    anaphylaxis = models.BooleanField(default=False)
    draws = models.BooleanField(default=False)
    volunteer = models.BooleanField(default=False)
    employer = models.CharField(max_length=20, choices=Employer.choices, default=Employer.REGION)
    languages = models.JSONField(default=list, blank=True)
    left_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["region_code", "left_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=StaffRole.values), name="venues_staff_role_known"
            ),
            models.CheckConstraint(
                condition=Q(employer__in=Employer.values), name="venues_staff_employer_known"
            ),
        ]

    def __str__(self) -> str:
        return f"staff:{self.pk}"


class Absence(models.TextChoices):
    ILL = "ill", _("ill")
    CHILD_ILL = "child_ill", _("child ill")
    MOVED = "moved", _("moved to another venue")
    OTHER = "other", _("another reason")


class Shift(models.Model):
    """One person at one venue for some hours. `replaced_by`: the shift that fills an absence."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="shifts")
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    absent_at = models.DateTimeField(null=True)
    absent_reason = models.CharField(max_length=10, choices=Absence.choices, blank=True, default="")
    replaced_by = models.OneToOneField("self", models.SET_NULL, null=True, related_name="replaces")

    class Meta:
        indexes = [
            models.Index(fields=["venue", "starts_at"]),
            models.Index(fields=["staff", "starts_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="venues_shift_starts_first"
            ),
            models.CheckConstraint(
                condition=Q(absent_at=None, absent_reason="")
                | Q(absent_at__isnull=False, absent_reason__in=Absence.values),
                name="venues_shift_absence_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | Q(absent_at__isnull=False),
                name="venues_shift_replaced_when_absent",
            ),
        ]
