"""A venue's own pages."""

from django.urls import path

from vaksam.web.clinic import fridge

_ONE = "venue/<int:venue>/"

urlpatterns = [
    path("venue/", fridge.choose, name="venue"),
    path(_ONE, fridge.one, name="venue-one"),
    path(_ONE + "scan/", fridge.scan, name="venue-scan"),
    path(_ONE + "count/", fridge.count, name="venue-count"),
    path(_ONE + "receive/<int:dispatch>/", fridge.receive, name="venue-receive"),
    path(_ONE + "waste/<slug:kind>/<int:number>/", fridge.waste, name="venue-waste"),
    path(_ONE + "do/<slug:what>/", fridge.act, name="venue-act"),
]
