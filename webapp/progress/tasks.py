"""Reckoning what runs have cost, done by the `default` worker."""

from celery import shared_task

from webapp.progress import costs
from webapp.queue import events


@shared_task(name=costs.TASK)
def reckon() -> None:
    """A turn; with more to do it sends itself a message, which waits behind those of others."""
    if costs.keep_some():
        events.wake(costs.TASK)
