"""Opening a person's record for a page about something of theirs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vaksam.base.scope import scope_of
from vaksam.core.errors import Refused
from vaksam.people import queries
from vaksam.people.queries import PersonView
from vaksam.web.planning.people import reasons


def open_record(request: HttpRequest, person: int) -> PersonView | None:
    """The record, opened and logged; None where its own page has to ask for a reason."""
    reason = reasons.kept(request, person)
    try:
        return queries.person(
            person, scope=scope_of(request.user), reason=reason, path=request.path
        )
    except Refused as error:
        if error.code != "needs-reason":
            raise
        return None


def name_of(view: PersonView) -> str:
    return f"{view.given_name} {view.family_name}".strip() or _("Name not known")


def home(person: int) -> HttpResponse:
    """Back to the record."""
    return HttpResponseRedirect(reverse("people-one", args=[person]))


def gone(request: HttpRequest, person: int) -> HttpResponse:
    """Back to the record, where somebody else has changed what one meant to change."""
    messages.warning(request, _("It has been corrected or taken back meanwhile. Look again."))
    return home(person)
