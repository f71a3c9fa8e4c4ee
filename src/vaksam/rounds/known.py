"""What is registered now of those on a round."""

from datetime import datetime, time

from vaksam.base import clock
from vaksam.core.rounds.sheet import Dose, Known
from vaksam.records.models import Vaccination
from vaksam.rounds import naming
from vaksam.rounds.models import Member


def known(member: Member) -> Known:
    """A member's outcome and doses as they stand; two queries."""
    own = current(member.vaccination)
    chain = _chain(member.vaccination)
    rows = (
        Vaccination.objects.filter(person=member.person_id, withdrawn_at=None)
        .filter(product__disease=member.round.product.disease)
        .exclude(pk__in=chain)
        .exclude(first__in=chain)
        .select_related("first")
        .order_by("given_on", "pk")
    )
    others = tuple(dose(row) for row in rows
                   if (row.first or row).registered_at > member.added_at)  # fmt: skip
    return Known(
        name=naming.name(member.person), born=naming.born(member.person),
        product=member.round.product_id, outcome=member.outcome,
        own=dose(own) if own else None, others=others,
    )  # fmt: skip


def current(row: Vaccination | None) -> Vaccination | None:
    """The version of a dose that holds now; None where it was taken back."""
    chain = _chain(row)
    rows = Vaccination.objects.filter(withdrawn_at=None)
    return (rows.filter(pk__in=chain) | rows.filter(first__in=chain)).first() if chain else None


def dose(row: Vaccination) -> Dose:
    return Dose(row.pk, row.product_id or "", row.given_on, row.lot, row.site, _time(row.given_at),
                row.vaccinator_name)  # fmt: skip


def _chain(row: Vaccination | None) -> list[int]:
    """The id of a dose's first version, as a list; empty where there is no dose."""
    return [] if row is None else [row.first_id or row.pk]


def _time(moment: datetime | None) -> time | None:
    if moment is None:
        return None
    return moment.astimezone(clock.SWEDEN).time().replace(second=0, microsecond=0)
