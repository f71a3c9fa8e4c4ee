"""Rounds: the list, a new one, one with its paper and sheets, rows to decide."""

from django.urls import path

from vaksam.web.planning.rounds import files, proposing, returning, views

_ONE = "rounds/<int:round_id>/"

urlpatterns = [
    path("rounds/", views.rounds, name="rounds"),
    path("rounds/new/", proposing.new, name="rounds-new"),
    path(_ONE, views.one, name="rounds-one"),
    path(_ONE + "paper.pdf", files.paper, name="rounds-paper"),
    path(_ONE + "sheet.xlsx", files.sheet, name="rounds-sheet"),
    path(_ONE + "back/", returning.back, name="rounds-back"),
    path(_ONE + "rows/", returning.rows, name="rounds-rows"),
    path(_ONE + "rows/<int:row>/", returning.decide, name="rounds-decide"),
    path(_ONE + "do/<slug:step>/", views.act, name="rounds-act"),
]
