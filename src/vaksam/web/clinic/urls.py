"""A venue's own pages."""

from django.urls import path

from vaksam.web.clinic import day, delivery, fridge, scan, taps

_ONE = "venue/<int:venue>/"

urlpatterns = [
    path("venue/", fridge.choose, name="venue"),
    path(_ONE, fridge.one, name="venue-one"),
    path(_ONE + "day/", day.day, name="venue-day"),
    path(_ONE + "day/came/", day.came, name="venue-came"),
    path(_ONE + "drop-in/<int:session>/", day.desk, name="venue-desk"),
    path(_ONE + "scan/", scan.scan, name="venue-scan"),
    path(_ONE + "count/", fridge.count, name="venue-count"),
    path(_ONE + "order/", delivery.order, name="venue-order"),
    path(_ONE + "receive/<int:dispatch>/", delivery.receive, name="venue-receive"),
    path(_ONE + "waste/<slug:kind>/<int:number>/", taps.waste, name="venue-waste"),
    path(_ONE + "do/<slug:what>/", taps.act, name="venue-act"),
]
