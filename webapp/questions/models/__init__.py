"""Question sets, and the uploads that become them."""

from webapp.questions.models.question_set import (
    SEARCHED,
    Question,
    QuestionSet,
    QuestionVector,
    benchmark_choices,
)
from webapp.questions.models.upload import Report, StoredQuestion, Upload, kept_files

__all__ = [
    "SEARCHED",
    "Question",
    "QuestionSet",
    "QuestionVector",
    "Report",
    "StoredQuestion",
    "Upload",
    "benchmark_choices",
    "kept_files",
]
