from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "vaksam.people"
    label = "people"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vaksam.people import merging, tasks  # noqa: F401 - registers the jobs

        for model in ("Identity", "ContactChoice", "GroupClaim", "ListRow"):
            merging.register(f"people.{model}", "person")
