"""How responses to a question set are graded, as a person has said."""

from django.db import transaction

from moe_core.scorers import check_scoring, title_of
from moe_core.values import Scoring
from webapp.audit.actions import Action
from webapp.audit.recording import Change, record
from webapp.questions.models import QuestionSet


@transaction.atomic
def set_scorer(questions: QuestionSet, scoring: Scoring) -> None:
    """For runs that begin from now on. Raises ScorerError."""
    check_scoring(scoring)
    if scoring != questions.scoring:
        told = Change(title_of(questions.scoring), title_of(scoring))
        record(Action.SCORER_CHANGED, questions, scorer=told)
    questions.scorer, questions.pattern = scoring.scorer, scoring.pattern
    questions.save(update_fields=["scorer", "pattern"])
