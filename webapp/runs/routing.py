"""Addresses of the live streams."""

from django.urls import URLPattern, URLResolver, path

from webapp.runs.consumers import RunConsumer

websocket_urlpatterns: list[URLPattern | URLResolver] = [
    path("live/runs/<int:run>", RunConsumer.as_asgi()),  # type: ignore[arg-type]
]
