"""Persons over HTTP, as FHIR Patient. Scoped and logged as on the pages."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.security import django_auth

from vaksam.base.models import User
from vaksam.base.scope import scope_of
from vaksam.core.exchange.patient import PatientFacts, to_fhir
from vaksam.core.exchange.patient.facts import Address, AddressKind, Name, Protection
from vaksam.core.identity import Identity, Kind
from vaksam.people import queries
from vaksam.people.queries import PersonView

router = Router(auth=django_auth)
REASON = "X-Vaksam-Reason"


@router.get("/{int:person}", summary="A person as FHIR Patient (R4, HL7 Sweden's base profile)")
def person(request: HttpRequest, person: int) -> dict[str, Any]:
    """For accounts that may open the record. Protected identity: say why in X-Vaksam-Reason."""
    assert isinstance(request.user, User)
    view = queries.person(
        person,
        scope=scope_of(request.user),
        reason=request.headers.get(REASON, ""),
        path=request.path,
    )
    return to_fhir(_facts(view)) | {"id": str(view.id)}


def _facts(view: PersonView) -> PatientFacts:
    newest = view.contact[0] if view.contact else None
    known = tuple(
        Identity(Kind(each.kind), each.value, each.issuer)
        for each in view.identities
        if each.valid_to is None
    )
    address = view.address
    return PatientFacts(
        identities=known,
        name=Name(given=tuple(view.given_name.split()), family=view.family_name),
        born_on=view.born_on,
        born_year=view.born_year,
        sex=view.sex,
        addresses=(
            Address((address.street,), address.postcode, address.city,
                    kind=AddressKind.REGISTERED),
        ) if address and address.street else (),
        mobile=newest.mobile if newest else "",
        email=newest.email if newest else "",
        language=view.language,
        interpreter=bool(view.interpreter),
        protection=Protection(view.protection),
        deceased=view.died_on is not None,
        died_on=view.died_on,
    )  # fmt: skip
