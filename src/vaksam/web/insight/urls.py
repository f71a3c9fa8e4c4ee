"""Coverage, open to all; importing and its progress for those who keep the figures."""

from django.urls import path

from vaksam.web.insight import editions, revisions, views

urlpatterns = [
    path("", views.front, name="front"),
    path("coverage/", views.overview, name="coverage"),
    path("coverage/over-time/", views.over_time, name="coverage-time"),
    path("coverage/ages/", views.ages, name="coverage-ages"),
    path("coverage/ranking/", views.ranking, name="coverage-ranking"),
    path("coverage/goals/", views.goals, name="coverage-goals"),
    path("coverage/picture/<slug:key>.<slug:form>", views.picture, name="coverage-picture"),
    path("coverage/editions/", editions.editions, name="coverage-editions"),
    path("coverage/editions/<int:edition_id>/", editions.edition, name="coverage-edition"),
    path("coverage/revisions/", revisions.revisions, name="coverage-revisions"),
    path("coverage/imports/", editions.start, name="coverage-import-start"),
    path("coverage/imports/<int:run_id>/", editions.run, name="coverage-import"),
]
