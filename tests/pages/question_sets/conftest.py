"""A set that a test knows by heart."""

import pytest

from webapp.accounts.models import Team
from webapp.questions.models import Question, QuestionSet


@pytest.fixture
def three(team: Team) -> QuestionSet:
    """Three questions in two categories, the last one with options."""
    made = QuestionSet.objects.create(team=team, name="Three", kind="test", size=3)
    texts = ("Add $1+1$ to the zebra.", "Add two to three.", "Which one is prime?")
    for row, (text, category) in enumerate(zip(texts, ("zoo", "sums", "sums"), strict=True), 1):
        Question.objects.create(
            question_set=made, row=row, key=f"q-{row}", text=text, category=category, gold="B"
        )
    Question.objects.filter(row=3).update(options=["9 <b>", "11"])
    return made
