"""Signing in by password, or through the identity provider when there is one."""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import override
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView

from vaksam.base import audit
from vaksam.base.models import User
from vaksam.web.account.forms import SignInForm

FAILED = "failed"  # the callback's mark on the address, see ProviderCallback


class SignIn(LoginView):
    """The sign-in page; whoever is signed in already is sent on."""

    template_name = "account/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        _record(form.get_user(), how="password")
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.OIDC_ENABLED:
            context["failed"] = FAILED in self.request.GET
            context |= {"provider": settings.OIDC_NAME, "provider_url": self._provider_url()}
        return context

    def _provider_url(self) -> str:
        # In the default language always, so that the provider needs to know one return address.
        with override(settings.LANGUAGE_CODE):
            url = reverse("oidc_authentication_init")
        return f"{url}?{urlencode({'next': self.get_success_url()})}"


class ProviderCallback(OIDCAuthenticationCallbackView):  # type: ignore[misc]
    """Where the provider sends people back to; who cannot be signed in returns to our page."""

    @property
    def failure_url(self) -> str:
        return f"{reverse('sign-in')}?{FAILED}"

    def login_success(self) -> HttpResponse:
        _record(self.user, how="provider")
        answer: HttpResponse = super().login_success()
        return answer


def _record(user: User, *, how: str) -> None:
    audit.record(by=user, action="signed in", target=f"user:{user.pk}", details={"how": how})
