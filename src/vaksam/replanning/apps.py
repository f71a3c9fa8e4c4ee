from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReplanningConfig(AppConfig):
    name = "vaksam.replanning"
    label = "replanning"
    verbose_name = _("Replanning")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vaksam.people import merging
        from vaksam.replanning import tasks  # noqa: F401 - they register themselves

        merging.register("replanning.Move", "person")
