"""Whether somebody may be given a dose now, out of this vial, by this role."""

from dataclasses import dataclass

from vaksam.base import clock
from vaksam.clinic import facts
from vaksam.clinic.facts import Situation
from vaksam.clinic.models import Visit
from vaksam.core import clinic
from vaksam.core.errors import Refused


@dataclass(frozen=True, slots=True)
class Ready:
    """What was looked at. `situation` None: they have died or moved; `vial` None: none open.

    `why_not` says what prescriptions lack where none covers the dose.
    """

    situation: Situation | None
    vial: clinic.Vial | None = None
    triage: clinic.Triage | None = None
    prescription: clinic.Prescription | None = None
    checks: tuple[clinic.Check, ...] = ()
    why_not: tuple[Refused, ...] = ()

    @property
    def may_give(self) -> bool:
        return clinic.may_give(self.checks)


def ready(row: Visit, *, vial: int, role: str, situation: Situation | None = None) -> Ready:
    """Everything that is looked at before a dose; `situation` where it is known already."""
    here = situation or facts.situation(row.person, row.programme_id, row.venue)
    if here is None:
        return Ready(None)
    found = facts.vial_of(row.venue_id, vial)
    if found is None:
        return Ready(here)
    told = here.triage(found.product)
    asked = {
        "person": row.person_id, "product": found.product, "dose": here.dose, "age": here.age,
        "role": role, "on": here.on,
    }  # fmt: skip
    covering = clinic.covering(here.prescriptions, **asked)  # type: ignore[arg-type]
    why_not = () if covering else clinic.why_not(here.prescriptions, **asked)  # type: ignore[arg-type]
    checks = clinic.before(
        vial=found, wanted_product=_wanted(row, found.product), triage=told,
        prescription=covering, decision=here.decision,
        approval=facts.product_of(found.product).approval(here.on),
        consented=here.consent is not None and here.consent.agrees, age=here.age,
        now=clock.now(), on=here.on,
    )  # fmt: skip
    return Ready(here, found, told, covering, checks, why_not)


def _wanted(row: Visit, default: str) -> str:
    """The product that was booked; who came without a time may have any that is allowed."""
    return row.appointment.slot.product_id if row.appointment else default
