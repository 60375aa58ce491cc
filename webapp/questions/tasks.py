"""What the `default` worker does for question sets."""

from celery import shared_task

from webapp.questions.uploads import forget_old


@shared_task(name="questions.forget_uploads")
def forget_uploads() -> None:
    """Whatever was uploaded and never stored goes after a day."""
    forget_old()
