"""What the public pages share: the language, who is signed in, the door.

A resident's sign-in lies in a signed cookie of its own: who, for half an hour. It is no account,
and opens nothing but their own times.
"""

import time
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

from vaksam.booking import actions, queries
from vaksam.core.errors import NotFound, Refused
from vaksam.core.messages import LANGUAGES
from vaksam.people import queries as people
from vaksam.venues import queries as venues
from vaksam.web.public.texts import Texts, languages, texts

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
    region: str = ""

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
            persons, region = read(request)
            visitor = Visitor(words, persons, region or first_region())
            waiting, admitted = _waiting(request, visitor)
            response: HttpResponseBase
            if waiting is None and request.headers.get("HX-Target") == "line":
                response = HttpResponse(headers={"HX-Redirect": request.get_full_path()})
            else:
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
    "public-add", "public-ticket", "public-board", "public-code", "public-declare",
    "public-declared",
}  # fmt: skip


def go(name: str, visitor: Visitor, *args: object) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name, args=[visitor.texts.language, *args]))


def read(request: HttpRequest) -> tuple[tuple[int, ...], str]:
    """Persons signed in to and their region; nobody where the cookie is too old or not ours."""
    try:
        found = signing.loads(request.COOKIES.get(SIGNED_IN, ""), salt=_SALT, max_age=FOR)
    except signing.BadSignature:
        return (), ""
    return tuple(found["persons"]), str(found["region"])


def sign(response: HttpResponse, persons: Sequence[int]) -> None:
    """Let the visitor be signed in as these for half an hour."""
    _cookie(response, SIGNED_IN, signed(persons, people.region_of(persons[0])), FOR)


def signed(persons: Sequence[int], region: str) -> str:
    """The cookie of a sign-in."""
    return signing.dumps({"persons": list(persons), "region": region}, salt=_SALT)


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


def first_region() -> str:
    """The region whose times are shown to who has not signed in: the first that has venues."""
    return str(_known("region", 60, lambda: min(
        (ref.region_code for ref in venues.venues() if ref.public), default="")))  # fmt: skip


def _per_minute(region: str) -> int:
    """How many the region's door lets in; 0: it stands open. Looked at once a second."""
    return int(_known(f"door {region}", 1, lambda: queries.door(region)[0]))


_seen: dict[str, tuple[float, Any]] = {}


def _known(key: str, seconds: float, look: Callable[[], Any]) -> Any:
    """What this process saw within so many seconds, or sees now."""
    kept, now = _seen.get(key), time.monotonic()
    if kept is None or now - kept[0] >= seconds:
        kept = _seen[key] = (now, look())
    return kept[1]


def forget() -> None:
    """Look anew at the next request."""
    _seen.clear()


def _waiting(request: HttpRequest, visitor: Visitor) -> tuple[HttpResponse | None, bool]:
    """The waiting room where it is not this visitor's turn; whether they were just let in."""
    if not _per_minute(visitor.region) or visitor.persons:
        return None, False
    if _let_in(request):
        return None, True  # for another while
    key = _line(request)
    standing = actions.stand(region=visitor.region, key=key)
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
