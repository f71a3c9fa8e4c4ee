"""Signing in and out. The identity provider is told the address `/oidc/callback/`."""

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

from vaksam.web.account import views

urlpatterns: list[URLPattern] = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
]

# The library's own list of addresses reads settings when it is imported, and has a second
# sign-out; these two are the ones it needs.
if settings.OIDC_ENABLED:
    urlpatterns += [
        path(
            "oidc/authenticate/",
            OIDCAuthenticationRequestView.as_view(),
            name="oidc_authentication_init",
        ),
        path(
            "oidc/callback/",
            views.ProviderCallback.as_view(),
            name="oidc_authentication_callback",
        ),
    ]
