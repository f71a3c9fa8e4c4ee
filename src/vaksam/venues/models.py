"""Places where people are vaccinated, and stores that serve them."""

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    STORE = "store", _("vaccine store")
    HEALTH_CENTRE = "health_centre", _("health centre")
    HOSPITAL = "hospital", _("hospital")
    MASS_VENUE = "mass_venue", _("mass vaccination venue")
    MOBILE = "mobile", _("mobile team")
    CARE_HOMES = "care_homes", _("rounds to care homes")
    HOMES = "homes", _("rounds to homes")


class Provider(models.TextChoices):
    REGION = "region", _("region")
    MUNICIPALITY = "municipality", _("municipality")
    PRIVATE = "private", _("private under contract")


class Venue(models.Model):
    """`cut_off` is the time of day by which an expected delivery should have come."""

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

    class Meta:
        indexes = [models.Index(fields=["region_code", "kind"])]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="venues_kind_known"),
            models.CheckConstraint(
                condition=Q(provider__in=Provider.values), name="venues_provider_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
