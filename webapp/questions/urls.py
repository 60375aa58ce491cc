"""Addresses of question sets."""

from django.urls import URLPattern, path

from webapp.questions import views, views_uploads

UPLOAD = "question-sets/uploads/<int:pk>"

urlpatterns: list[URLPattern] = [
    path("question-sets/", views.question_sets, name="question-sets"),
    path("question-sets/new", views_uploads.new_question_set, name="question-set-new"),
    path(UPLOAD, views_uploads.upload_page, name="question-set-upload"),
    path(f"{UPLOAD}/read", views_uploads.read_again, name="question-set-upload-read"),
    path(f"{UPLOAD}/store", views_uploads.store, name="question-set-upload-store"),
    path(f"{UPLOAD}/discard", views_uploads.discard, name="question-set-upload-discard"),
    path(f"{UPLOAD}/problems.csv", views_uploads.problems, name="question-set-upload-problems"),
    path("question-sets/<int:pk>", views.question_set, name="question-set"),
    path("question-sets/<int:pk>/benchmark", views.change_benchmark, name="question-set-benchmark"),
    path(
        "question-sets/<int:pk>/questions/<int:question_pk>",
        views.question,
        name="question-set-question",
    ),
]
