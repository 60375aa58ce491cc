"""What the `default` worker does for signing in."""

from celery import shared_task

from webapp.accounts.sessions import ends


@shared_task(name="accounts.forget_sessions")
def forget_sessions() -> None:
    ends.forget_ended()
