"""The working day of those who run the programme."""

from django.urls import path

from vaksam.web.planning import today

urlpatterns = [
    path("today/", today.today, name="today"),
]
