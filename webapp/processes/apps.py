"""The Django app that brings the command `serve`."""

from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    """No models: the processes' state is the operating system's."""

    name = "webapp.processes"
