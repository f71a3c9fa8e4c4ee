from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "vaksam.messaging"
    label = "messaging"
    verbose_name = _("Messages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vaksam.messaging import (  # noqa: F401 - register themselves
            checks,
            handlers,
            of_changes,
            tasks,
        )
        from vaksam.people import merging

        merging.register("messaging.Message", "person")
