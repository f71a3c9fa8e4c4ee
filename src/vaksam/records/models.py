"""Doses given, and doses declined."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vaksam.people.models import Person
from vaksam.programmes.models import Product, Programme
from vaksam.supply.models import Document
from vaksam.venues.models import Staff, Venue


class Source(models.TextChoices):
    VENUE = "venue", _("given here")
    REGISTER = "register", _("a register")
    PAPER = "paper", _("a paper")
    ABROAD = "abroad", _("a document from abroad")
    TOLD = "told", _("told by the person")


class Site(models.TextChoices):
    """Where on the body, as SNOMED CT's body structures have it."""

    LEFT_ARM = "left_arm", _("left upper arm")
    RIGHT_ARM = "right_arm", _("right upper arm")
    LEFT_THIGH = "left_thigh", _("left thigh")
    RIGHT_THIGH = "right_thigh", _("right thigh")
    OTHER = "other", _("another place")


class Vaccination(models.Model):
    """One version of a dose that a person was given.

    What was wrong is corrected by a new version; the older ones are withdrawn and kept. A dose
    registered by mistake is withdrawn without another. `first` is the first version (null: this
    is it), `why` what this version puts right. `document` is the ledger's, for doses out of our
    own stock.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="vaccinations")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    product_name = models.CharField(
        max_length=100, blank=True, default="", help_text="Where it is none of our products."
    )
    given_on = models.DateField()
    country = models.CharField(max_length=2, default="SE", help_text="ISO 3166 alpha-2.")
    lot = models.CharField(max_length=40, blank=True, default="")
    given_at = models.DateTimeField(null=True, help_text="Where the moment is known.")
    dose_number = models.PositiveSmallIntegerField(null=True)
    site = models.CharField(max_length=12, choices=Site.choices, blank=True, default="")
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, related_name="+")
    vaccinator = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    vaccinator_name = models.CharField(max_length=120, blank=True, default="")
    vouched_by = models.CharField(
        max_length=160, blank=True, default="",
        help_text="Who answers for a dose that was registered afterwards.",
    )  # fmt: skip
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    first = models.ForeignKey("self", models.PROTECT, null=True, related_name="later")
    why = models.CharField(max_length=300, blank=True, default="")
    source = models.CharField(max_length=8, choices=Source.choices)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_why = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["person", "given_on"], condition=Q(withdrawn_at__isnull=False),
                name="records_withdrawn",
            ),
            models.Index(fields=["venue", "given_on"], condition=Q(venue__isnull=False),
                         name="records_venue_day"),
            models.Index(fields=["registered_at"], name="records_registered"),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["person", "given_on", "product", "product_name"],
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="records_dose_once",
            ),
            models.CheckConstraint(
                condition=Q(product__isnull=False, product_name="")
                | Q(product__isnull=True) & ~Q(product_name=""),
                name="records_dose_has_a_product",
            ),
            models.CheckConstraint(
                condition=Q(source__in=Source.values), name="records_source_known"
            ),
            models.CheckConstraint(
                condition=Q(site__in=["", *Site.values]), name="records_site_known"
            ),
            models.UniqueConstraint(fields=["first", "version"], name="records_version_once"),
            models.UniqueConstraint(
                fields=["first"],
                condition=Q(withdrawn_at__isnull=True),
                name="records_one_version_holds",
            ),
        ]


class Refusal(models.Model):
    """Somebody does not want a programme's vaccine, until a day (null: until they say else).

    While it holds, nobody invites or reminds them; they may always come. `quiet` False: they
    declined this time only, and want to hear more.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="refusals")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    until = models.DateField(null=True)
    quiet = models.BooleanField(default=True)
    note = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme"], condition=Q(lifted_at=None),
                name="records_refusal_once",
            )
        ]  # fmt: skip
