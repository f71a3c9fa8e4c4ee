"""Every address. Swedish pages at /…, English at /en/…; residents' pages at
/boka/LANGUAGE/…; the API and /health have no language."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import TemplateView

from vaksam.web.health import health

accessibility = TemplateView.as_view(template_name="accessibility.html")

urlpatterns = [
    path("health", health, name="health"),
    path("api/", include("vaksam.api.urls")),
    path("", include("vaksam.web.public.urls")),
    *i18n_patterns(
        path("", include("vaksam.web.insight.urls")),
        path("", include("vaksam.web.planning.urls")),
        path("", include("vaksam.web.clinic.urls")),
        path("", include("vaksam.web.account.urls")),
        path("accessibility/", accessibility, name="accessibility"),
        prefix_default_language=False,
    ),
]

handler400 = "vaksam.web.errors.bad_request"
handler403 = "vaksam.web.errors.forbidden"
handler404 = "vaksam.web.errors.not_found"
handler500 = "vaksam.web.errors.server_error"
