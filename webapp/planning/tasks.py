"""Finding the routing of runs that are not started, done by the `default` worker."""

from celery import shared_task

from webapp.planning import previews
from webapp.queue import events


@shared_task(name=previews.TASK)
def preview(preview_id: int) -> None:
    """Find the routing of a run that is not started."""
    if previews.find(preview_id):
        events.wake(previews.TASK, preview_id)


@shared_task(name="runs.preview_all")
def preview_all() -> None:
    """Of all that wait: the beat's answer to lost messages."""
    for preview_id in previews.waiting():
        previews.find(preview_id)
