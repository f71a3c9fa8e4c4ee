"""Persons, who they are known as, whom they live with, and which groups they belong to.

A person with protected identity has no address, small area, municipality or household here: a
constraint sees to it. What is not stored cannot be shown, searched, mapped or written to a file.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Collate, Now, Upper
from django.utils.translation import gettext_lazy as _

from vaksam.areas.models import Area
from vaksam.base.roles import Role
from vaksam.base.scope import ScopedQuerySet


class Sex(models.IntegerChoices):
    """ISO 5218."""

    UNKNOWN = 0, _("unknown")
    MALE = 1, _("male")
    FEMALE = 2, _("female")


class Protection(models.TextChoices):
    NONE = "", _("none")
    CONFIDENTIALITY_MARKING = "confidentiality_marking", _("confidentiality marking")
    PROTECTED_REGISTRATION = "protected_registration", _("protected registration")


class Residence(models.TextChoices):
    OWN_HOME = "own_home", _("own home")
    CARE_HOME = "care_home", _("care home")
    LSS_HOUSING = "lss_housing", _("LSS housing")
    NONE = "none", _("no home of their own")


class Channel(models.TextChoices):
    SMS = "sms", _("text message")
    LETTER = "letter", _("letter")
    PHONE = "phone", _("phone call")
    EMAIL = "email", _("e-mail")
    NONE = "none", _("no contact, please")


class PersonQuerySet(ScopedQuerySet["Person"]):
    region_path = "region_code"
    roles = (Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.PHONE_AGENT)


class Household(models.Model):
    """Persons who live together. Care homes are no households."""

    region_code = models.CharField(max_length=2)
    file_key = models.CharField(
        max_length=80, blank=True, default="", help_text="What the importing file called it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "file_key"],
                condition=~Q(file_key=""),
                name="people_household_file_key_once",
            )
        ]


class Person(models.Model):
    """One human being, as far as is known.

    `born_on` is null where only the year is known. `merged_into` points to the person that this
    record turned out to be; such a record is kept for the sake of undoing, and shown nowhere.
    """

    region_code = models.CharField(max_length=2)
    given_name = models.CharField(max_length=100, blank=True, default="")
    family_name = models.CharField(max_length=100, blank=True, default="")
    born_on = models.DateField(null=True)
    born_year = models.PositiveSmallIntegerField(null=True)
    sex = models.PositiveSmallIntegerField(choices=Sex.choices, default=Sex.UNKNOWN)

    protection = models.CharField(
        max_length=24, choices=Protection.choices, blank=True, default=Protection.NONE
    )
    municipality_code = models.CharField(max_length=4, blank=True, default="")
    small_area = models.ForeignKey(
        Area, models.PROTECT, null=True, related_name="+", db_index=False
    )
    street = models.CharField(max_length=120, blank=True, default="")
    postcode = models.CharField(max_length=5, blank=True, default="")
    city = models.CharField(max_length=60, blank=True, default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    residence = models.CharField(
        max_length=12, choices=Residence.choices, default=Residence.OWN_HOME
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, related_name="members", db_index=False
    )

    language = models.CharField(max_length=3, blank=True, default="", help_text="ISO 639.")
    interpreter = models.BooleanField(default=False)
    digital_identity = models.BooleanField(null=True, help_text="Null: not known.")
    extra_time = models.BooleanField(default=False)
    travel_help = models.BooleanField(default=False)
    home_visit = models.BooleanField(default=False)

    died_on = models.DateField(null=True)
    moved_out_on = models.DateField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(protection="")
                | Q(
                    municipality_code="",
                    small_area__isnull=True,
                    street="",
                    postcode="",
                    city="",
                    latitude__isnull=True,
                    longitude__isnull=True,
                    household__isnull=True,
                ),
                name="people_protected_has_no_address",
            ),
            models.CheckConstraint(
                condition=Q(born_on__isnull=True)
                | Q(born_year=models.functions.ExtractYear("born_on")),
                name="people_birth_year_agrees",
            ),
            models.CheckConstraint(
                condition=Q(protection__in=Protection.values), name="people_protection_known"
            ),
            models.CheckConstraint(
                condition=Q(residence__in=Residence.values), name="people_residence_known"
            ),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="people_sex_known"),
            models.CheckConstraint(
                condition=Q(region_code__regex=r"^[0-9]{2}$"), name="people_region_code"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="people_not_merged_into_oneself",
            ),
        ]
        indexes = [
            # In capitals and sorted by code points, so that it also serves "begins with".
            models.Index(
                models.F("region_code"),
                Collate(Upper("family_name"), "C"),
                models.F("born_year"),
                name="people_by_name",
            ),
            models.Index(fields=["born_on"], name="people_by_birth"),
            models.Index(
                fields=["household"],
                condition=Q(household__isnull=False),
                name="people_by_household",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"  # never a name: it would end in logs


class Identity(models.Model):
    """What a person is known as: a number, with who issued it and when it was valid."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=20)
    issuer = models.CharField(max_length=40, blank=True, default="")
    value = models.CharField(max_length=60)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True, help_text="The last day it was theirs.")

    class Meta:
        verbose_name_plural = _("identities")
        constraints = [
            models.UniqueConstraint(
                fields=["value", "kind", "issuer"], name="people_identity_once"
            ),
        ]


class ContactChoice(models.Model):
    """How a person wants to be reached, from a moment on. The newest counts; all are kept."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="contact_choices")
    channel = models.CharField(max_length=6, choices=Channel.choices)
    mobile = models.CharField(max_length=20, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    chosen_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="people_channel_known"
            )
        ]


class GroupList(models.Model):
    """A list of a group's members from a municipality, an employer or a health record.

    Used for its purpose until its last day, and out of sight after it: then `ended_at` is set,
    its rows are emptied and the claims that rest on it end.
    """

    region_code = models.CharField(max_length=2)
    municipality_code = models.CharField(max_length=4, blank=True, default="")
    sender = models.CharField(max_length=120)
    group = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    legal_basis = models.CharField(max_length=200)
    purpose = models.CharField(max_length=200)
    given_on = models.DateField()
    last_day = models.DateField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=models.F("given_on")), name="people_list_days"
            )
        ]


class ListRow(models.Model):
    """One row of a list, as it came, and whom it was found to mean."""

    class State(models.TextChoices):
        MATCHED = "matched", _("matched by identity")
        REVIEW = "review", _("to be looked at")
        CONFIRMED = "confirmed", _("confirmed by a person")
        NOT_FOUND = "not_found", _("nobody found")
        REJECTED = "rejected", _("set aside")

    list = models.ForeignKey(GroupList, models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField(help_text="The row in the file, the header being row 1.")
    state = models.CharField(max_length=10, choices=State.choices)
    given = models.JSONField(default=dict, help_text="The row as it came; emptied at the end.")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="list_rows")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "number"], name="people_list_row_once"),
            models.CheckConstraint(
                condition=Q(state__in=["matched", "confirmed"], person__isnull=False)
                | ~Q(state__in=["matched", "confirmed"]),
                name="people_list_row_has_person",
            ),
        ]


class GroupClaim(models.Model):
    """That a person belongs to a group, and on what evidence. Withdrawn, never deleted."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="claims")
    group = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    legal_basis = models.CharField(max_length=200, blank=True, default="")
    purpose = models.CharField(max_length=200, blank=True, default="")
    list = models.ForeignKey(GroupList, models.PROTECT, null=True, related_name="claims")
    given_on = models.DateField()
    valid_until = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("given_on")),
                name="people_claim_days",
            ),
            models.UniqueConstraint(
                fields=["person", "group", "source", "list"],
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="people_claim_once",
            ),
        ]


class Merge(models.Model):
    """Two records found to be one person: what was moved, so that it can be undone."""

    kept = models.ForeignKey(Person, models.PROTECT, related_name="+")
    merged = models.ForeignKey(Person, models.PROTECT, related_name="+")
    why = models.CharField(max_length=400)
    moved = models.JSONField(default=dict, help_text="Primary keys of moved rows, by table.field.")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept=models.F("merged")), name="people_merge_two"),
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at__isnull=True), name="people_merge_once"
            ),
        ]


class PeopleImport(models.Model):
    """An import of a people file: how far it has come, so that it can go on."""

    sha256 = models.CharField(max_length=64, unique=True)
    file_name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    rows_done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
