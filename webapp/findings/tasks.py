"""What is asked of runs, profiles and sets, found by the `default` worker."""

from celery import shared_task

from webapp.execution import turns
from webapp.findings import asking
from webapp.findings.finders import FINDERS, OF_EVERY_PROFILE
from webapp.queue import events
from webapp.runs.models import Finding, Profile, Run

BEGUN = 5  # profiles that nobody has asked about, in one go


@shared_task(name=asking.TASK)
def find(finding_id: int) -> None:
    """One finding."""
    if asking.find(finding_id, FINDERS, turns.Meanwhile()):
        events.wake(asking.TASK, finding_id)


@shared_task(name="findings.find_all")
def find_all() -> None:
    """Of all that wait, the beat's answer to lost messages; and of profiles that are new."""
    for finding_id in asking.waiting():
        events.wake(asking.TASK, finding_id)
    made = Profile.objects.filter(ready=True, runs__kind=Run.Kind.PROFILE)
    for name, ask in OF_EVERY_PROFILE.items():
        asked = Finding.objects.filter(name=name, profile__isnull=False).values("profile")
        for profile in made.exclude(pk__in=asked)[:BEGUN]:
            ask(profile)
