"""What is asked of runs and profiles, found by the `default` worker."""

from celery import shared_task

from webapp.advising import findings
from webapp.advising.finders import FINDERS
from webapp.execution import turns
from webapp.queue import events


@shared_task(name=findings.TASK)
def find(finding_id: int) -> None:
    """One finding."""
    if findings.find(finding_id, FINDERS, turns.Meanwhile()):
        events.wake(findings.TASK, finding_id)


@shared_task(name="advising.find_all")
def find_all() -> None:
    """Of all that wait: the beat's answer to lost messages."""
    for finding_id in findings.waiting():
        events.wake(findings.TASK, finding_id)
