"""What the public pages share: the language, who is signed in, the door.

A resident's sign-in lies in a signed cookie of its own: who, for half an hour. It is no account,
and opens nothing but their own times.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme

from vaksam.areas import queries as areas
from vaksam.booking import actions, queries
from vaksam.core.errors import NotFound, Refused
from vaksam.people import queries as people
from vaksam.web.public.texts import LANGUAGES, Texts, languages, texts

SIGNED_IN = "vaksam_resident"
DOOR = "vaksam_door"
IN_LINE = "vaksam_line"
NEXT = "vaksam_next"
FOR = 30 * 60  # seconds
LINE_FOR = 6 * 60 * 60
_SALT = "vaksam.resident"
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at a public page: in which language, and for which persons (signed in)."""

    texts: Texts
    persons: tuple[int, ...] = ()

    @property
    def person(self) -> int:
        return self.persons[0]


View = Callable[Concatenate[HttpRequest, Visitor, P], HttpResponseBase]
Plain = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


def page(view: View[P]) -> Plain[P]:
    """A public page: its language from the address, never kept by anybody, past the door."""

    @wraps(view)
    def shown(
        request: HttpRequest, /, language: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if language not in LANGUAGES:
            raise NotFound("unknown-language", "There is no such language.")
        words = texts(language)
        with translation.override(language):
            visitor = Visitor(words, read(request))
            waiting, admitted = _waiting(request, visitor)
            response = waiting or _answered(request, visitor, view, *args, **kwargs)
        if admitted:
            _cookie(response, DOOR, signing.dumps("in", salt=DOOR), FOR)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return cast(Plain[P], shown)


def signed_in(view: View[P]) -> View[P]:
    """Only for those who have signed in; others are sent to do so."""

    @wraps(view)
    def guarded(
        request: HttpRequest, visitor: Visitor, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not visitor.persons:
            response = go("public-sign-in", visitor)
            if request.method == "GET":
                _cookie(response, NEXT, request.get_full_path(), FOR)
            return response
        return view(request, visitor, *args, **kwargs)

    return guarded


def _answered(
    request: HttpRequest, visitor: Visitor, view: View[P], *args: P.args, **kwargs: P.kwargs
) -> HttpResponseBase:
    """The page, or what could not be done in the visitor's own words."""
    try:
        return view(request, visitor, *args, **kwargs)
    except Refused as error:
        code = 404 if isinstance(error, NotFound) else 422
        said = visitor.texts.refused(error)
        return show(request, visitor, "public/refused.html", {"said": said}, status=code)


def show(
    request: HttpRequest, visitor: Visitor, template: str, context: dict[str, Any], *,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """A page with the frame around it."""
    match = request.resolver_match
    frame = {
        "t": visitor.texts,
        "visitor": visitor,
        "telephone": settings.VAKSAM_TELEPHONE,
        "languages": [(each, _other(match, each.language)) for each in languages()],
    }
    return render(request, template, frame | context, status=status)


def _other(match: Any, language: str) -> str:
    """This page in another language; the start page where it cannot be shown again."""
    if match is None or match.url_name not in _SHOWN_AGAIN:
        return reverse("public-start", args=[language])
    args = {**match.kwargs, "language": language}
    return reverse(match.url_name, kwargs=args)


_SHOWN_AGAIN = {
    "public-start", "public-sign-in", "public-mine", "public-times", "public-cancel",
    "public-add", "public-ticket", "public-board", "public-code",
}  # fmt: skip


def go(name: str, visitor: Visitor, *args: object) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name, args=[visitor.texts.language, *args]))


def read(request: HttpRequest) -> tuple[int, ...]:
    """Persons signed in to; nobody where the cookie is too old or not ours."""
    try:
        found = signing.loads(request.COOKIES.get(SIGNED_IN, ""), salt=_SALT, max_age=FOR)
    except signing.BadSignature:
        return ()
    return tuple(found)


def sign(response: HttpResponse, persons: Sequence[int]) -> None:
    """Let the visitor be signed in as these for half an hour."""
    value = signing.dumps(list(persons), salt=_SALT)
    _cookie(response, SIGNED_IN, value, FOR)


def way_on(request: HttpRequest, visitor: Visitor) -> HttpResponseRedirect:
    """After signing in, to where one was going; else to one's own times."""
    path = request.COOKIES.get(NEXT, "")
    if path.startswith("/boka/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        response = HttpResponseRedirect(path)
        response.delete_cookie(NEXT, path="/boka/", samesite="Lax")
        return response
    return go("public-mine", visitor)


def sign_out(response: HttpResponse) -> None:
    response.delete_cookie(SIGNED_IN, path="/boka/", samesite="Lax")


def token_of(request: HttpRequest) -> UUID:
    """What makes a form that is sent twice one. Raises Refused."""
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        raise Refused("token-used", "The form is not whole. Start again.") from None


def home_region(persons: Sequence[int] = ()) -> str:
    """The region whose times are shown: the person's own, else the first that has venues."""
    if persons:
        return region_of(persons[0])
    return min(people.regions(), default="") or areas.regions()[0].code


def region_of(person: int) -> str:
    return people.region_of(person)


def _waiting(request: HttpRequest, visitor: Visitor) -> tuple[HttpResponse | None, bool]:
    """The waiting room where it is not this visitor's turn; whether they were just let in."""
    region = home_region(visitor.persons)
    per_minute, _ahead = queries.door(region)
    if not per_minute or _let_in(request):
        return None, False
    key = _line(request)
    standing = actions.stand(region=region, key=key)
    if standing.admitted:
        return None, True
    response = show(request, visitor, "public/queue.html", {"standing": standing})
    _cookie(response, IN_LINE, signing.dumps(str(key), salt=IN_LINE), LINE_FOR)
    return response, False


def _let_in(request: HttpRequest) -> bool:
    try:
        return bool(signing.loads(request.COOKIES.get(DOOR, ""), salt=DOOR, max_age=FOR))
    except signing.BadSignature:
        return False


def _line(request: HttpRequest) -> UUID:
    try:
        return UUID(signing.loads(request.COOKIES.get(IN_LINE, ""), salt=IN_LINE))
    except (signing.BadSignature, ValueError):
        return uuid4()


def _cookie(response: HttpResponseBase, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/boka/", httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
