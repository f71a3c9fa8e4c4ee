from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupplyConfig(AppConfig):
    name = "vaksam.supply"
    label = "supply"
    verbose_name = _("Supply")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vaksam.supply import tasks  # noqa: F401 - registers the jobs
