"""Accounts and roles, the two logs, the outbox and the movable clock.

The logs take their time from the database server and not from Vaksam's clock: a demo can move
the clock, but nothing may move the time at which somebody looked.
"""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from vaksam.base.roles import NATIONAL, REGIONAL, Role


class User(AbstractUser):
    """An account; signs in by password, or through the identity provider that made it."""

    oidc_issuer = models.CharField(max_length=255, blank=True, default="", editable=False)
    oidc_subject = models.CharField(max_length=255, blank=True, default="", editable=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["oidc_issuer", "oidc_subject"],
                condition=~models.Q(oidc_subject=""),
                name="base_user_oidc_identity_once",
            ),
            models.CheckConstraint(
                condition=models.Q(oidc_issuer="", oidc_subject="")
                | ~models.Q(oidc_issuer="") & ~models.Q(oidc_subject=""),
                name="base_user_oidc_identity_whole",
            ),
        ]


class RoleAssignment(models.Model):
    """One role, held by one person, nationally or in one region (and at one venue)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="role_assignments"
    )
    role = models.CharField(max_length=32, choices=Role.choices)
    region_code = models.CharField(max_length=2, null=True, blank=True)  # noqa: DJ001 - null: national
    venue_id = models.BigIntegerField(null=True, blank=True)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "region_code", "venue_id"],
                nulls_distinct=False,
                name="base_role_granted_once",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=sorted(NATIONAL), region_code__isnull=True)
                | models.Q(
                    role__in=sorted(REGIONAL),
                    region_code__isnull=False,  # or the check would be NULL, which passes
                    region_code__regex=r"^[0-9]{2}$",
                ),
                name="base_role_region_fits",
            ),
            models.CheckConstraint(
                condition=models.Q(venue_id__isnull=True) | models.Q(role=Role.VENUE_STAFF),
                name="base_role_venue_fits",
            ),
        ]

    def __str__(self) -> str:
        place = f" {self.region_code}" if self.region_code else ""
        return f"{self.role}{place}"


class AccessEntry(models.Model):
    """Who looked at what about whom. Append-only: a trigger refuses everything else."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    action = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    reason = models.CharField(max_length=400, blank=True, default="")
    path = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        verbose_name_plural = _("access entries")
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "at"], name="base_access_subject"),
            models.Index(fields=["user", "at"], name="base_access_user"),
        ]


class AuditEntry(models.Model):
    """Who did what. Append-only; read for investigation only, never by a function."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=80)
    target = models.CharField(max_length=200, blank=True, default="")
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = _("audit entries")
        indexes = [models.Index(fields=["at"], name="base_audit_at")]


class OutboxEvent(models.Model):
    """An event, written in the transaction of the change it tells about."""

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=120, blank=True, default="")
    payload = models.JSONField(default=dict)
    published_at = models.DateTimeField(db_default=Now(), editable=False)
    handled = models.JSONField(default=list, help_text="Handlers that are done with it.")
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=400, blank=True, default="")
    try_at = models.DateTimeField(db_default=Now())
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(delivered_at__isnull=True),
                name="base_outbox_waiting",
            ),
            models.Index(
                fields=["key", "id"],
                condition=models.Q(delivered_at__isnull=True),
                name="base_outbox_waiting_key",
            ),
        ]


class ClockSetting(models.Model):
    """The one row that says how far the clock has been moved. No row: not at all."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    offset = models.DurationField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="base_clock_is_one"),
        ]


class SignInAttempts(models.Model):
    """Failed sign-ins for one name from one address, both only as a keyed hash."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = _("sign-in attempts")
