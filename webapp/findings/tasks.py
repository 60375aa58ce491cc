"""What is asked of runs, profiles and sets, found by the `findings` worker: it may take minutes."""

from celery import shared_task

from webapp.findings import asking
from webapp.findings.finders import FINDERS, OF_EVERY_PROFILE
from webapp.queue import events
from webapp.runs.models import Finding, Profile, Run

BEGUN = 5  # profiles that nobody has asked about, in one go


# The second limit ends what does not listen to the first; it is then begun again.
@shared_task(name=asking.TASK, soft_time_limit=asking.LONGEST, time_limit=asking.LONGEST + 60)
def find(finding_id: int) -> None:
    """One finding."""
    if asking.find(finding_id, FINDERS):
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
