"""Writing directives: a head, rule after rule, a second person, and then in force."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.base.roles import Role
from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import BadFile, NotAllowed, NotFound, Refused
from vaksam.core.rules import files
from vaksam.programmes import actions
from vaksam.programmes import queries as programmes
from vaksam.programmes.queries import VersionRef
from vaksam.web.errors import faults_of
from vaksam.web.planning.directives.forms import HeadForm, ReturnForm, RuleForm, TextForm
from vaksam.web.planning.directives.views import head_of, may_write
from vaksam.web.planning.directives.words import AUTHORITIES, KINDS
from vaksam.web.roles import account

WRITERS = (Role.REGION_COORDINATOR, Role.ADMINISTRATOR)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*WRITERS)
def new(request: HttpRequest) -> HttpResponse:
    """The head of a new directive; its rules come after."""
    form = _head_form(request, region=_own_region(request))

    def save() -> str:
        version = actions.draft_directive(body=form.body(), by=account(request))
        return reverse("directives-draft", args=[version])

    return _form(request, form, _("A new directive"), save, back=reverse("directives"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*WRITERS)
def upload(request: HttpRequest) -> HttpResponse:
    """A draft from the text of a file."""
    form = TextForm(request.POST or None)

    def save() -> str:
        body = files.body_of(form.cleaned_data["text"], file_name=_("The text"))
        return reverse(
            "directives-draft", args=[actions.draft_directive(body=body, by=account(request))]
        )

    return _form(request, form, _("A directive from a file"), save, back=reverse("directives"))


@require_POST
@requires(*WRITERS)
def again(request: HttpRequest, code: str) -> HttpResponse:
    """A new version of a directive, beginning as the newest one reads."""
    programmes.directive(code)  # NotFound names the nearest
    newest = programmes.versions(code)[0]
    version = actions.draft_directive(body=newest.body, by=account(request))
    return HttpResponseRedirect(reverse("directives-draft", args=[version]))


@require_safe
@requires(*WRITERS)
def draft(request: HttpRequest, version: int) -> HttpResponse:
    """A version in work: what it says, and what can be done with it now."""
    found = _version(request, version)
    if found.state not in ("draft", "submitted"):
        return HttpResponseRedirect(reverse("directives-one", args=[found.code]))
    context = {
        "version": found,
        "own": found.author_id == request.user.pk,
        "kinds": KINDS.items(),
        "form": ReturnForm(),
        **head_of(files.from_body(found.body)),
    }
    return render(request, "directives/draft.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*WRITERS)
def head(request: HttpRequest, version: int) -> HttpResponse:
    found = _version(request, version)
    form = _head_form(request, region=found.region_code, kept=found.body)
    return _change(request, found, form, _("What the directive is"), lambda: form.body())


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*WRITERS)
def text(request: HttpRequest, version: int) -> HttpResponse:
    found = _version(request, version)
    form = TextForm(request.POST or None, initial={"text": files.to_toml(found.body)})
    return _change(
        request, found, form, _("The directive as text"),
        lambda: files.body_of(form.cleaned_data["text"], file_name=found.code),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*WRITERS)
def add_rule(request: HttpRequest, version: int, kind: str) -> HttpResponse:
    found = _version(request, version)
    if kind not in KINDS:
        raise NotFound("unknown-kind", "There is no rule of that kind.")
    form = RuleForm(request.POST or None, kind=kind, products=_products())
    return _change(
        request, found, form, str(KINDS[kind]),
        lambda: _with(found.body, [*found.body.get("rule", []), form.body()]),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*WRITERS)
def rule(request: HttpRequest, version: int, number: int) -> HttpResponse:
    found = _version(request, version)
    rules = _rules(found, number)
    kept = rules[number]
    form = RuleForm(request.POST or None, kind=kept["kind"], products=_products(), kept=kept)
    return _change(
        request, found, form, str(KINDS[kept["kind"]]),
        lambda: _with(found.body, [*rules[:number], form.body(), *rules[number + 1 :]]),
    )  # fmt: skip


@require_POST
@requires(*WRITERS)
def remove_rule(request: HttpRequest, version: int, number: int) -> HttpResponse:
    found = _version(request, version)
    rules = _rules(found, number)
    actions.change_draft(
        version=version,
        body=_with(found.body, rules[:number] + rules[number + 1 :]),
        by=account(request),
    )
    return HttpResponseRedirect(reverse("directives-draft", args=[version]))


@require_POST
@requires(*WRITERS)
def step(request: HttpRequest, version: int, step: str) -> HttpResponse:
    """Ask for a checker, approve, give back, or give up."""
    found = _version(request, version)
    done: dict[str, tuple[Callable[..., None], str]] = {
        "submit": (actions.submit, _("Another person can check it now.")),
        "approve": (actions.approve, _("Approved. Everyone is worked out anew in the background.")),
        "return": (actions.return_draft, _("The author has it back.")),
        "withdraw": (actions.withdraw, _("The version is withdrawn.")),
    }
    if step not in done:
        raise NotFound("unknown-step", "There is no such step.")
    act, told = done[step]
    more = {"comment": request.POST.get("comment", "")} if step == "return" else {}
    act(version=version, by=account(request), **more)
    messages.success(request, told)
    stays = step in ("submit", "return")
    where = ("directives-draft", version) if stays else ("directives-one", found.code)
    return HttpResponseRedirect(reverse(where[0], args=[where[1]]))


def _version(request: HttpRequest, pk: int) -> VersionRef:
    """A version that the account may write or check."""
    found = programmes.version(pk)
    if not may_write(scope_of(request.user), found.region_code):
        raise NotAllowed(
            "not-your-directive",
            "A region's directives are written by its coordinators, national ones by "
            "administrators.",
        )
    return found


def _rules(found: VersionRef, number: int) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = list(found.body.get("rule", []))
    if number >= len(rules):
        raise NotFound("unknown-rule", "There is no such rule. Load the page again.")
    return rules


def _with(body: Mapping[str, Any], rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "rule"} | (
        {"rule": rules} if rules else {}
    )


def _products() -> dict[str, str]:
    return {product.code: product.name for product in programmes.products()}


def _own_region(request: HttpRequest) -> str:
    """The region one coordinates; administrators write for the country."""
    scope = scope_of(request.user)
    if scope.has(Role.ADMINISTRATOR):
        return ""
    return min(scope.regions_as(Role.REGION_COORDINATOR) or [""])


def _head_form(
    request: HttpRequest, *, region: str, kept: Mapping[str, Any] | None = None
) -> HeadForm:
    language = (get_language() or "sv")[:2]
    known = [(each.code, each.name) for each in programmes.programmes(language=language)]
    authorities = {
        code: name for code, name in AUTHORITIES.items() if (code == "region") == bool(region)
    }
    return HeadForm(
        request.POST or None, programmes=known, authorities=authorities, region=region, kept=kept
    )


def _change(
    request: HttpRequest,
    found: VersionRef,
    form: Any,
    title: str,
    body: Callable[[], Mapping[str, Any]],
) -> HttpResponse:
    """Show a form about a draft; posted, write the draft anew and go back to it."""

    def save() -> str:
        actions.change_draft(version=found.id, body=body(), by=account(request))
        return back

    back = reverse("directives-draft", args=[found.id])
    return _form(request, form, title, save, back=back)


def _form(
    request: HttpRequest, form: Any, title: str, save: Callable[[], str], *, back: str
) -> HttpResponse:
    faults: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(save())
        except BadFile as error:
            form.add_error(None, _("Nothing was changed. Correct what the table says."))
            faults = faults_of(error)
        except Refused as error:
            form.refuse(error)
    context = {"form": form, "title": title, "submit": _("Save"), "back": back} | faults
    template = "directives/rule.html" if isinstance(form, RuleForm) else "planning/form.html"
    return render(request, template, context, status=422 if form.errors else 200)
