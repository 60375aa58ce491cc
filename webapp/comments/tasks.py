"""Sending notices, done by the `default` worker."""

from celery import shared_task

from webapp.comments import sending


@shared_task(name=sending.TASK)
def send_notices() -> None:
    sending.send_some()
