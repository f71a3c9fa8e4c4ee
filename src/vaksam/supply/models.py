"""Where every dose is, was and should be.

`Document` and `Leg` are the ledger: append-only, and stock is nothing but their sum. `Shelf` is
what a writer locks. `Point` keeps sums up to a moment so that no question adds up years.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vaksam.programmes.models import Product, Programme
from vaksam.venues.models import Venue

ACCOUNT = settings.AUTH_USER_MODEL


class Lot(models.Model):
    """A lot of a product. What blocks it stands in its recalls."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    gtin = models.CharField(max_length=14, blank=True, default="")
    expires_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="supply_lot_once")
        ]


class Recall(models.Model):
    """A lot is called back, in a region or (no region) everywhere, until lifted."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="recalls")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)


class Shelf(models.Model):
    """A lot at a venue: the row a writer locks."""

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["venue", "lot"], name="supply_shelf_once")]


class Kind(models.TextChoices):
    RECEIVED = "received", _("received")
    SENT = "sent", _("sent")
    ARRIVED = "arrived", _("arrived")
    THAWED = "thawed", _("thawed")
    OPENED = "opened", _("opened")
    DRAWN = "drawn", _("drawn")
    GIVEN = "given", _("given")
    EMPTIED = "emptied", _("emptied")
    WASTED = "wasted", _("wasted")
    EXPIRED = "expired", _("expired")
    RETURNED = "returned", _("returned")
    QUARANTINED = "quarantined", _("put in quarantine")
    CLEARED = "cleared", _("cleared")
    COUNTED = "counted", _("counted")
    REVERSED = "reversed", _("taken back")


class Document(models.Model):
    """One thing that happened at a venue. `at` is when; `recorded_at` when it was written down."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=40, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    token = models.UUIDField(null=True, unique=True, help_text="A repeated request is one.")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    dispatch = models.ForeignKey("Dispatch", models.PROTECT, null=True, related_name="documents")

    class Meta:
        indexes = [models.Index(fields=["venue", "at"])]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="supply_kind_known")
        ]


class Leg(models.Model):
    """One account's part of a document. `at` is the document's, beside it for one index."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="legs")
    at = models.DateTimeField()
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10)
    until = models.DateTimeField(null=True)
    vial = models.BigIntegerField(null=True, help_text="The document that opened it.")
    vials = models.IntegerField()
    doses = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["venue", "lot"]),
            models.Index(fields=["at"]),
            models.Index(fields=["vial"], condition=Q(vial__isnull=False), name="supply_leg_vial"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(vials=0) | ~Q(doses=0), name="supply_leg_moves_something"
            )
        ]


class Point(models.Model):
    """Sums of what is held at `at`, as of the leg `last_leg`; made from legs alone."""

    at = models.DateTimeField(unique=True)
    last_leg = models.BigIntegerField()
    made_at = models.DateTimeField()


class PointRow(models.Model):
    point = models.ForeignKey(Point, models.CASCADE, related_name="rows", db_index=False)
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10)
    until = models.DateTimeField(null=True)
    vial = models.BigIntegerField(null=True)
    vials = models.IntegerField()
    doses = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["point", "venue"])]


class Transport(models.TextChoices):
    COLD = "cold", _("cold, 2–8 °C")
    FROZEN = "frozen", _("frozen")


class Dispatch(models.Model):
    """Vials on the way from a store to a venue, or between two venues."""

    class Stage(models.TextChoices):
        ORDERED = "ordered", _("ordered")
        PLANNED = "planned", _("planned")
        SENT = "sent", _("on the way")
        RECEIVED = "received", _("received")
        CANCELLED = "cancelled", _("cancelled")

    sender = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.PLANNED)
    expected_on = models.DateField()
    transport = models.CharField(max_length=10, choices=Transport.choices, default=Transport.COLD)
    box = models.CharField(max_length=20, blank=True, default="", help_text="Colour of the box.")
    hours = models.FloatField(null=True, help_text="At most so long outside the fridge.")
    note = models.CharField(max_length=300, blank=True, default="")
    planned_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    lowest = models.FloatField(null=True, help_text="°C, by the logger.")
    highest = models.FloatField(null=True)
    photo = models.FileField(upload_to="receipts/%Y/%m/", null=True)
    allocation = models.ForeignKey(
        "Allocation", models.PROTECT, null=True, related_name="dispatches",
        help_text="The plan of shares that it carries out.",
    )  # fmt: skip
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["receiver", "expected_on"]),
            models.Index(fields=["expected_on"], condition=Q(stage="sent"), name="supply_on_way"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(sender=F("receiver")), name="supply_dispatch_goes_somewhere"
            )
        ]


class DispatchLine(models.Model):
    """So many vials of a lot (or, planned, of any lot of a product), and how they arrived."""

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    vials = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default="cold")
    until = models.DateTimeField(null=True)
    arrived = models.PositiveIntegerField(null=True)
    damaged = models.PositiveIntegerField(default=0)
    discrepancy = models.CharField(max_length=40, blank=True, default="")


class PlanLine(models.Model):
    """Doses to come to a receiver in a week or on a day. What was said stands in changes."""

    programme = models.ForeignKey(Programme, models.PROTECT, null=True, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    receiver = models.CharField(max_length=40, help_text="A region's or a venue's code.")
    day = models.DateField(help_text="The day, or the Monday of the week.")
    weekly = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "receiver", "day", "weekly"], name="supply_plan_line_once"
            )
        ]


class PlanChange(models.Model):
    """What was announced of a plan line, when, and by whom. The newest holds."""

    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="changes")
    doses = models.PositiveIntegerField()
    certainty = models.FloatField(default=1.0)
    announced_at = models.DateTimeField()
    announced_by = models.CharField(max_length=80)
    note = models.CharField(max_length=300, blank=True, default="")
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["line", "announced_at"])]


class Delivered(models.Model):
    """Doses that came to a receiver on a day, as a file tells; below 0: a correction."""

    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    supplier = models.CharField(max_length=80)
    receiver = models.CharField(max_length=40)
    day = models.DateField()
    doses = models.IntegerField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    row = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["receiver", "day"])]
        constraints = [
            models.UniqueConstraint(fields=["sha256", "row"], name="supply_delivered_once")
        ]


class Alert(models.Model):
    """Something that wants doing about supply; open until it no longer does."""

    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=120)
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    values = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(closed_at=None), name="supply_alert_open_once"
            )
        ]


class Scenario(models.Model):
    """A saved scenario of need, as the text of its file."""

    name = models.CharField(max_length=120)
    region_code = models.CharField(max_length=2)
    text = models.TextField()
    saved_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")


class Allocation(models.Model):
    """A plan of who gets which doses: its question, its answer, and whether it was chosen."""

    region_code = models.CharField(max_length=2)
    name = models.CharField(max_length=120)
    question = models.JSONField()
    answer = models.JSONField()
    made_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
    chosen_at = models.DateTimeField(null=True)
    chosen_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
