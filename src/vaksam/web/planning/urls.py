"""The working day of those who run the programme."""

from django.urls import include, path

from vaksam.web.planning import today, turn
from vaksam.web.planning.directives import drafts
from vaksam.web.planning.directives import views as directives
from vaksam.web.planning.due import views as due
from vaksam.web.planning.lists import views as lists
from vaksam.web.planning.people import changes, merging
from vaksam.web.planning.people import views as people
from vaksam.web.planning.supply import ahead, plans, sharing, yields
from vaksam.web.planning.supply import views as supply

_PERSON = "people/<int:person>/"
_DRAFT = "directives/draft/<int:version>/"

urlpatterns = [
    path("today/", today.today, name="today"),
    path("turn/", turn.turn, name="turn"),
    path("due/", due.due, name="due"),
    path("due/refresh/", due.refresh, name="due-refresh"),
    path("due/<slug:key>.<slug:form>", due.file, name="due-file"),
    path("people/", people.find, name="people"),
    path("people/new/", people.register, name="people-new"),
    path(_PERSON, people.one, name="people-one"),
    path(_PERSON + "change/", changes.change, name="people-change"),
    path(_PERSON + "contact/", changes.contact, name="people-contact"),
    path(_PERSON + "group/", changes.claim, name="people-claim"),
    path(
        _PERSON + "group/<int:claim_id>/withdraw/",
        changes.withdraw_claim,
        name="people-claim-withdraw",
    ),
    path(_PERSON + "number/", changes.identity, name="people-identity"),
    path(
        _PERSON + "number/<int:identity_id>/end/", changes.end_identity, name="people-identity-end"
    ),
    path(_PERSON + "household/", changes.household, name="people-household"),
    path("people/", include("vaksam.web.planning.people.urls")),
    path(_PERSON + "protect/", changes.protect, name="people-protect"),
    path(_PERSON + "life/", changes.life, name="people-life"),
    path(_PERSON + "alike/", merging.alike, name="people-alike"),
    path(_PERSON + "alike/<int:other>/", merging.merge, name="people-merge"),
    path(_PERSON + "merges/<int:merge_id>/undo/", merging.undo, name="people-merge-undo"),
    path("lists/", lists.in_force, name="lists"),
    path("lists/new/", lists.upload, name="lists-new"),
    path("lists/<int:list_id>/", lists.one, name="lists-one"),
    path("lists/<int:list_id>/rows/<int:row>/", lists.row, name="lists-row"),
    path("lists/<int:list_id>/end/", lists.end, name="lists-end"),
    path("supply/", supply.overview, name="supply"),
    path("supply/plan/", plans.plan, name="supply-plan"),
    path("supply/plan/new/", plans.announce, name="supply-announce"),
    path("supply/stock/", supply.stock, name="supply-stock"),
    path("supply/stock/new/", plans.receive, name="supply-receive"),
    path("supply/yields/", yields.yields, name="supply-yields"),
    path("supply/shares/", sharing.plans, name="supply-shares"),
    path("supply/shares/<int:allocation>/", sharing.plan, name="supply-share"),
    path("supply/shares/<int:allocation>/<slug:step>/", sharing.step, name="supply-share-step"),
    path("supply/ahead/", ahead.ahead, name="supply-ahead"),
    path("supply/ahead/<int:scenario>/drop/", ahead.drop, name="supply-scenario-drop"),
    path("supply/lots/", supply.lots, name="supply-lots"),
    path("supply/lots/<int:lot>/", supply.lot, name="supply-lot"),
    path("supply/recalls/<int:recall>/lift/", supply.lift, name="supply-lift"),
    path("supply/alerts/<int:alert>/take/", supply.take, name="supply-take"),
    path("supply/dispatches/new/", plans.new_dispatch, name="supply-dispatch-new"),
    path("supply/dispatches/<int:dispatch>/", plans.dispatch, name="supply-dispatch"),
    path("supply/dispatches/<int:dispatch>/<slug:step>/", plans.step, name="supply-dispatch-step"),
    path("", include("vaksam.web.planning.register.urls")),
    path("", include("vaksam.web.planning.prescribing.urls")),
    path("", include("vaksam.web.planning.booking.urls")),
    path("", include("vaksam.web.planning.venues.urls")),
    path("", include("vaksam.web.planning.rounds.urls")),
    path("", include("vaksam.web.planning.changes.urls")),
    path("directives/", directives.in_force, name="directives"),
    path("directives/new/", drafts.new, name="directives-new"),
    path("directives/file/", drafts.upload, name="directives-upload"),
    path(_DRAFT, drafts.draft, name="directives-draft"),
    path(_DRAFT + "head/", drafts.head, name="directives-head"),
    path(_DRAFT + "text/", drafts.text, name="directives-text"),
    path(_DRAFT + "rule/<slug:kind>/", drafts.add_rule, name="directives-rule-new"),
    path(_DRAFT + "rules/<int:number>/", drafts.rule, name="directives-rule"),
    path(_DRAFT + "rules/<int:number>/remove/", drafts.remove_rule, name="directives-rule-remove"),
    path(_DRAFT + "<slug:step>/", drafts.step, name="directives-step"),
    path("directives/<slug:code>.toml", directives.file, name="directives-file"),
    path("directives/<slug:code>/", directives.one, name="directives-one"),
    path("directives/<slug:code>/again/", drafts.again, name="directives-again"),
]
