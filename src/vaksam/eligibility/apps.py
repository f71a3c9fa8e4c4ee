from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EligibilityConfig(AppConfig):
    name = "vaksam.eligibility"
    label = "eligibility"
    verbose_name = _("Who is due")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        pass  # LEAD: handlers and tasks are registered here when the rules can be evaluated
