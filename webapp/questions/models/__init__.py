"""Question sets, and the uploads that become them."""

from webapp.questions.models.gold import LONGEST_REASON, GoldCheck, GoldCorrection, GoldVersion
from webapp.questions.models.question_set import (
    SEARCHED,
    Question,
    QuestionSet,
    QuestionVector,
    benchmark_choices,
    scorer_choices,
)
from webapp.questions.models.saved_mapping import SavedMapping
from webapp.questions.models.upload import Report, StoredQuestion, Upload, kept_files

__all__ = [
    "LONGEST_REASON",
    "SEARCHED",
    "GoldCheck",
    "GoldCorrection",
    "GoldVersion",
    "Question",
    "QuestionSet",
    "QuestionVector",
    "Report",
    "SavedMapping",
    "StoredQuestion",
    "Upload",
    "benchmark_choices",
    "kept_files",
    "scorer_choices",
]
