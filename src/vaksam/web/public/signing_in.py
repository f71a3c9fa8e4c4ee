"""Signing in with a one-time code. Nothing on these pages tells whether somebody exists."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from vaksam.booking import actions
from vaksam.core.errors import Refused
from vaksam.web.public.common import (
    Visitor,
    go,
    page,
    show,
    sign,
    sign_out,
    signed_in,
    way_on,
)


class NumberForm(forms.Form):
    number = forms.CharField(max_length=20)
    how = forms.ChoiceField(choices=[("sms", "sms"), ("letter", "letter"), ("have", "have")])


class CodeForm(forms.Form):
    number = forms.CharField(max_length=20)
    code = forms.CharField(max_length=12)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def sign_in(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Ask for a code. Posted, the page where it is written: the number stays in the body."""
    if request.method == "POST":
        form = NumberForm(request.POST)
        if not form.is_valid():
            return _number(request, visitor, visitor.texts["refused.bad-number"])
        number, how = form.cleaned_data["number"], form.cleaned_data["how"]
        try:
            if how != "have":
                actions.ask_for_code(
                    number=number, letter=how == "letter", address=_address(request)
                )
        except Refused as error:
            return _number(request, visitor, visitor.texts.refused(error))
        return _code(request, visitor, number, how=how)
    return _number(request, visitor)


@require_POST
@page
def code(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The code that came. Whoever is signed in already stays so: households book together."""
    form = CodeForm(request.POST)
    number = request.POST.get("number", "")[:20]
    if not form.is_valid():
        return _code(request, visitor, number, said=visitor.texts["refused.wrong-code"])
    try:
        person = actions.sign_in(
            number=number, code=form.cleaned_data["code"], address=_address(request)
        )
    except Refused as error:
        return _code(request, visitor, number, said=visitor.texts.refused(error))
    response = way_on(request, visitor)
    persons = [*visitor.persons, *([person] if person not in visitor.persons else [])]
    sign(response, persons[:8])
    return response


@require_http_methods(["GET", "HEAD"])
@page
@signed_in
def add(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Somebody else of the household, with a code of their own."""
    return _number(request, visitor, adding=True)


@require_POST
@page
def out(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    response = go("public-start", visitor)
    sign_out(response)
    return response


def _number(
    request: HttpRequest, visitor: Visitor, said: str = "", *, adding: bool = False
) -> HttpResponse:
    context: dict[str, Any] = {"said": said, "adding": adding or bool(visitor.persons)}
    if settings.VAKSAM_RESIDENT_OIDC:
        url = reverse("public-provider", args=[visitor.texts.language])
        context |= {"provider": settings.VAKSAM_RESIDENT_OIDC["NAME"], "provider_url": url}
    status = 422 if said else 200
    return show(request, visitor, "public/sign_in.html", context, status=status)


def _code(
    request: HttpRequest, visitor: Visitor, number: str, *, how: str = "", said: str = ""
) -> HttpResponse:
    context = {"number": number, "how": how, "said": said}
    return show(request, visitor, "public/code.html", context, status=422 if said else 200)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
