from django.apps import AppConfig


class ThingsConfig(AppConfig):
    name = "webapp.things"
    label = "things"
