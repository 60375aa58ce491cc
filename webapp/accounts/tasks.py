"""What the `default` worker does for signing in."""

from celery import shared_task

from webapp.accounts import session_ends


@shared_task(name="accounts.forget_sessions")
def forget_sessions() -> None:
    session_ends.forget_ended()
