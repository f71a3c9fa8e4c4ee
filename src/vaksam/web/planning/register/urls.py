"""The register, for coordinators and analysts; reports, for municipalities."""

from django.urls import path

from vaksam.web.planning.register import overview, reports, rows

urlpatterns = [
    path("register/", overview.overview, name="register"),
    path("register/send/", overview.send, name="register-send"),
    path("register/receipt/", overview.receive, name="register-receipt"),
    path("register/retry/<int:entry>/", overview.retry, name="register-retry"),
    path("register/files/<int:register_file>.csv", overview.file, name="register-file"),
    path("register/figures.<slug:form>", overview.table, name="register-table"),
    path("register/rows/", rows.waiting, name="register-rows"),
    path("register/rows/<int:reported>/", rows.row, name="register-row"),
    path("report/", reports.own, name="report"),
    path("report/new/", reports.upload, name="report-new"),
    path("report/dose/", reports.dose, name="report-dose"),
    path("report/template.<slug:form>", reports.template, name="report-template"),
    path("report/<int:report>/", reports.one, name="report-one"),
]
