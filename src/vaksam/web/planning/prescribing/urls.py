"""Pages of those who prescribe."""

from django.urls import path

from vaksam.web.planning.prescribing import assess, general

urlpatterns = [
    path("prescribing/", assess.waiting, name="prescribing"),
    path("prescribing/visit/<int:visit>/", assess.one, name="prescribing-visit"),
    path("prescribing/general/", general.every, name="prescribing-general"),
    path("prescribing/general/new/", general.sign, name="prescribing-new"),
    path("prescribing/general/<int:prescription>/end/", general.revoke, name="prescribing-revoke"),
]
