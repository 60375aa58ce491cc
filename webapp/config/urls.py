"""Addresses of all pages; each part of the product names its own. `/healthz` is in asgi.py."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("webapp.api.urls", namespace="api")),
    path("", include("webapp.accounts.urls")),
    path("", include("webapp.pages.urls")),
]
handler500 = "webapp.config.failures.failed"
handler429 = "webapp.accounts.throttling.refuse"  # django-allauth's
