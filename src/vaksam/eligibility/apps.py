from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EligibilityConfig(AppConfig):
    name = "vaksam.eligibility"
    label = "eligibility"
    verbose_name = _("Who is due")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vaksam.eligibility import handlers, tasks  # noqa: F401 - they register themselves
        from vaksam.people import merging

        merging.register("eligibility.Status", "person", derived=True)
        merging.register("eligibility.StatusChange", "person")
