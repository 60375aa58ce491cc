"""Freeing what was deleted for good, done by the `default` worker."""

from celery import shared_task

from webapp.keeping import freeing
from webapp.queue import events


@shared_task(name=freeing.TASK)
def free() -> None:
    """A turn; with more to do it sends itself a message, which waits behind those of others. One
    that is lost is made up for by the beat."""
    if freeing.free_some():
        events.wake(freeing.TASK)
