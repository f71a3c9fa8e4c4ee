"""Doses given."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vaksam.people.models import Person
from vaksam.programmes.models import Product


class Source(models.TextChoices):
    VENUE = "venue", _("given here")
    REGISTER = "register", _("a register")
    PAPER = "paper", _("a paper")
    ABROAD = "abroad", _("a document from abroad")
    TOLD = "told", _("told by the person")


class Vaccination(models.Model):
    """One dose that a person was given. Withdrawn where it was registered by mistake."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="vaccinations")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    product_name = models.CharField(
        max_length=100, blank=True, default="", help_text="Where it is none of our products."
    )
    given_on = models.DateField()
    country = models.CharField(max_length=2, default="SE", help_text="ISO 3166 alpha-2.")
    lot = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=8, choices=Source.choices)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["person", "given_on"], condition=Q(withdrawn_at__isnull=False),
                name="records_withdrawn",
            )
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
        ]
