"""Persons over HTTP, as FHIR Patient. Scoped and logged as on the pages."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from ninja import Router
from ninja.security import django_auth

from vaksam.base.models import User
from vaksam.base.scope import scope_of
from vaksam.core.exchange.patient import PatientFacts, to_fhir
from vaksam.core.exchange.patient.facts import Address, Name, Protection
from vaksam.core.identity import Identity, Kind
from vaksam.people import queries
from vaksam.people.queries import PersonView

router = Router(auth=django_auth)
REASON = "X-Vaksam-Reason"


@router.get("/{int:person}", summary="A person as FHIR Patient (R4, HL7 Sweden's base profile)")
def person(request: HttpRequest, person: int) -> HttpResponse:
    """For signed-in accounts that may open the record; each opening is logged.

    For a protected identity say why in the header X-Vaksam-Reason (UTF-8). Its answer has
    neither address nor telephone nor e-mail.
    """
    assert isinstance(request.user, User)
    view = queries.person(
        person, scope=scope_of(request.user), reason=_reason(request), path=request.path
    )
    response = JsonResponse(
        to_fhir(_facts(view)) | {"id": str(view.id)},
        content_type="application/fhir+json",
        json_dumps_params={"ensure_ascii": False},
    )
    patch_cache_control(response, private=True, no_store=True)
    return response


def _reason(request: HttpRequest) -> str:
    """The reason as written: servers hand the bytes of a header on as Latin-1."""
    text = request.headers.get(REASON, "")
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _facts(view: PersonView) -> PatientFacts:
    newest = view.contact[0] if view.contact else None
    known = tuple(
        Identity(Kind(each.kind), each.value, each.issuer)
        for each in view.identities
        if each.valid_to is None
    )
    return PatientFacts(
        identities=known,
        name=Name(given=tuple(view.given_name.split()), family=view.family_name),
        born_on=view.born_on,
        born_year=view.born_year,
        sex=view.sex,
        addresses=_addresses(view),
        mobile=newest.mobile if newest else "",
        email=newest.email if newest else "",
        language=view.language,
        interpreter=bool(view.interpreter),
        protection=Protection(view.protection),
        deceased=view.died_on is not None,
        died_on=view.died_on,
    )


def _addresses(view: PersonView) -> tuple[Address, ...]:
    """None for protected persons; of what kind it is is not known here."""
    known = view.address
    if known is None or not (known.street or known.postcode or known.city):
        return ()
    return (Address((known.street,) if known.street else (), known.postcode, known.city),)
