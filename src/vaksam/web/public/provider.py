"""Residents' sign-in through an identity provider, where one is configured."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe
from mozilla_django_oidc.utils import absolutify
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

from vaksam.base.oidc import Residents, resident_setting
from vaksam.booking import actions
from vaksam.core.errors import Refused
from vaksam.web.public.common import Visitor, page, show, sign, way_on

_LANGUAGE = "public_language"


class Begin(OIDCAuthenticationRequestView):  # type: ignore[misc]
    """To the provider, with state, nonce and a verifier kept in the session."""

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        if attr == "OIDC_AUTHENTICATION_CALLBACK_URL":
            return "public-provider-back"
        return resident_setting(attr, *args)


@require_safe
@page
def begin(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """To the residents' provider."""
    _demand()
    request.session[_LANGUAGE] = visitor.texts.language
    answer: HttpResponseBase = Begin.as_view()(request)
    return answer


@require_safe
def back(request: HttpRequest) -> HttpResponseBase:
    """The provider sends everybody back here, in whatever language they began."""
    _demand()
    return _signed_in(request, request.session.get(_LANGUAGE, "sv"))


@page
def _signed_in(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    states = request.session.get("oidc_states", {})
    known = states.pop(request.GET.get("state", ""), None)
    request.session["oidc_states"] = states
    code, number = request.GET.get("code", ""), ""
    if known and code:
        number = Residents().number(
            code=code, nonce=known["nonce"], verifier=known.get("code_verifier"),
            back=absolutify(request, reverse("public-provider-back")),
        )  # fmt: skip
    try:
        person = actions.sign_in_known(number=number)
    except Refused as error:
        said = visitor.texts.refused(error)
        return show(request, visitor, "public/refused.html", {"said": said}, status=422)
    response = way_on(request, visitor)
    sign(response, [*visitor.persons, *([person] if person not in visitor.persons else [])][:8])
    return response


def _demand() -> None:
    if not settings.VAKSAM_RESIDENT_OIDC:
        raise Http404
