"""Programmes, their goals and products, and the directives that rule them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Goal(models.Model):
    """At least `share` of the ages `age_from` to `age_to` have `doses` doses on `by_on`."""

    code = models.SlugField(max_length=60, primary_key=True)
    name_sv = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    age_from = models.PositiveSmallIntegerField()
    age_to = models.PositiveSmallIntegerField(null=True, help_text="Null: and older.")
    doses = models.PositiveSmallIntegerField()
    share = models.FloatField()
    by_on = models.DateField()
    source = models.TextField()
    author = models.CharField(max_length=100)
    checker = models.CharField(max_length=100)
    review_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share__gt=0, share__lte=1), name="programmes_goal_share"
            ),
            models.CheckConstraint(
                condition=models.Q(doses__gte=1), name="programmes_goal_has_a_dose"
            ),
            models.CheckConstraint(
                condition=models.Q(age_to__isnull=True)
                | models.Q(age_to__gte=models.F("age_from")),
                name="programmes_goal_ages",
            ),
        ]


class Product(models.Model):
    """A vaccine as it is handled and given. What changes with time is in its child rows."""

    code = models.SlugField(max_length=40, primary_key=True)
    number = models.PositiveSmallIntegerField(
        unique=True, help_text="Its place in columns of facts; never given to another product."
    )
    name = models.CharField(max_length=100)
    manufacturer = models.CharField(max_length=100)
    atc = models.CharField(max_length=7)
    disease = models.CharField(max_length=40)
    storage = models.CharField(max_length=12)
    days_after_thaw = models.PositiveSmallIntegerField(null=True)
    hours_after_opening = models.PositiveSmallIntegerField(null=True)
    shake_sensitive = models.BooleanField(default=False)
    source = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=62),
                name="programmes_product_number_fits",
            )
        ]


class ProductApproval(models.Model):
    """From a day on, approved for these ages (both ends included)."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="approvals")
    from_on = models.DateField()
    age_from = models.PositiveSmallIntegerField()
    age_to = models.PositiveSmallIntegerField(null=True, help_text="Null: and older.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "from_on"], name="programmes_approval_once")
        ]


class ProductVial(models.Model):
    """From a day on, a vial is counted as this many doses."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="vials")
    from_on = models.DateField()
    doses = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "from_on"], name="programmes_vial_once")
        ]


class Programme(models.Model):
    """A vaccination programme: one disease, one round of offers."""

    code = models.SlugField(max_length=60, primary_key=True)
    name_sv = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    disease = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, help_text="The last day; null: no end set.")
    products = models.ManyToManyField(Product, related_name="programmes")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="programmes_programme_days",
            )
        ]


class Directive(models.Model):
    """A dated statement of an authority. What it says is in its versions."""

    code = models.SlugField(max_length=80, primary_key=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="directives")
    authority = models.CharField(max_length=12)
    region_code = models.CharField(
        max_length=2, blank=True, default="", help_text="Empty: the whole country."
    )


class DirectiveVersion(models.Model):
    """What a directive says, from the moment it was announced until a later version was.

    Approved versions are never changed: a mistake is corrected by a new version, so that what
    was known at any past moment can be asked. One that is taken back was known until then.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("waiting for a checker")
        APPROVED = "approved", _("approved")
        WITHDRAWN = "withdrawn", _("withdrawn")

    directive = models.ForeignKey(Directive, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    body = models.JSONField(help_text="The file, as docs/reference/directives.md describes it.")
    announced_at = models.DateTimeField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, help_text="The last day; null: no end set.")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    author_name = models.CharField(max_length=150)
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    checker_name = models.CharField(max_length=150, blank=True, default="")
    comment = models.CharField(max_length=400, blank=True, default="")
    written_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken_back_at=None) | models.Q(state="approved"),
                name="programmes_approved_before_taken_back",
            ),
            models.UniqueConstraint(
                fields=["directive", "number"], name="programmes_directive_version_once"
            ),
            models.UniqueConstraint(
                fields=["directive"],
                condition=models.Q(state__in=["draft", "submitted"]),
                name="programmes_one_open_version",
            ),
            models.CheckConstraint(
                condition=models.Q(effective_to__isnull=True)
                | models.Q(effective_to__gte=models.F("effective_from")),
                name="programmes_directive_days",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | models.Q(approved_at__isnull=False)
                & ~models.Q(checker_name="")
                & ~models.Q(checker_name=models.F("author_name")),
                name="programmes_two_persons",
            ),
            models.CheckConstraint(
                condition=models.Q(author__isnull=True)
                | models.Q(checker__isnull=True)
                | ~models.Q(author=models.F("checker")),
                name="programmes_two_accounts",
            ),
        ]
