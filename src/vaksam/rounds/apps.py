from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoundsConfig(AppConfig):
    name = "vaksam.rounds"
    label = "rounds"
    verbose_name = _("Rounds to homes")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vaksam.people import merging

        merging.register("rounds.Member", "person")
        merging.register("rounds.Row", "person")
