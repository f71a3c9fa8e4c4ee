"""A round as an Excel sheet, for places without coverage."""

from hashlib import sha256

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.access import Subject
from vaksam.base.models import User
from vaksam.base.scope import scope_of
from vaksam.core.rounds import sheet as core
from vaksam.core.rounds.sheet import Line
from vaksam.people.queries.persons import log
from vaksam.rounds import access, naming
from vaksam.rounds.models import Member, Round, Sheet
from vaksam.supply import queries as supply
from vaksam.venues import queries as venues

_NOTE = ("Fyll i de vita rutorna. Nya personer skrivs sist. Spara filen och läs in den i Vaksam"
         " när du har täckning.")  # fmt: skip


@transaction.atomic
def sheet(*, round: int, by: User | None, path: str = "") -> tuple[str, bytes]:
    """Name and bytes of the sheet of a round; looked at by whoever fetches it, and logged.

    Raises NotFound, NotAllowed.
    """
    row = access.held(round, by)
    now = clock.now()
    members = (
        Member.objects.filter(round=row)
        .select_related("stop", "person")
        .order_by("stop__order", "person__family_name", "pk")
    )
    lines = tuple(_line(each) for each in members)
    book = core.Book(
        round=row.pk, title=f"Runda {row.pk}: {row.venue.name}, lag {row.team}, {row.day},"
        f" {row.product.name}", note=_NOTE, day=row.day, lines=lines, lots=_lots(row),
        vaccinators=_vaccinators(row), made_at=now,
    )  # fmt: skip
    content = core.write(book)
    Sheet.objects.create(round=row, direction=Sheet.Direction.OUT, made_at=now, by=by,
                         sha256=sha256(content).hexdigest())  # fmt: skip
    if by is not None:
        log("rounds.sheet", scope_of(by), subject=Subject("round", str(row.pk)),
            reason=f"hits={len(lines)}", path=path)  # fmt: skip
    audit.record(by=by, action="rounds.sheet", target=f"round {row.pk}")
    return f"runda-{row.pk}.xlsx", content


def _line(member: Member) -> Line:
    stop, person = member.stop, member.person
    hidden = bool(person.protection)
    address = "" if hidden else f"{stop.street}, {stop.postcode} {stop.city}".strip(" ,")
    return Line(
        member.row, stop.order, "" if hidden else stop.name, address,
        f"{stop.arrives_at.astimezone(clock.SWEDEN):%H:%M}", naming.name(person),
        naming.born(person), member.dose_number,
    )  # fmt: skip


def _lots(row: Round) -> tuple[str, ...]:
    """Those set aside for the round, else all of the product that the venue has."""
    chosen = tuple(row.lots.order_by("expires_on").values_list("number", flat=True))
    held = (each.lot_number for each in supply.stock(venue=row.venue_id)
            if each.product == row.product_id)  # fmt: skip
    return chosen or tuple(dict.fromkeys(held))


def _vaccinators(row: Round) -> tuple[str, ...]:
    """Who vaccinates there that day, else who usually does."""
    on_duty = [each.name for each in venues.on_duty(row.venue_id, row.day) if each.vaccinates]
    usual = [each.name for each in venues.staff(row.venue.region_code, on=row.day)
             if each.vaccinates and each.venue == row.venue_id]  # fmt: skip
    return tuple(dict.fromkeys(on_duty or usual))
