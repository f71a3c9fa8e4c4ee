"""Sessions with their places, who holds which place, and the lists beside them.

Locking law. Whoever takes or gives back places locks in this order: the request (its token),
persons by id, appointments by id, slots by id. (The short way has one person, one slot and a token
of its own, and locks the person before the token.) A place is taken by one conditional statement on
its slot; the check `booking_taken_within` stands behind it. Sessions are opened, closed and
changed with their row locked first, then their slots by id.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vaksam.people.models import Person
from vaksam.programmes.models import Product, Programme
from vaksam.venues.models import Venue

ACCOUNT = settings.AUTH_USER_MODEL


class Channel(models.TextChoices):
    WEB = "web", _("on the web")
    PHONE = "phone", _("by phone")
    VENUE = "venue", _("at the venue")
    LETTER = "letter", _("by letter")
    GROUP = "group", _("in a group")
    DROP_IN = "drop_in", _("drop-in")
    RESERVE = "reserve", _("reserve list")
    SYSTEM = "system", _("by Vaksam")


class Session(models.Model):
    """A stretch of a day when a venue gives one product, and what decides how many can come.

    `dose` limits it to one dose number. `vaccinators` is how many there are; null: as the shifts
    say. `certainty` is how sure the doses of its places are to be.
    """

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    dose = models.PositiveSmallIntegerField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    stations = models.PositiveSmallIntegerField(default=1)
    vaccinators = models.PositiveSmallIntegerField(null=True)
    minutes = models.FloatField(default=5)
    interval = models.PositiveSmallIntegerField(default=10, help_text="Minutes.")
    certainty = models.FloatField(default=0.9)
    drop_in = models.PositiveIntegerField(default=0, help_text="Places kept for drop-in.")
    online = models.BooleanField(default=True, help_text="Residents may book by themselves.")
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["venue", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="booking_session_lasts"
            ),
            models.CheckConstraint(
                condition=Q(certainty__gt=0, certainty__lte=1), name="booking_certainty_share"
            ),
            models.UniqueConstraint(
                fields=["venue", "product", "dose", "starts_at"], nulls_distinct=False,
                condition=Q(closed_at=None), name="booking_session_once",
            ),
        ]  # fmt: skip


class Slot(models.Model):
    """Places of a session from a moment on. `planned` is what there is room and staff for,
    `places` how many of them are open, `taken` how many are booked or held for a group.

    Venue, programme, product, dose and online are the session's, here for one index.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="slots")
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+", db_index=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False)
    dose = models.PositiveSmallIntegerField(null=True)
    online = models.BooleanField(default=True)
    starts_at = models.DateTimeField()
    planned = models.PositiveIntegerField()
    places = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["programme", "venue", "starts_at"], condition=Q(taken__lt=F("places")),
                include=["product", "dose", "online", "places", "taken"], name="booking_free",
            ),
            models.Index(fields=["venue", "starts_at"], name="booking_slot_day"),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["session", "starts_at"], name="booking_slot_once"),
            models.CheckConstraint(
                condition=Q(taken__lte=F("places")), name="booking_taken_within"
            ),
        ]


class Request(models.Model):
    """One booking as it was asked for: one or more places, all or none. Its token makes a double
    click, or a call that is made again, one.
    """

    token = models.UUIDField(unique=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    made_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="booking_channel_known"
            )
        ]


class State(models.TextChoices):
    RESERVED = "reserved", _("reserved by letter")
    BOOKED = "booked", _("booked")
    CAME = "came", _("came")
    MOVED = "moved", _("moved")
    CANCELLED = "cancelled", _("cancelled")
    RELEASED = "released", _("not kept")
    NO_SHOW = "no_show", _("did not come")


#: A place is held.
ACTIVE = (State.RESERVED, State.BOOKED)


class Reason(models.TextChoices):
    """Why a place was given up."""

    ILL = "ill", _("ill")
    TIME = "time", _("the time does not suit")
    ELSEWHERE = "elsewhere", _("vaccinated elsewhere")
    DECLINED = "declined", _("does not want the vaccine")
    TRANSPORT = "transport", _("cannot get there")
    DOUBLE = "double", _("booked twice")
    CLOSED = "closed", _("the venue closed the time")
    STAFF = "staff", _("too few staff")
    SUPPLY = "supply", _("too few doses")
    DIED = "died", _("has died")
    LEFT = "left", _("has moved away")
    NOT_KEPT = "not_kept", _("not confirmed in time")
    NOT_DUE = "not_due", _("no longer recommended")
    OTHER = "other", _("other reason")
    UNKNOWN = "unknown", _("not said")


class Block(models.Model):
    """Places held for an association, a school or a workplace until a day; its list fills later."""

    name = models.CharField(max_length=120)
    contact = models.CharField(max_length=120)
    telephone = models.CharField(max_length=20, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    region_code = models.CharField(max_length=2)
    release_on = models.DateField(help_text="Places not used by this day are free for all.")
    released_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")


class BlockSlot(models.Model):
    """Places of a slot that a block holds, and how many have a name."""

    block = models.ForeignKey(Block, models.PROTECT, related_name="slots")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="blocks")
    places = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["block", "slot"], name="booking_block_slot_once"),
            models.CheckConstraint(condition=Q(used__lte=F("places")), name="booking_used_within"),
        ]


class Prebooking(models.Model):
    """A cohort that was given times by letter. `release_on`: what is not kept by then is free."""

    name = models.CharField(max_length=120)
    region_code = models.CharField(max_length=2)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    cohort = models.JSONField(help_text="How the persons were chosen.")
    release_on = models.DateField()
    persons = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict, help_text="How many for which reason.")
    released_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")


class Appointment(models.Model):
    """A place somebody holds or held. A moved one is replaced by another; nothing is deleted."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="appointments")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False)
    dose = models.PositiveSmallIntegerField()
    units = models.PositiveSmallIntegerField(default=1, help_text="Places it takes of the slot.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.BOOKED)
    needs = models.CharField(max_length=300, blank=True, default="")
    visits = models.JSONField(default=list, help_text="Kinds of visit beyond the ordinary.")
    kept_until = models.DateField(null=True)
    prebooking = models.ForeignKey(
        Prebooking, models.PROTECT, null=True, related_name="appointments"
    )
    block = models.ForeignKey(BlockSlot, models.PROTECT, null=True, related_name="appointments")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=10, choices=Reason.choices, blank=True, default="")
    ended_channel = models.CharField(max_length=8, choices=Channel.choices, blank=True, default="")
    ended_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["kept_until"], condition=Q(state="reserved"), name="booking_reserved"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme", "dose"], condition=Q(state__in=ACTIVE),
                name="booking_dose_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="booking_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ACTIVE, ended_at=None)
                | (~Q(state__in=ACTIVE) & Q(ended_at__isnull=False)),
                name="booking_ended_or_not",
            ),
        ]  # fmt: skip


class ReserveEntry(models.Model):
    """Somebody who can come at short notice. Members of a `party` come all or none."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="reserve_entries")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    party = models.BigIntegerField(default=0, help_text="The household; 0: alone.")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, related_name="+")
    most_minutes = models.PositiveSmallIntegerField(default=30, help_text="Journey at most.")
    notice = models.PositiveSmallIntegerField(default=15, help_text="Minutes before leaving.")
    from_hour = models.PositiveSmallIntegerField(default=8)
    to_hour = models.PositiveSmallIntegerField(default=20)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme"], condition=Q(left_at=None),
                name="booking_reserve_once",
            )
        ]  # fmt: skip


class Leftover(models.Model):
    """Doses left at a venue: they are offered to the reserve list until they end."""

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    dose = models.PositiveSmallIntegerField(null=True)
    doses = models.PositiveSmallIntegerField()
    until = models.DateTimeField()
    lease = models.PositiveSmallIntegerField(default=10, help_text="Minutes to answer.")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("made_at")), name="booking_leftover_lasts"
            )
        ]


class Offer(models.Model):
    """Who was asked for doses left over, or passed over and why, in the order of the list."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        ACCEPTED = "accepted", _("is coming")
        DECLINED = "declined", _("said no")
        EXPIRED = "expired", _("did not answer")
        PASSED = "passed", _("passed over")

    leftover = models.ForeignKey(Leftover, models.PROTECT, related_name="offers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="offers")
    party = models.BigIntegerField(default=0)
    rank = models.PositiveIntegerField()
    phase = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State.choices)
    passed = models.CharField(max_length=20, blank=True, default="", help_text="Why not asked.")
    at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["leased_until"], condition=Q(state="asked"),
                                name="booking_offer_open")]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["leftover", "person"], name="booking_offer_once")
        ]


class Callback(models.Model):
    """Somebody to be called back. Without a record, the number and what they said."""

    region_code = models.CharField(max_length=2)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="callbacks")
    telephone = models.CharField(max_length=20)
    note = models.CharField(max_length=300, blank=True, default="")
    call_from = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=200, blank=True, default="")


class Queue(models.Model):
    """A session's drop-in queue: the last number given out, and the number called."""

    session = models.OneToOneField(Session, models.PROTECT, related_name="queue")
    places = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)
    called = models.PositiveIntegerField(default=0)
    called_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last__lte=F("places")), name="booking_queue_within"),
            models.CheckConstraint(
                condition=Q(called__lte=F("last")), name="booking_called_within"
            ),
        ]


class Ticket(models.Model):
    """A number in a drop-in queue. `key` is what the slip of paper or the phone knows it by."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CALLED = "called", _("called")
        SERVED = "served", _("served")
        LEFT = "left", _("left the queue")

    queue = models.ForeignKey(Queue, models.PROTECT, related_name="tickets")
    number = models.PositiveIntegerField()
    key = models.UUIDField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="tickets")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["queue", "number"], name="booking_ticket_once"),
            models.UniqueConstraint(fields=["key", "queue"], name="booking_ticket_key"),
        ]


class Suspicion(models.Model):
    """Two persons with places for the same dose who may be one."""

    class Verdict(models.TextChoices):
        OPEN = "open", _("to be looked at")
        SAME = "same", _("one person")
        DIFFERENT = "different", _("two persons")

    one = models.ForeignKey(Person, models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    dose = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="booking_pair_in_order"),
            models.UniqueConstraint(
                fields=["one", "other", "programme", "dose"], name="booking_pair_once"
            ),
        ]


class Code(models.Model):
    """A one-time code for signing in as a resident. The code itself is worked out from the row
    with the secret key and stored nowhere. `key` is the hash of what was typed.
    """

    key = models.CharField(max_length=64)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="codes")
    channel = models.CharField(max_length=6)
    nonce = models.UUIDField(unique=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["key", "made_at"])]


class Door(models.Model):
    """A region's waiting room: how many a minute are let in while it is on, and up to whom."""

    region_code = models.CharField(max_length=2, primary_key=True)
    per_minute = models.PositiveIntegerField(default=0, help_text="0: the door stands open.")
    last = models.BigIntegerField(default=0)
    upto = models.BigIntegerField(default=0)
    at = models.DateTimeField(help_text="When `upto` was last moved.")


class Arrival(models.Model):
    """Somebody in a waiting room, by the number they drew. Nothing else is known of them."""

    region_code = models.CharField(max_length=2)
    number = models.BigIntegerField()
    key = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region_code", "number"], name="booking_arrival_once"),
            models.UniqueConstraint(fields=["key", "region_code"], name="booking_arrival_key"),
        ]


class Shown(models.Model):
    """Times that were shown and chosen on a day, and how many of them were gone at the click."""

    day = models.DateField()
    channel = models.CharField(max_length=8)
    chosen = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "channel"], name="booking_shown_once")
        ]
