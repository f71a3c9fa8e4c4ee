from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "vaksam.api"
    label = "api"
