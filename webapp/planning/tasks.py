"""Finding the routing of runs that are not started, and starting what waited for a profile, done by
the `default` worker; and what other profiles would make of it, done by the `findings` worker."""

from celery import shared_task

from webapp.planning import previews, proposals, reruns
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
    start_reruns()


@shared_task(name=reruns.TASK)
def start_reruns() -> None:
    """Of all that wait, those that wait for nothing any more."""
    for rerun_id in reruns.waiting():
        reruns.go_on(rerun_id)


# The second limit ends what does not listen to the first; it is then begun again.
@shared_task(
    name=proposals.TASK, soft_time_limit=proposals.LONGEST, time_limit=proposals.LONGEST + 60
)
def propose_profile(proposal_id: int) -> None:
    """Make a version of a profile that is proposed, and tell its effect."""
    if proposals.find(proposal_id):
        events.wake(proposals.TASK, proposal_id)
