"""Addresses of everything that shows or starts runs."""

from django.urls import URLPattern, path

from webapp.runs import (
    views,
    views_again,
    views_answers,
    views_compare,
    views_experts,
    views_pools,
    views_profiles,
    views_recorded,
    views_review,
    views_run,
    views_sets,
)

ANSWER = "runs/<int:pk>/questions/<int:answer_pk>"

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("gpu", views.gpu, name="gpu"),
    path("runs/", views.run_list, name="runs"),
    path("runs/new", views.new_run, name="run-new"),
    path("runs/compare", views_compare.compare, name="run-compare"),
    path("runs/history.json", views_compare.history_figure, name="run-history"),
    path("runs/<int:pk>", views_run.run_page, name="run"),
    path("runs/<int:pk>/live", views_run.run_live, name="run-live"),
    path("runs/<int:pk>/events", views_run.run_events, name="run-events"),
    path("runs/<int:pk>/flow.json", views_run.run_figure, name="run-figure"),
    path("runs/<int:pk>/timeline.json", views_run.run_timeline, name="run-timeline"),
    path("runs/<int:pk>/cancel", views_run.cancel_run, name="run-cancel"),
    path("runs/<int:pk>/regrade", views_again.regrade_run, name="run-regrade"),
    path("runs/<int:pk>/retry", views_again.retry_run, name="run-retry"),
    path("runs/<int:pk>/questions", views_answers.answers, name="answers"),
    path("runs/<int:pk>/questions/<int:answer_pk>", views_answers.answer, name="answer"),
    path("runs/<int:pk>/review", views_review.review_mode, name="run-review"),
    path(f"{ANSWER}/review", views_review.review, name="answer-review"),
    path(f"{ANSWER}/withdraw", views_review.withdraw, name="answer-withdraw"),
    path(f"{ANSWER}/comments", views_review.comment, name="answer-comment"),
    path(f"{ANSWER}/comments/<int:comment_pk>/delete", views_review.uncomment, name="uncomment"),
    path("runs/<int:pk>/responses.jsonl", views_recorded.export, name="run-responses"),
    path("recorded-responses/new", views_recorded.new_responses, name="recorded-new"),
    path("experts/", views_experts.experts, name="experts"),
    path("experts/<int:pk>", views_experts.expert, name="expert"),
    path("pools/<int:pk>", views_pools.pool, name="pool"),
    path("pools/<int:pk>/profile", views_pools.build_profile, name="pool-profile"),
    path("profiles/<int:pk>", views_profiles.profile, name="profile"),
    path("profiles/<int:pk>/rank", views_profiles.rank_aggregators, name="profile-rank"),
    path("profiles/<int:pk>/cell", views_profiles.cell, name="profile-cell"),
    path("profiles/<int:pk>/changes", views_profiles.changes, name="profile-changes"),
    path("profiles/<int:pk>/experts", views_profiles.compare, name="profile-compare"),
    path("profiles/<int:pk>", views_pools.profile, name="profile"),
    path("question-sets/<int:pk>/used", views_sets.set_used, name="question-set-used"),
    path(
        "question-sets/<int:pk>/questions/<int:question_pk>/used",
        views_sets.question_used,
        name="question-set-question-used",
    ),
    path("profiles/<int:pk>/rank", views_pools.rank_aggregators, name="profile-rank"),
]
