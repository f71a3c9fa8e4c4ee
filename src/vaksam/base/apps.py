from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "vaksam.base"
    label = "base"

    def ready(self) -> None:
        from vaksam.base import outbox  # noqa: F401 - registers the jobs
