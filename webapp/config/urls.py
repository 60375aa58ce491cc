"""Addresses of all pages."""

from django.urls import include, path

from webapp.config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("webapp.accounts.urls")),
    path("", include("webapp.runs.urls")),
    path("experts/", include("webapp.experts.urls")),
    path("question-sets/", include("webapp.questions.urls")),
]
