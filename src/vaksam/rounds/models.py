"""Rounds of a team to homes and care homes, who is visited, and the sheets that came back.

Locking law: whoever changes a round holds its row for update; then the persons in the order of
their ids, as `vaksam.records.actions.correcting` says, and the ledger's shelves last.
"""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vaksam.people.models import Person
from vaksam.programmes.models import Product, Programme
from vaksam.records.models import Vaccination
from vaksam.supply.models import Lot
from vaksam.venues.models import Venue

ACCOUNT = settings.AUTH_USER_MODEL


class State(models.TextChoices):
    PLANNED = "planned", _("planned")
    OUT = "out", _("on the way")
    RETURNED = "returned", _("come back")
    CLOSED = "closed", _("closed")


class Way(models.TextChoices):
    DRAWN = "drawn", _("drawn before leaving")
    OPENED = "opened", _("vials opened at the stops")


class Outcome(models.TextChoices):
    GIVEN = "given", _("given")
    DECLINED = "declined", _("declined")
    ILL = "ill", _("ill")
    AWAY = "away", _("not there")
    OTHER = "other", _("not given, another reason")


class Round(models.Model):
    """One team's way on one day. `key` and `number`: the plan it was saved of, and its team.

    `vials` to take along, of which `left` doses are not planned for anybody.
    """

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    team = models.CharField(max_length=80)
    day = models.DateField()
    starts_at = models.DateTimeField()
    back_at = models.DateTimeField()
    way = models.CharField(max_length=8, choices=Way.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    lots = models.ManyToManyField(Lot, related_name="+")
    vials = models.PositiveIntegerField()
    left = models.PositiveIntegerField()
    driving_minutes = models.PositiveIntegerField()
    km = models.FloatField()
    key = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["venue", "day"])]
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="rounds_saved_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="rounds_state_known"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="rounds_way_known"),
            models.CheckConstraint(
                condition=Q(back_at__gt=models.F("starts_at")), name="rounds_back_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.pk}"


class Stop(models.Model):
    """A place on the way. `opened` vials there; the one in use at the end lasts `until`."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="stops")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, blank=True, default="")
    street = models.CharField(max_length=120, blank=True, default="")
    postcode = models.CharField(max_length=6, blank=True, default="")
    city = models.CharField(max_length=60, blank=True, default="")
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, related_name="+")
    arrives_at = models.DateTimeField()
    leaves_at = models.DateTimeField()
    opened = models.PositiveSmallIntegerField(default=0)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "order"], name="rounds_stop_order_once")
        ]


class Member(models.Model):
    """Somebody to be vaccinated at a stop. `row` names them in sheets, and nowhere else."""

    row = models.UUIDField(default=uuid4, unique=True)
    round = models.ForeignKey(Round, models.CASCADE, related_name="members")
    stop = models.ForeignKey(Stop, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    dose_number = models.PositiveSmallIntegerField(null=True)
    added_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    outcome_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    vaccination = models.ForeignKey(Vaccination, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="rounds_member_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *Outcome.values]), name="rounds_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(vaccination=None) | Q(outcome=Outcome.GIVEN),
                name="rounds_given_when_registered",
            ),
        ]


class Sheet(models.Model):
    """A file that went out or came back, known by its digest; its rows are kept, not the file."""

    class Direction(models.TextChoices):
        OUT = "out", _("went out")
        BACK = "back", _("came back")

    round = models.ForeignKey(Round, models.CASCADE, related_name="sheets")
    direction = models.CharField(max_length=4, choices=Direction.choices)
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "sha256"],
                condition=Q(direction="back"),
                name="rounds_file_back_once",
            )
        ]


class Row(models.Model):
    """A row that came back: as it was, what it was found to be, and what was decided.

    `number` is the row in the file (0: the row is missing there). `other` is the dose that it is
    in conflict with.
    """

    class State(models.TextChoices):
        NEW = "new", _("registered")
        SAME = "same", _("known already")
        CONFLICT = "conflict", _("somebody must decide")
        DUPLICATE = "duplicate", _("twice in the file")
        REJECTED = "rejected", _("could not be registered")
        MISSING = "missing", _("not in the file")

    class Decision(models.TextChoices):
        KEEP = "keep", _("what was registered stands")
        REPLACE = "replace", _("the row holds")
        SKIP = "skip", _("set aside")

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="rows")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    given = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices)
    why = models.CharField(max_length=40, blank=True, default="")
    said = models.CharField(max_length=300, blank=True, default="")
    other = models.ForeignKey(Vaccination, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "number"],
                condition=Q(number__gt=0),
                name="rounds_row_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["new", "same", "conflict", "duplicate", "rejected",
                                       "missing"]),
                name="rounds_row_state_known",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None)
                | Q(decision__in=["keep", "replace", "skip"], decided_at__isnull=False),
                name="rounds_row_decided_when",
            ),
        ]  # fmt: skip
