from django.urls import path

from vaksam.api.app import api

urlpatterns = [path("", api.urls)]
