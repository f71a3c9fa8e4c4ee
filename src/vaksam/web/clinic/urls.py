"""A venue's own pages."""

from django.urls import path

from vaksam.web.clinic import (
    arrive,
    closing,
    day,
    declaring,
    delivery,
    desk,
    fridge,
    scan,
    taps,
    visit,
)

_ONE = "venue/<int:venue>/"
_VISIT = _ONE + "visit/<int:visit>/"

urlpatterns = [
    path("venue/", fridge.choose, name="venue"),
    path(_ONE, fridge.one, name="venue-one"),
    path(_ONE + "day/", day.day, name="venue-day"),
    path(_ONE + "day/came/", day.came, name="venue-came"),
    path(_ONE + "day/here/", arrive.tap, name="venue-here"),
    path(_ONE + "find/", arrive.find, name="venue-find"),
    path(_ONE + "new/", arrive.new, name="venue-new"),
    path(_ONE + "check-in/<int:person>/", arrive.check_in, name="venue-check-in"),
    path(_ONE + "who/", visit.who, name="venue-who"),
    path(_VISIT, visit.visit, name="venue-visit"),
    path(_VISIT + "give/", visit.give, name="venue-give"),
    path(_VISIT + "declare/", declaring.declare, name="venue-declare"),
    path(_VISIT + "thanks/", declaring.handed_back, name="venue-handed-back"),
    path(_VISIT + "do/<slug:what>/", visit.act, name="venue-visit-act"),
    path(_ONE + "close/", closing.close, name="venue-close"),
    path(_ONE + "close/<str:day>.csv", closing.file, name="venue-close-file"),
    path(_ONE + "drop-in/<int:session>/", desk.desk, name="venue-desk"),
    path(_ONE + "scan/", scan.scan, name="venue-scan"),
    path(_ONE + "count/", fridge.count, name="venue-count"),
    path(_ONE + "order/", delivery.order, name="venue-order"),
    path(_ONE + "receive/<int:dispatch>/", delivery.receive, name="venue-receive"),
    path(_ONE + "waste/<slug:kind>/<int:number>/", taps.waste, name="venue-waste"),
    path(_ONE + "do/<slug:what>/", taps.act, name="venue-act"),
]
