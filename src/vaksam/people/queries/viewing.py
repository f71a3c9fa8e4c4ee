"""A person's row and what hangs on it, as the page gets it."""

from datetime import date

from django.db.models import Q

from vaksam.base import clock
from vaksam.people.models import ContactChoice, GroupClaim, Identity, Person
from vaksam.people.queries.shown import (
    Address,
    ClaimView,
    ContactView,
    IdentityView,
    Member,
    PersonView,
)


def in_force(on: date) -> Q:
    """Which claims count on a day, whether or not the job that ends lists has run."""
    return (
        Q(withdrawn_at=None)
        & (Q(valid_until=None) | Q(valid_until__gte=on))
        & (Q(list=None) | Q(list__last_day__gte=on, list__ended_at=None))
    )


def view(found: Person) -> PersonView:
    """All of a person; five queries. The caller has logged it."""
    return PersonView(
        id=found.pk,
        region_code=found.region_code,
        given_name=found.given_name,
        family_name=found.family_name,
        born_on=found.born_on,
        born_year=found.born_year,
        sex=found.sex,
        protection=found.protection,
        address=None if found.protection else _address(found),
        residence=found.residence,
        language=found.language,
        interpreter=found.interpreter,
        digital_identity=found.digital_identity,
        extra_time=found.extra_time,
        travel_help=found.travel_help,
        home_visit=found.home_visit,
        died_on=found.died_on,
        moved_out_on=found.moved_out_on,
        identities=_identities(found),
        household=_household(found),
        claims=_claims(found),
        contact=_contact(found),
    )


def _address(found: Person) -> Address:
    return Address(
        street=found.street,
        postcode=found.postcode,
        city=found.city,
        municipality_code=found.municipality_code,
        small_area_code=found.small_area.code if found.small_area else "",
        small_area_name=found.small_area.name if found.small_area else "",
        latitude=found.latitude,
        longitude=found.longitude,
    )


def _identities(found: Person) -> tuple[IdentityView, ...]:
    rows = Identity.objects.filter(person=found).order_by("valid_to", "pk")
    return tuple(
        IdentityView(row.pk, row.kind, row.issuer, row.value, row.valid_from, row.valid_to)
        for row in rows
    )


def _household(found: Person) -> tuple[Member, ...]:
    if found.household_id is None:
        return ()
    rows = Person.objects.filter(
        household=found.household_id, merged_into=None, died_on=None, moved_out_on=None
    ).exclude(pk=found.pk)
    names = rows.order_by("born_year", "pk").values_list("pk", "given_name", "family_name")
    return tuple(Member(*row) for row in names)


def _claims(found: Person) -> tuple[ClaimView, ...]:
    """In force first, then the newest first; those of ended lists are out of sight."""
    today = clock.today()
    ended = Q(list__last_day__lt=today) | Q(list__ended_at__isnull=False)
    counting = set(
        GroupClaim.objects.filter(in_force(today), person=found).values_list("pk", flat=True)
    )
    rows = GroupClaim.objects.filter(person=found).exclude(ended).select_related("list")
    views = [
        _claim(row, row.pk in counting, hide=bool(found.protection))
        for row in rows.order_by("-recorded_at")
    ]
    return tuple(sorted(views, key=lambda view: not view.in_force))


def _claim(row: GroupClaim, in_force: bool, *, hide: bool) -> ClaimView:
    return ClaimView(
        id=row.pk,
        group=row.group,
        source=row.source,
        legal_basis=row.legal_basis,
        purpose=row.purpose,
        sender=row.list.sender if row.list and not hide else "",
        given_on=row.given_on,
        valid_until=row.valid_until,
        recorded_at=row.recorded_at,
        withdrawn_at=row.withdrawn_at,
        in_force=in_force,
    )


def _contact(found: Person) -> tuple[ContactView, ...]:
    rows = ContactChoice.objects.filter(person=found).order_by("-chosen_at", "-pk")
    return tuple(ContactView(row.channel, row.mobile, row.email, row.chosen_at) for row in rows)
