from django.apps import AppConfig


class KeepingConfig(AppConfig):
    name = "webapp.keeping"
    label = "keeping"
