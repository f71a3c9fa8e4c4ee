from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "vaksam.web"
    label = "web"
