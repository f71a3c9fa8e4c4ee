"""A physician signs who may be given what, by whom; and revokes it."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.base.scope import demand
from vaksam.clinic import access
from vaksam.clinic.models import Prescription
from vaksam.core.errors import NotFound, Refused
from vaksam.people import actions as people
from vaksam.programmes import queries as programmes
from vaksam.programmes.queries import ProgrammeRef
from vaksam.venues.models import StaffRole


@transaction.atomic
def sign(
    *, region: str, programme: str, products: Collection[str], valid_from: date, valid_to: date,
    signer_name: str, by: User | None, doses: Collection[int] = (), age_from: int = 0,
    age_to: int | None = None, roles: Collection[str] = (), signer_title: str = "", text: str = "",
) -> int:  # fmt: skip
    """Sign a general directive of a region; its id. Empty `doses` and `roles`: any.

    Raises
    ------
    Refused
        It names no product or a strange one, its days or ages are not in order, nobody signs.
    NotFound, NotAllowed
        There is no such programme; only prescribers may.
    """
    demand(by, region, *access.PRESCRIBERS)
    if strange := set(roles) - set(StaffRole.values):
        raise Refused("bad-role", "There is no role “{role}”.", role=min(strange))
    known = _check(programme, products, valid_from, valid_to, signer_name)
    if not 0 <= age_from <= (age_to if age_to is not None else age_from):
        raise Refused("bad-ages", "The ages are not in order. Look at them again.")
    row = Prescription.objects.create(
        region_code=region, programme_id=known.code, products=sorted(products),
        doses=sorted(doses), age_from=age_from, age_to=age_to, roles=sorted(roles),
        text=text.strip(), signer_name=signer_name.strip(), signer_title=signer_title.strip(),
        signed_by=by, signed_at=clock.now(), valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    audit.record(by=by, action="clinic.sign", target=region, details={"prescription": row.pk})
    return row.pk


@transaction.atomic
def prescribe(
    *, person: int, programme: str, products: Collection[str], valid_from: date, valid_to: date,
    signer_name: str, by: User | None, cleared: Collection[str] = (), doses: Collection[int] = (),
    signer_title: str = "", text: str = "",
) -> int:  # fmt: skip
    """Sign for one person; its id. `cleared`: reasons of triage that were considered.

    Raises as `sign`, and as `vaksam.people.actions.hold`.
    """
    held = people.hold(person=person, by=by, roles=access.PRESCRIBERS)
    known = _check(programme, products, valid_from, valid_to, signer_name)
    row = Prescription.objects.create(
        person=held, region_code=held.region_code, programme_id=known.code,
        products=sorted(products), doses=sorted(doses), cleared=sorted(cleared),
        text=text.strip(), signer_name=signer_name.strip(), signer_title=signer_title.strip(),
        signed_by=by, signed_at=clock.now(), valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    audit.record(by=by, action="clinic.prescribe", target=f"person {person}",
                 details={"prescription": row.pk, "cleared": sorted(cleared)})  # fmt: skip
    return row.pk


@transaction.atomic
def revoke(*, prescription: int, by: User | None) -> None:
    """It holds no more, from now. Twice changes nothing. Raises NotFound, NotAllowed."""
    row = Prescription.objects.select_for_update().filter(pk=prescription).first()
    if row is None:
        raise NotFound("unknown-prescription", "There is no such prescription.")
    demand(by, row.region_code, *access.PRESCRIBERS)
    if row.revoked_at is None:
        Prescription.objects.filter(pk=row.pk).update(revoked_at=clock.now(), revoked_by=by)
        details = {"prescription": row.pk}
        audit.record(by=by, action="clinic.revoke", target=row.region_code, details=details)


def _check(
    programme: str, products: Collection[str], valid_from: date, valid_to: date, signer: str
) -> ProgrammeRef:
    known = programmes.programme(programme)
    if not products:
        raise Refused("needs-product", "Say which product it was.")
    codes = {each.code for each in programmes.products(known.disease)}
    if strange := set(products) - codes:
        raise Refused("unknown-product", "There is no product “{code}”.", code=min(strange))
    if valid_to < max(valid_from, clock.today()):
        raise Refused("bad-days", "It would hold on no day. Give a last day that lies ahead.")
    if not signer.strip():
        raise Refused("needs-signer", "Write the name of the physician who signs.")
    return known
