"""What the directives in force mean for each person, as last worked out."""

from django.db import models
from django.db.models.functions import Now

from vaksam.people.models import Person
from vaksam.programmes.models import Programme


class Status(models.Model):
    """One person's status in one programme. Rewritten only when it changes.

    Region, municipality, birth year and groups are the person's, repeated here so that counting
    reads one table. They follow at the next refresh, which every change of a person asks for.
    """

    pk = models.CompositePrimaryKey("programme_id", "person_id")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="statuses")
    region_code = models.CharField(max_length=2)
    municipality_code = models.CharField(max_length=4, blank=True, default="")
    born_year = models.PositiveSmallIntegerField(null=True)
    groups = models.BigIntegerField(default=0, help_text="Bits of vaksam.core.groups.")

    status = models.CharField(max_length=16)
    reason = models.CharField(max_length=40)
    rule = models.CharField(max_length=80, blank=True, default="", help_text="The deciding one.")
    phase = models.PositiveSmallIntegerField(null=True)
    next_dose = models.PositiveSmallIntegerField(null=True)
    valid_doses = models.PositiveSmallIntegerField(default=0)
    earliest_on = models.DateField(null=True)
    recommended_on = models.DateField(null=True)
    latest_on = models.DateField(null=True)
    products = models.BigIntegerField(default=0, help_text="Bit n: the product of number n.")
    place = models.CharField(max_length=10, default="ordinary")
    changed_on = models.DateField(help_text="The day, on Vaksam's clock, it became so.")

    class Meta:
        verbose_name_plural = "statuses"
        indexes = [
            models.Index(
                fields=["programme", "region_code", "status", "earliest_on"],
                name="eligibility_counting",
            )
        ]


class StatusChange(models.Model):
    """What a status was, from a day on. Append-only."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="status_changes")
    changed_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    status = models.CharField(max_length=16)
    reason = models.CharField(max_length=40)
    rule = models.CharField(max_length=80, blank=True, default="")
    next_dose = models.PositiveSmallIntegerField(null=True)
    earliest_on = models.DateField(null=True)


class Refresh(models.Model):
    """A bulk refresh of one programme in one region: what it read and what it changed."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=2)
    on = models.DateField()
    persons = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    removed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
