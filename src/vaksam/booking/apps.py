from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingConfig(AppConfig):
    name = "vaksam.booking"
    label = "booking"
    verbose_name = _("Booking")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vaksam.booking import handlers, tasks  # noqa: F401 - they register themselves
        from vaksam.booking.queries.sessions import booked_needs
        from vaksam.people import merging
        from vaksam.supply import facts as supply

        supply.register_booked(booked_needs)

        merging.register("booking.Appointment", "person")
        merging.register("booking.ReserveEntry", "person")
        merging.register("booking.Offer", "person")
        merging.register("booking.Code", "person")
        merging.register("booking.Callback", "person")
        merging.register("booking.Ticket", "person")
        merging.register("booking.Suspicion", "one", derived=True)
        merging.register("booking.Suspicion", "other", derived=True)
