"""Whatever somebody writes, its commit fails over no index of words, and holds nobody up."""

import time

import pytest

from tests.conftest import MakeSet
from tests.hostile_texts import REPEATED, flood
from tests.pages.serving import serve
from webapp.accounts.models import Team
from webapp.db.words import LONGEST, asked
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.questions.models import Question
from webapp.questions.models.question_set import SEARCHED
from webapp.runs.models import Generation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def of_short_words(alphabet: int, count: int) -> str:
    """Words of two characters each, as many as there can be, all different."""
    return " ".join(
        chr(0x20000 + n % alphabet) + chr(0x20000 + n // alphabet) for n in range(count)
    )


def test_all_that_is_indexed_of_anything(team: Team, pool: Pool, question_set: MakeSet) -> None:
    """By the clock, for Postgres does it: a second is twenty times what the slowest takes."""
    run = submit_run(team, None, pool=pool, questions=question_set("test", 1), method="all-experts")
    serve(run)
    row = Generation.objects.filter(run=run, answer__isnull=False)[0]
    question = Question.objects.filter(pk=row.answer.question_id)  # type: ignore[union-attr]
    texts = {name: flood(name, LONGEST) for name in REPEATED}
    texts |= {"short words": of_short_words(40_000, 90_000), "four bytes": "\U00020000" * LONGEST}
    slow = []
    for name, text in texts.items():
        began = time.monotonic()
        assert Generation.objects.filter(pk=row.pk).update(output=text) == 1
        assert question.update(text=text) == 1
        if time.monotonic() - began > 2:
            slow.append(name)
    assert not slow


def test_words_with_underscores_are_found_by_their_parts(question_set: MakeSet) -> None:
    questions = question_set("test", 1).questions
    questions.update(text="What does snake_case mean?")
    for words in ("snake_case", "case", '"snake case"'):
        assert questions.annotate(told=SEARCHED).filter(told=asked(words)).exists()
