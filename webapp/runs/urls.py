"""Addresses of everything that shows or starts runs."""

from django.urls import URLPattern, path

from webapp.runs import (
    views,
    views_again,
    views_answers,
    views_experts,
    views_new,
    views_pools,
    views_recorded,
    views_run,
)

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("gpu", views.gpu, name="gpu"),
    path("runs/", views.run_list, name="runs"),
    path("runs/new", views_new.new_run, name="run-new"),
    path("runs/previews/<int:pk>", views_new.routing, name="run-routing"),
    path("runs/presets/<int:pk>/delete", views_new.delete_preset, name="run-preset-delete"),
    path("runs/<int:pk>", views_run.run_page, name="run"),
    path("runs/<int:pk>/live", views_run.run_live, name="run-live"),
    path("runs/<int:pk>/events", views_run.run_events, name="run-events"),
    path("runs/<int:pk>/flow.json", views_run.run_figure, name="run-figure"),
    path("runs/<int:pk>/cancel", views_run.cancel_run, name="run-cancel"),
    path("runs/<int:pk>/regrade", views_again.regrade_run, name="run-regrade"),
    path("runs/<int:pk>/retry", views_again.retry_run, name="run-retry"),
    path("runs/<int:pk>/questions", views_answers.answers, name="answers"),
    path("runs/<int:pk>/questions/<int:answer_pk>", views_answers.answer, name="answer"),
    path("runs/<int:pk>/responses.jsonl", views_recorded.export, name="run-responses"),
    path("recorded-responses/new", views_recorded.new_responses, name="recorded-new"),
    path("experts/<int:pk>", views_experts.expert, name="expert"),
    path("pools/<int:pk>", views_pools.pool, name="pool"),
    path("pools/<int:pk>/profile", views_pools.build_profile, name="pool-profile"),
    path("profiles/<int:pk>", views_pools.profile, name="profile"),
    path("profiles/<int:pk>/rank", views_pools.rank_aggregators, name="profile-rank"),
]
