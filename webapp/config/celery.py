"""The Celery app. Queue `default` does the CPU work of runs, queue `findings` what may take
minutes; queue `gpu` is served by one worker per GPU."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init, worker_ready, worker_shutdown

from webapp.confined import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")

app = Celery("skillmoe")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def _end_with_worker(**_: Any) -> None:
    end_with_parent()


@worker_ready.connect
def _say_that_it_lives(sender: Any, **_: Any) -> None:
    """In the worker's own loop. While a task runs in it, as the gpu worker's do, the task does."""
    from webapp.queue import pulses  # Django has to be ready

    pulses.mine.begin(sender.hostname)
    sender.timer.call_repeatedly(pulses.SECONDS, pulses.mine.beat)


@worker_shutdown.connect
def _say_that_it_ends(**_: Any) -> None:
    from webapp.queue import pulses

    pulses.mine.end()
