"""Settings, addresses, and the Celery app, which `celery -A webapp.config` finds here."""

from webapp.config.celery import app as celery_app

__all__ = ["celery_app"]
