"""The Celery app. Queue `default` does CPU work, queue `gpu` is served by one worker per GPU."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")

app = Celery("skillmoe")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
