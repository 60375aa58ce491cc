"""Finding the routing of runs that are not started, what other profiles would make of it, and the
families of profiles, and what is best for a pool: done by the `default` worker."""

from celery import shared_task

from webapp.execution import turns
from webapp.planning import advice, families, previews, proposals
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
    for proposal_id in proposals.waiting():
        events.wake(proposals.TASK, proposal_id)
    for profile_id in families.waiting():
        events.wake(families.TASK, profile_id)
    for profile_id in advice.waiting():
        events.wake(advice.TASK, profile_id)


@shared_task(name=proposals.TASK)
def propose_profile(proposal_id: int) -> None:
    """Make a version of a profile that is proposed, and tell its effect."""
    if proposals.find(proposal_id, turns.Meanwhile()):
        events.wake(proposals.TASK, proposal_id)


@shared_task(name=families.TASK)
def find_families(profile_id: int) -> None:
    """Group a profile's questions, and count who is best at what."""
    families.find(profile_id, turns.Meanwhile())


@shared_task(name=advice.TASK)
def advise(profile_id: int) -> None:
    """Find what is best for a profile's pool."""
    if advice.find(profile_id, turns.Meanwhile()):
        events.wake(advice.TASK, profile_id)
