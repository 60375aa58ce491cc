"""Addresses of experts and pools; the pages that show their runs are in webapp.runs.urls."""

from django.urls import URLPattern, path

from webapp.experts import views

urlpatterns: list[URLPattern] = [
    path("experts/presets", views.presets, name="expert-presets"),
    path("experts/new", views.new_expert, name="expert-new"),
    path("experts/<int:pk>/edit", views.edit_expert, name="expert-edit"),
    path("pools/", views.pools, name="pools"),
    path("pools/new", views.new_pool, name="pool-new"),
    path("pools/<int:pk>/edit", views.edit_pool, name="pool-edit"),
]
