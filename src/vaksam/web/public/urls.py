"""Residents' pages at /boka/LANGUAGE/…"""

from django.urls import path

from vaksam.web.public import (
    calendar,
    declaring,
    mine,
    provider,
    scheduling,
    signing_in,
    start,
    times,
)

_HERE = "boka/<slug:language>/"

urlpatterns = [
    path("scheduling/<str:name>", scheduling.file, name="scheduling"),
    path("boka/", start.choose, name="public"),
    path("boka/legitimation/", provider.back, name="public-provider-back"),
    path(_HERE, start.start, name="public-start"),
    path(_HERE + "legitimation/", provider.begin, name="public-provider"),
    path(_HERE + "kod/", signing_in.sign_in, name="public-sign-in"),
    path(_HERE + "kod/skriv/", signing_in.code, name="public-code"),
    path(_HERE + "fler/", signing_in.add, name="public-add"),
    path(_HERE + "ut/", signing_in.out, name="public-out"),
    path(_HERE + "mina/", mine.mine, name="public-mine"),
    path(_HERE + "erbjudande/", mine.mine, name="public-offers"),
    path(_HERE + "erbjudande/<int:offer>/", mine.offer, name="public-offer"),
    path(_HERE + "reserv/", mine.reserve, name="public-reserve"),
    path(_HERE + "tider/", times.times, name="public-times"),
    path(_HERE + "tid/<int:slot>/", times.confirm, name="public-confirm"),
    path(_HERE + "tid/<int:slot>/boka/", times.book, name="public-book"),
    path(_HERE + "klart/<uuid:token>/", mine.done, name="public-done"),
    path(_HERE + "min/<int:appointment>/behall/", mine.keep, name="public-keep"),
    path(_HERE + "min/<int:appointment>/avboka/", mine.cancel, name="public-cancel"),
    path(_HERE + "min/<int:appointment>/halsa/", declaring.declare, name="public-declare"),
    path(_HERE + "min/<int:appointment>/halsa/klart/", declaring.declared, name="public-declared"),
    path(_HERE + "min/<int:appointment>/kalender.ics", calendar.calendar, name="public-calendar"),
    path(_HERE + "drop-in/<int:session>/", start.board, name="public-board"),
    path(_HERE + "nummer/<uuid:key>/", start.ticket, name="public-ticket"),
]
