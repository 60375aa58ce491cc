"""Addresses of question sets."""

from django.urls import URLPattern, path

from webapp.questions import views

urlpatterns: list[URLPattern] = [
    path("question-sets/", views.question_sets, name="question-sets"),
    path("question-sets/new", views.new_question_set, name="question-set-new"),
    path("question-sets/<int:pk>", views.question_set, name="question-set"),
    path("question-sets/<int:pk>/benchmark", views.change_benchmark, name="question-set-benchmark"),
]
