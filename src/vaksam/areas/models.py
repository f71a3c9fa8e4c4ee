"""Areas of Sweden, their polygons, and figures about them.

Only `vaksam.areas.actions` writes here; each change gives `Version` a new token, by which
`vaksam.areas.queries` knows that what it remembers is out of date.
"""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vaksam.core.areas.codes import EDITIONS, LARGE, PATTERNS, SMALL


class Sex(models.TextChoices):
    TOTAL = "total", _("all")
    WOMEN = "women", _("women")
    MEN = "men", _("men")


class Area(models.Model):
    """The country, a region, a municipality, or a RegSO or DeSO of one edition."""

    id = models.AutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=9)
    edition = models.CharField(max_length=4, blank=True, default="")
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=100)
    region_code = models.CharField(max_length=2, blank=True, default="")
    municipality_code = models.CharField(max_length=4, blank=True, default="")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "edition", "code"], name="areas_area_once"),
            models.CheckConstraint(
                condition=reduce(
                    or_, (Q(kind=kind.value, code__regex=form) for kind, form in PATTERNS.items())
                ),
                name="areas_area_code_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in LARGE], edition="")
                | Q(kind__in=[kind.value for kind in SMALL], edition__in=EDITIONS),
                name="areas_area_edition_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="country", parent__isnull=True)
                | ~Q(kind="country") & Q(parent__isnull=False),
                name="areas_area_has_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Shape(models.Model):
    """An area's polygon: well-known binary, WGS 84, longitude before latitude."""

    area = models.OneToOneField(Area, models.CASCADE, primary_key=True)
    wkb = models.BinaryField()


class Version(models.Model):
    """The one row whose token changes whenever areas or their shapes do."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    token = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="areas_version_is_one")]


class Population(models.Model):
    """Persons of an age group (both ends included; no upper end: and older) at a year's end."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    age_from = models.PositiveSmallIntegerField()
    age_to = models.PositiveSmallIntegerField(null=True)
    sex = models.CharField(max_length=5, choices=Sex.choices)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "year", "sex", "age_from", "age_to"],
                nulls_distinct=False,
                name="areas_population_once",
            ),
            models.CheckConstraint(
                condition=Q(age_to__isnull=True) | Q(age_to__gte=models.F("age_from")),
                name="areas_population_ages",
            ),
            models.CheckConstraint(
                condition=Q(sex__in=Sex.values), name="areas_population_sex_known"
            ),
        ]


class Characteristic(models.Model):
    """Something known about areas in one year, with its unit and who published it."""

    code = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=60)
    publisher = models.CharField(max_length=120)
    description = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "year"], name="areas_characteristic_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.year}"


class CharacteristicValue(models.Model):
    """A characteristic's value in one area; null where the publisher gives none."""

    characteristic = models.ForeignKey(
        Characteristic, models.CASCADE, related_name="values", db_index=False
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    value = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["characteristic", "area"], name="areas_characteristic_value_once"
            )
        ]
