"""Changes: the list, a new one, one from top to bottom, what-ifs side by side."""

from django.urls import path

from vaksam.web.planning.changes import (
    acting,
    comparing,
    listing,
    making,
    people,
    rules,
    telling,
    terms,
    views,
)

_ONE = "changes/<int:change>/"

urlpatterns = [
    path("changes/", listing.changes, name="changes"),
    path("changes/new/", making.new, name="changes-new"),
    path("changes/compare/", comparing.compare, name="changes-compare"),
    path(_ONE, views.one, name="changes-one"),
    path(_ONE + "progress/", views.progress, name="changes-progress"),
    path(_ONE + "parts/", making.parts, name="changes-parts"),
    path(_ONE + "parts/<slug:kind>/", making.add_part, name="changes-part-new"),
    path(_ONE + "parts/<slug:marked>/remove/", making.remove_part, name="changes-part-remove"),
    path(_ONE + "rules/", rules.add, name="changes-rule-new"),
    path(_ONE + "rules/<slug:marked>/remove/", rules.remove, name="changes-rule-remove"),
    path(_ONE + "weights/", terms.terms, name="changes-weights"),
    path(_ONE + "people/", people.people, name="changes-people"),
    path(_ONE + "calls/", telling.calls, name="changes-calls"),
    path(_ONE + "texts/", telling.texts, name="changes-texts"),
    path(_ONE + "letter/<int:venue>.pdf", telling.letter, name="changes-letter"),
    path(_ONE + "apply/", acting.apply, name="changes-apply"),
    path(_ONE + "undo/", acting.undo, name="changes-undo"),
    path(_ONE + "do/<slug:step>/", acting.act, name="changes-act"),
]
