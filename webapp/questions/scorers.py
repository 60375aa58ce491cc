"""How responses to a question set are graded, as a person has said."""

from moe_core.scorers import check_scoring
from moe_core.values import Scoring
from webapp.questions.models import QuestionSet


def set_scorer(questions: QuestionSet, scoring: Scoring) -> None:
    """For runs that begin from now on. Raises ScorerError."""
    check_scoring(scoring)
    questions.scorer, questions.pattern = scoring.scorer, scoring.pattern
    questions.save(update_fields=["scorer", "pattern"])
