"""Doses, refusals and side effects of a person."""

from django.urls import path

from vaksam.web.planning.people import doses, reactions

_PERSON = "<int:person>/"
_REACTION = _PERSON + "reactions/<int:reaction>/"

urlpatterns = [
    path(_PERSON + "dose/", doses.add, name="people-dose"),
    path(_PERSON + "doses/<int:dose>/correct/", doses.correct, name="people-dose-correct"),
    path(_PERSON + "doses/<int:dose>/take-back/", doses.take_back, name="people-dose-withdraw"),
    path(_PERSON + "declines/", doses.decline, name="people-decline"),
    path(_PERSON + "declines/<slug:programme>/lift/", doses.lift, name="people-refusal-lift"),
    path("reactions/", reactions.every, name="people-reactions"),
    path(_PERSON + "reactions/new/", reactions.note, name="people-reaction-new"),
    path(_REACTION, reactions.one, name="people-reaction"),
    path(_REACTION + "correct/", reactions.correct, name="people-reaction-correct"),
    path(_REACTION + "hand-over/", reactions.hand_over, name="people-reaction-hand-over"),
    path(_REACTION + "report.<slug:kind>", reactions.file, name="people-reaction-file"),
]
