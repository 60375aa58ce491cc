"""Addresses of the live streams."""

from typing import Any

from django.urls import path

from webapp.pages.answer.consumers import AnswerConsumer
from webapp.pages.live_run.consumers import RunConsumer

# Channels routes with Django's path(), whose stubs know only HTTP views.
websocket_urlpatterns: list[Any] = [
    path("live/runs/<int:run>", RunConsumer.as_asgi()),  # type: ignore[arg-type]
    path("live/answers/<int:answer>", AnswerConsumer.as_asgi()),  # type: ignore[arg-type]
]
