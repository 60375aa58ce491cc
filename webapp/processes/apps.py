"""The Django app that brings the command `serve`."""

from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    """No models: the processes' state is the operating system's."""

    name = "webapp.processes"

    def ready(self) -> None:
        from webapp.config import checks  # noqa: F401 (they register themselves)
