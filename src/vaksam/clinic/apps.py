from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClinicConfig(AppConfig):
    name = "vaksam.clinic"
    label = "clinic"
    verbose_name = _("The visit")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vaksam.people import merging

        merging.register("clinic.Declaration", "person")
        merging.register("clinic.Consent", "person")
        merging.register("clinic.Prescription", "person")
        merging.register("clinic.Visit", "person")
        merging.register("clinic.Reaction", "person")
