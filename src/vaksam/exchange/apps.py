from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "vaksam.exchange"
    label = "exchange"
    verbose_name = _("Exchange with registers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vaksam.exchange import handlers, tasks  # noqa: F401 - they register themselves
